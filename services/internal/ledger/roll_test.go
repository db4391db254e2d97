package ledger

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"orderly/services/internal/sidecar"
)

// rolled is a list that has read doc and has entries of page 7 to add.
func rolled(t *testing.T, doc sidecar.Doc, entries int) *roll {
	t.Helper()
	a := added{pos: 7}
	for i := range entries {
		a.add(Entry{ID: fmt.Sprint(i)})
	}
	r := &roll{list: "a", from: 7, pending: []added{a}}
	require.NoError(t, r.read(nil, doc))
	return r
}

func keysOf(ops []sidecar.Op) (keys []string) {
	for _, op := range ops {
		keys = append(keys, op.Key())
	}
	return keys
}

var inStore = sidecar.Doc{Key: "list:a", Value: head{N: 6}.encode(), ETag: "3"}

func TestAHeadThatExistsIsReplacedByItsETag(t *testing.T) {
	for _, atomic := range []bool{true, false} {
		ops, pos, err := rolled(t, inStore, 1).write(atomic)
		require.NoError(t, err)
		assert.EqualValues(t, 7, pos)
		require.Equal(t, []string{"list:a"}, keysOf(ops))
		assert.True(t, ops[0].Fits(inStore))
		assert.False(t, ops[0].Fits(sidecar.Doc{Key: "list:a", Value: inStore.Value, ETag: "4"}), "another replica has written it since")
	}
}

func TestAnAtomicStoreWritesHeadAndPartsAtOnce(t *testing.T) {
	for _, doc := range []sidecar.Doc{{Key: "list:a"}, inStore} {
		ops, pos, err := rolled(t, doc, 2*partSize+1).write(true)
		require.NoError(t, err)
		assert.EqualValues(t, 7, pos)
		assert.Equal(t, []string{"part:0:a", "part:1:a", "list:a"}, keysOf(ops))
	}
}

func TestElsewhereTheHeadWaitsForTheParts(t *testing.T) {
	r := rolled(t, inStore, partSize)
	ops, pos, err := r.write(false)
	require.NoError(t, err)
	assert.Zero(t, pos, "more is to follow")
	assert.Equal(t, []string{"part:0:a"}, keysOf(ops))
	r.wrote(nil, pos)
	ops, pos, err = r.write(false)
	require.NoError(t, err)
	assert.EqualValues(t, 7, pos)
	assert.Equal(t, []string{"list:a"}, keysOf(ops))
}

func TestAListThatWasLateIsReadAgain(t *testing.T) {
	r := rolled(t, inStore, 1)
	r.trimmed = 9 // pages 8 and 9 are in the store only, and not in what was read
	_, _, err := r.write(true)
	assert.ErrorIs(t, err, errBehind)
	assert.Equal(t, []thing{r}, r.failed(nil))
	assert.False(t, r.ready(true))
}
