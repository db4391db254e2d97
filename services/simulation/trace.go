package simulation

import (
	"context"
	"fmt"
	"hash"
	"hash/fnv"
	"log/slog"
	"maps"
	"regexp"
	"slices"
	"strings"

	"orderly/services/internal/ledger"
)

// trace is what happened, as a hash: two runs of one plan have the same.
type trace struct{ hash hash.Hash64 }

func newTrace() *trace { return &trace{fnv.New64a()} }

// tell notes what the director decided.
func (w *world) tell(what ...string) {
	for _, s := range what {
		_, _ = w.trace.hash.Write([]byte(s))
		_, _ = w.trace.hash.Write([]byte{0})
	}
	if ctx := context.Background(); w.Log.Enabled(ctx, slog.LevelDebug) {
		w.Log.DebugContext(ctx, strings.Join(what, ", "), "process", "director")
	}
}

// birth is what processes of one name are told apart by; it is of crypto/rand.
var birth = regexp.MustCompile(`/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/`)

// digest is the hash of all decisions so far and of everything that is stored.
func (w *world) digest() string {
	for _, s := range services {
		docs := w.stores[s].Docs()
		for _, key := range slices.Sorted(maps.Keys(docs)) {
			value, _ := ledger.Unpack(docs[key].Value)
			_, _ = fmt.Fprintf(w.trace.hash, "%s %s %s\n", s, key, birth.ReplaceAll(value, []byte("/birth/")))
		}
	}
	return fmt.Sprintf("%016x", w.trace.hash.Sum64())
}
