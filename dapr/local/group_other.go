//go:build unix && !linux

package local

import (
	"os/exec"
	"syscall"
)

// ownGroup keeps the terminal's Ctrl-C from the children, which are stopped in order by their parent. Only Linux can
// also end them when the parent is killed.
func ownGroup(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// notRoot is Linux's way to run as root what refuses to; elsewhere one is not root.
func notRoot(cmd *exec.Cmd, _ string) *exec.Cmd { return cmd }
