package ledger

import (
	"testing"

	"orderly/services/internal/sidecar"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A head is read as it was written, and as a store wrote it anew.
func FuzzHead(f *testing.F) {
	f.Add(int64(1), int64(0), "a", uint8(0))
	f.Add(int64(1<<40), int64(128), `]}`, uint8(4))
	f.Fuzz(func(t *testing.T, n, base int64, text string, some uint8) {
		want := head{N: n, Base: base}
		entries := someEntries(text)
		for _, e := range entries[:int(some)%(len(entries)+1)] {
			want.Entries.add(e)
		}
		got, err := readHead(sidecar.Doc{Key: "list:a", Value: want.encode(), ETag: "1"})
		require.NoError(t, err)
		assert.Equal(t, string(want.encode()), string(got.encode()))
		assert.Equal(t, want.Entries.n, got.Entries.n)
		assert.Equal(t, want.end(), got.end())
	})
}

func TestAHeadMayBeWrittenAnewByTheStore(t *testing.T) {
	for _, text := range []string{`{"n": 7, "base": 64, "entries": [{"id": "a"}]}`, `{"base":64,"entries":[{"id":"a"}],"n":7}`, `{"n":7,"base":64,"entries":[{"id":"a"}]}`} {
		h, err := readHead(sidecar.Doc{Key: "list:a", Value: []byte(text), ETag: "1"})
		require.NoError(t, err, text)
		assert.Equal(t, int64(7), h.N, text)
		assert.Equal(t, int64(65), h.end(), text)
	}
	for _, text := range []string{`{"n":7,"base":64,"entries":7}`, `{"n":"7","base":64,"entries":[]}`, `{"n":7,"base":64,"entries":[]`, `{"n":7,"base":64,"entries":[{"id"]}`, `[]`} {
		_, err := readHead(sidecar.Doc{Key: "list:a", Value: []byte(text), ETag: "1"})
		assert.Error(t, err, text)
	}
}
