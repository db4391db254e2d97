package local

import (
	"errors"
	"io"
	"os"
	"time"
)

// MakeRunLogs is the limit of each log of `make run`: two files of as much, for some hours of full load, and 1.2 GiB for
// nine processes.
const MakeRunLogs = 64 << 20

// rotateEvery is how often the size of a log is looked at.
const rotateEvery = time.Second

// older is where what a log had before its last rotation is.
func older(log string) string { return log + ".1" }

// rotate keeps the log within limit until the process has ended. The program itself writes to the file, so that neither
// its lines nor its end depend on us, and needs no signal: it appends, also to a file that was emptied.
func (p *Process) rotate(ended <-chan struct{}) {
	tick := time.NewTicker(rotateEvery)
	defer tick.Stop()
	for {
		select {
		case <-ended:
			return
		case <-tick.C:
			_ = rotate(p.Log, p.limit) // with a full disk; the next look tries again
		}
	}
}

// rotate moves what a log has to its older file, which it replaces, when it is larger than limit. A line that is written in
// the instant between the two is lost.
func rotate(log string, limit int64) (err error) {
	from, err := os.Open(log)
	if err != nil {
		return err
	}
	defer from.Close()
	if info, err := from.Stat(); err != nil || info.Size() <= limit {
		return err
	}
	to, err := os.OpenFile(older(log), os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(to, from)
	return errors.Join(err, to.Close(), os.Truncate(log, 0))
}
