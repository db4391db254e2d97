package ledger

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
)

// What lately is sure of is so, and of what is young it is sure.
func TestLatelyIsSureOfNothingWrong(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var l lately
	l.start(100)
	first := map[string]int64{} // page by document
	for page := int64(101); page < 1100; page++ {
		for range 40 {
			key := fmt.Sprint(r.IntN(60_000))
			l.add(page, key)
			if first[key] == 0 {
				first[key] = page
			}
		}
		key, since := fmt.Sprint(r.IntN(60_000)), page-1-int64(r.IntN(700))
		if at := first[key]; at > 0 && at <= since {
			continue // then nobody may say that it is new since
		}
		sure := l.unwritten(key, since)
		assert.False(t, sure && first[key] > 0, "%s was written by page %d", key, first[key])
		if first[key] == 0 && page-since < mostLately/40 && since >= 100 {
			assert.True(t, sure, "page %d, since %d", page, since)
		}
	}
	assert.LessOrEqual(t, len(l.order), mostLately)
	assert.LessOrEqual(t, len(l.pages), mostLately)
	assert.False(t, l.unwritten("never", 50), "what came before it began is not known")
}
