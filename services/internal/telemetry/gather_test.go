package telemetry

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
)

// writes remembers what was written at once.
type writes struct {
	mu  sync.Mutex
	all []string
}

func (w *writes) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.all = append(w.all, string(b))
	return len(b), nil
}

func (w *writes) seen() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.all)
}

func TestLinesOfAMomentAreWrittenAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out writes
		g := &gathered{w: &out}
		for _, line := range []string{"1\n", "2\n"} {
			_, _ = g.Write([]byte(line))
		}
		assert.Empty(t, out.seen())
		time.Sleep(moment)
		synctest.Wait()
		assert.Equal(t, []string{"1\n2\n"}, out.seen())
		_, _ = g.Write([]byte("3\n"))
		time.Sleep(moment)
		synctest.Wait()
		assert.Equal(t, []string{"1\n2\n", "3\n"}, out.seen())
	})
}

func TestManyLinesDoNotWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out writes
		g := &gathered{w: &out}
		line := strings.Repeat("x", mostLines/4)
		for range 5 {
			_, _ = g.Write([]byte(line))
		}
		assert.Len(t, out.seen(), 1)
		g.flush() // as a service does that ends
		assert.Equal(t, strings.Repeat(line, 5), strings.Join(out.seen(), ""))
	})
}
