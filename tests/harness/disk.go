package harness

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

// disk is the file system of a stack with Options.Disk. It is a tmpfs, as a limit on the size of files is no full disk: Go
// programs die of its signal, and servers only learn of it for the files that are large already.
type disk struct{ dir string }

// mountDisk needs root, or `unshare --user --map-root-user --mount` before the test.
func mountDisk(dir string, megabytes int) (*disk, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	mount := exec.Command("mount", "-t", "tmpfs", "-o", "mode=700,size="+strconv.Itoa(megabytes)+"m", "orderly", dir)
	if out, err := mount.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("a disk of its own needs root, or unshare --user --map-root-user --mount: %w: %s", err, out)
	}
	return &disk{dir}, nil
}

// unmount may be called without a disk.
func (d *disk) unmount() error {
	if d == nil {
		return nil
	}
	if out, err := exec.Command("umount", d.dir).CombinedOutput(); err != nil {
		return fmt.Errorf("umount %s: %w: %s", d.dir, err, out)
	}
	return nil
}

// refill is how often the disk is filled again: files shrink, and what was freed would be free.
const refill = 20 * time.Millisecond

// DiskFull fills the disk of a stack with Options.Disk, and keeps it full until back is called, which is when the story ends
// at the latest. A server that the full disk has ended is started again by back, as an operator would do.
func (s *Story) DiskFull() (back func()) {
	s.T.Helper()
	if s.disk == nil {
		s.T.Fatal("the stack has no disk of its own: Options.Disk")
	}
	filler, err := os.Create(filepath.Join(s.disk.dir, "filler"))
	if err == nil {
		err = fill(filler)
	}
	if err != nil {
		s.T.Fatalf("fill the disk: %v", err)
	}
	stop, emptied := make(chan struct{}), make(chan error, 1)
	go func() {
		again := time.NewTicker(refill)
		defer again.Stop()
		for {
			select {
			case <-stop:
				emptied <- errors.Join(filler.Close(), os.Remove(filler.Name()))
				return
			case <-again.C:
				_ = fill(filler) // as long as the disk is there it fails for want of room only
			}
		}
	}()
	return s.backOnce("the disk", []func() error{func() error {
		close(stop)
		return errors.Join(<-emptied, s.startDead())
	}})
}

// fill writes until there is no room left, first in large blocks and then in small ones.
func fill(f *os.File) error {
	for _, size := range []int{1 << 20, 4096} {
		block := make([]byte, size)
		for full := false; !full; {
			n, err := f.Write(block)
			if err != nil && !errors.Is(err, syscall.ENOSPC) {
				return err
			}
			full = err != nil && n == 0
		}
	}
	return nil
}

// startDead starts the servers that have ended.
func (s *Story) startDead() error {
	var failed []error
	for _, name := range s.Servers() {
		if s.Process(name).Running() {
			continue
		}
		s.T.Logf("%s did not outlive it:\n%s", name, s.Process(name).Tail(5))
		s.collectDeaths(name)
		failed = append(failed, s.Restart(name))
	}
	return errors.Join(failed...)
}
