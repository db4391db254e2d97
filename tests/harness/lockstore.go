package harness

import (
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"
	"time"
)

// The locks of a SQLite database in WAL mode are bytes of its -shm file, see "WAL-Index Locks" in SQLite's own text about
// the file format: one of the writer, one of the checkpoint, one of recovery, five of readers.
const (
	writeLock = 120
	allLocks  = 8
)

// lockStore makes the database files of the embedded set unusable, as another program that works in them does: who writes
// is told that the database is locked, once its busy timeout is over. That is what Killed means here. Frozen keeps those
// waiting who read, too, as long as SQLite's own patience lasts. The locks are this process's: it must not open the files
// meanwhile, for to close one of them would let go of its locks.
func (s *Stack) lockStore(how How) (unlock func() error, err error) {
	var files []io.Closer
	unlock = func() error {
		var failed []error
		for _, f := range files {
			failed = append(failed, f.Close())
		}
		return errors.Join(failed...)
	}
	locks := 1
	if how == Frozen {
		locks = allLocks
	}
	for _, app := range Services {
		f, err := os.OpenFile(s.data(app+".db-shm"), os.O_RDWR, 0)
		if err != nil {
			return nil, errors.Join(err, unlock())
		}
		files = append(files, f)
		for i := range locks {
			if err := wait(Patience, func() error { return lockByte(f, writeLock+i) }); err != nil {
				return nil, errors.Join(err, unlock())
			}
		}
	}
	return unlock, nil
}

// lockByte asks every millisecond for a while: a reader lets go of its lock after some of them, and the next one comes soon.
func lockByte(f *os.File, at int) (err error) {
	for range 1000 {
		lock := syscall.Flock_t{Type: syscall.F_WRLCK, Start: int64(at), Len: 1}
		if err = syscall.FcntlFlock(f.Fd(), syscall.F_SETLK, &lock); err == nil {
			return nil
		}
		time.Sleep(time.Millisecond)
	}
	return fmt.Errorf("lock byte %d of %s: %w", at, f.Name(), err)
}
