package local

import "syscall"

// ownGroup keeps the terminal's Ctrl-C from the children, which are stopped in order by their parent, and has the
// kernel end them when the parent is killed. (It watches the thread that started them; Go does not end its threads.)
func ownGroup() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
