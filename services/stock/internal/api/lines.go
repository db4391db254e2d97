package api

import (
	"bufio"
	"bytes"
	"errors"
	"io"
)

// maxLine is the longest line of an import, in bytes.
const maxLine = 64 << 10

// lines reads a body line by line, in bounded memory.
type lines struct{ r *bufio.Reader }

func newLines(r io.Reader) *lines {
	l := &lines{bufio.NewReaderSize(r, maxLine)}
	if bom, _ := l.r.Peek(3); string(bom) == "\ufeff" {
		_, _ = l.r.Discard(3) // they were just there
	}
	return l
}

// next returns the next line that is not blank, without its end; tooLong says
// that it was skipped for its length. The line is valid until the next call.
// After the last one the error is io.EOF. A line that a failing read cut off is
// not returned.
func (l *lines) next() (line []byte, tooLong bool, err error) {
	for {
		line, err = l.r.ReadSlice('\n')
		for errors.Is(err, bufio.ErrBufferFull) {
			tooLong = true
			_, err = l.r.ReadSlice('\n')
		}
		if err != nil && (!errors.Is(err, io.EOF) || len(line) == 0 && !tooLong) {
			return nil, false, err
		}
		if tooLong {
			return nil, true, nil
		}
		if line = bytes.TrimRight(line, "\r\n"); len(bytes.TrimSpace(line)) > 0 {
			return line, false, nil
		}
		if err != nil {
			return nil, false, err
		}
	}
}
