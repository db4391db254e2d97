package ledger

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"orderly/services/internal/sidecar"
)

// Both ways to open a group find the same, whatever is in its documents.
func TestAGroupIsCutAsItIsRead(t *testing.T) {
	bodies := []string{`{}`, `{"k":"b","n":9,"d":[1,2]}`, `{"t":"a \" ] } , {\"k\":\"b\",\"n\":3,\"d\":1}"}`, `[[],{"x":[{}]}]`, `7`, `"\\"`}
	g := &group{group: "g"}
	for i, body := range bodies {
		c := &cell{key: fmt.Sprint("k", i), body: []byte(body), pos: int64(i) + 1, from: 1, group: g}
		g.members = append(g.members, c)
	}
	ops, _, err := g.write(true)
	require.NoError(t, err)
	anything := func(string) bool { return true }
	cut, ok := cutGroup(ops[0].Value(), anything)
	require.True(t, ok)
	var compact any
	require.NoError(t, json.Unmarshal(ops[0].Value(), &compact))
	spaced, err := json.MarshalIndent(compact, "", " ") // as a store may write it anew
	require.NoError(t, err)
	_, ok = cutGroup(spaced, anything)
	require.False(t, ok)
	read, err := openGroup(sidecar.Doc{Key: "g", Value: spaced}, anything)
	require.NoError(t, err)
	assert.Len(t, cut, len(bodies))
	for key, m := range cut {
		assert.Equal(t, read[key].N, m.N)
		assert.JSONEq(t, string(read[key].Body), string(m.Body))
	}
	one, ok := cutGroup(ops[0].Value(), func(key string) bool { return key == "k2" })
	require.True(t, ok)
	assert.Len(t, one, 1)
}

func FuzzCutGroup(f *testing.F) {
	f.Add([]byte(`{"m":[{"k":"a","n":1,"d":{"x":"]}"}},{"k":"b","n":2,"d":3}]}`))
	f.Fuzz(func(t *testing.T, value []byte) {
		cut, ok := cutGroup(value, func(string) bool { return true })
		for key, m := range cut {
			if ok && (m.Key != key || !json.Valid(m.Body)) {
				t.Fatalf("%q: %s", value, key)
			}
		}
	})
}
