package local

import (
	"bytes"
	"io"
	"os"
)

// tailBytes is as much of a log as Tail looks at: under load a log is hundreds of megabytes.
const tailBytes = 64 << 10

// Tail returns the last n lines of the log, as far as they lie within its last 64 KiB.
func (p *Process) Tail(n int) string {
	end, err := endOf(p.Log)
	if err != nil {
		return err.Error()
	}
	lines := bytes.Split(bytes.TrimRight(end, "\n"), []byte("\n"))
	return string(bytes.Join(lines[max(0, len(lines)-n):], []byte("\n")))
}

// endOf reads the last tailBytes of a file.
func endOf(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	from := max(0, info.Size()-tailBytes)
	return io.ReadAll(io.NewSectionReader(file, from, tailBytes))
}
