package local

import (
	"os"
	"os/exec"
	"os/user"
	"strconv"
	"syscall"
)

// ownGroup keeps the terminal's Ctrl-C from the children, which are stopped in order by their parent, and has the
// kernel end them when the parent is killed. (It watches the thread that started them; Go does not end its threads.)
func ownGroup(cmd *exec.Cmd) {
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Setpgid, cmd.SysProcAttr.Pdeathsig = true, syscall.SIGKILL
}

// notRoot has a program that refuses to be run by root see itself run by the user of that name, in a user namespace in
// which root has his id: files stay root's, and no folder on the way to them needs to be open to others.
func notRoot(cmd *exec.Cmd, name string) *exec.Cmd {
	if os.Getuid() != 0 {
		return cmd
	}
	u, err := user.Lookup(name)
	if err != nil {
		return cmd // the program itself says what is wrong
	}
	uid, _ := strconv.Atoi(u.Uid) // numbers, on Linux
	gid, _ := strconv.Atoi(u.Gid)
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: uid, HostID: 0, Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: gid, HostID: 0, Size: 1}},
	}
	return cmd
}
