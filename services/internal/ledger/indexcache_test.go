package ledger

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// Who reads every list to its end must not leave the next reader without a cache.
func TestAFullCacheOfNodesForgetsWhatWasUsedLongAgo(t *testing.T) {
	var c nodeCache
	leaf := func(i int) nodeID { return nodeID{"i", 0, int64(i)} }
	const rows = 1000
	for i := range 5 * mostRows / rows {
		c.put(leaf(i), &node{IDs: make([]string, rows)})
		c.put(leaf(i), &node{IDs: make([]string, rows)}) // read twice at the same time
		assert.NotNil(t, c.get(leaf(i)), "the newest")
		assert.NotNil(t, c.get(leaf(0)), "what is used again and again")
		assert.LessOrEqual(t, c.rows, mostRows)
		assert.LessOrEqual(t, len(c.newer)+len(c.older), 2*mostRows/rows)
	}
	assert.Nil(t, c.get(leaf(1)))
	c.drop()
	assert.Nil(t, c.get(leaf(0)))
}
