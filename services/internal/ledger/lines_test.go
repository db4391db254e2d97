package ledger

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func someEntries(text string) []Entry {
	at := time.Date(2026, 1, 2, 3, 4, 5, 600, time.UTC)
	data, _ := json.Marshal(map[string]any{text: []any{text, map[string]any{"}],{[": `\",`}}})
	return []Entry{{ID: text, At: at}, {ID: "b,", At: at, Data: data}, {ID: `"`, At: at.Add(time.Hour), Data: []byte(`[[],{}]`)}, {ID: text, At: at}}
}

// Lines are what encoding/json writes, however they are joined and cut.
func FuzzLines(f *testing.F) {
	f.Add("a", uint8(1))
	f.Add(`\"{[,`, uint8(3))
	f.Add("\u2028é\x00<", uint8(4))
	f.Fuzz(func(t *testing.T, text string, at uint8) {
		var whole, more lines
		entries := someEntries(text)
		whole.add(entries[0])
		for _, e := range entries[1:] {
			more.add(e)
		}
		whole.join(more)
		want, err := json.Marshal(entries)
		require.NoError(t, err)
		assert.Equal(t, string(want), string(whole.array(nil)))

		var read lines
		require.NoError(t, json.Unmarshal(want, &read))
		assert.Equal(t, len(entries), read.n)

		n := 1 + int(at)%len(entries)
		first := read.cut(n)
		front, err := first.entries()
		require.NoError(t, err)
		back, err := read.entries()
		require.NoError(t, err)
		var again []Entry
		require.NoError(t, json.Unmarshal(want, &again))
		assert.Equal(t, again, append(front, back...))
		assert.Len(t, front, n)
	})
}

func TestLinesThatAreNone(t *testing.T) {
	var l lines
	require.NoError(t, json.Unmarshal([]byte(`[]`), &l))
	assert.Zero(t, l.n)
	require.Error(t, json.Unmarshal([]byte(`{"a":1}`), &l))
	require.NoError(t, json.Unmarshal([]byte(`[1, 2]`), &l))
	assert.Equal(t, 2, l.n)
	_, err := l.entries()
	require.Error(t, err)
}
