package event

import (
	"encoding/json"
	"testing"
	"time"
)

func FuzzAppend(f *testing.F) {
	f.Add("o-1", "/orders", "a=b", `{"x":1}`, int64(7))
	f.Add("ümlaut\n", "<&>\"\\", "", `null`, int64(1))
	f.Add("\xff", "\u2028", "", ``, int64(-1))
	f.Fuzz(func(t *testing.T, id, source, baggage, data string, sequence int64) {
		var compact json.RawMessage
		if json.Unmarshal([]byte(data), &compact) == nil {
			compact, _ = json.Marshal(compact)
		}
		e := Event{SpecVersion: "1.0", ID: id, Source: source, Type: "t", Subject: id, Sequence: Sequence(sequence), Baggage: baggage,
			Time: time.Unix(sequence%1e9, sequence%1000).UTC(), Data: compact}
		want, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		if got := e.Append(nil); string(got) != string(want) {
			t.Errorf("%s\n%s", got, want)
		}
	})
}
