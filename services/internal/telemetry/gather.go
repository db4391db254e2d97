package telemetry

import (
	"io"
	"sync"
	"time"
)

// gathered writes lines that come close together at once. A busy service says two
// for each order, and a write for each of them takes a twentieth of its time.
// Who kills a process loses what it said in its last moment.
type gathered struct {
	w       io.Writer
	mu      sync.Mutex
	lines   []byte
	waiting bool // they will be written in a moment
}

const (
	moment    = 20 * time.Millisecond
	mostLines = 32 << 10 // bytes
)

func (g *gathered) Write(line []byte) (int, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.lines = append(g.lines, line...)
	if len(g.lines) >= mostLines {
		return len(line), g.write()
	}
	if !g.waiting {
		g.waiting = true
		time.AfterFunc(moment, g.flush)
	}
	return len(line), nil
}

func (g *gathered) flush() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.waiting = false
	_ = g.write() // whoever could be told is told by the log
}

func (g *gathered) write() error {
	if len(g.lines) == 0 {
		return nil
	}
	_, err := g.w.Write(g.lines)
	g.lines = g.lines[:0]
	return err
}
