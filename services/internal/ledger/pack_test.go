package ledger

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func FuzzPack(f *testing.F) {
	f.Add([]byte(`{"n":1,"d":{}}`), 1)
	f.Add([]byte(`{"v":1,"docs":["order","order"]}`), 1000)
	f.Fuzz(func(t *testing.T, part []byte, times int) {
		value := append([]byte("{"), bytes.Repeat(part, min(max(times, 0), 1000))...)
		packed := pack(value)
		if len(value) < packFrom && !bytes.Equal(packed, value) {
			t.Error("a small document was compressed")
		}
		if back, err := Unpack(packed); err != nil || !bytes.Equal(back, value) {
			t.Errorf("%d bytes come back as %d: %v", len(value), len(back), err)
		}
	})
}

// Pages are put together in room that is used again: what encode returned before stays as it was.
func TestAPageOwnsItsBytes(t *testing.T) {
	encoded := func(list string) []byte {
		body, err := (&page{V: pageVersion, Lists: []pageAdd{{List: list}}}).encode()
		require.NoError(t, err)
		return body
	}
	for _, size := range []int{10, 2 * packFrom} {
		first := encoded(strings.Repeat("a", size))
		was := slices.Clone(first)
		encoded(strings.Repeat("b", size))
		assert.Equal(t, was, first)
	}
}
