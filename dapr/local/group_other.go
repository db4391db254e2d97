//go:build unix && !linux

package local

import "syscall"

// ownGroup keeps the terminal's Ctrl-C from the children, which are stopped in order by their parent. Only Linux can
// also end them when the parent is killed.
func ownGroup() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }
