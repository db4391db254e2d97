package ledger

import (
	"bytes"
	"testing"
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
