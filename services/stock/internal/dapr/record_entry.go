package dapr

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"orderly/services/internal/ledger"
	"orderly/services/stock/internal/stock"
)

// entryRecord is what a line of a SKU's ledger says beside when and whose: the
// line's id is the order or, of goods that came in or were counted, the
// reference. The sequence follows from its place.
type entryRecord struct {
	Kind     stock.Kind `json:"k"`
	Quantity int64      `json:"q"`
	Reason   string     `json:"r,omitempty"`
}

func entryOf(e stock.Entry) (ledger.Entry, error) {
	data := append(append(make([]byte, 0, 48), `{"k":"`...), e.Kind...)
	data = strconv.AppendInt(append(data, `","q":`...), e.Quantity, 10)
	if e.Reason != "" {
		reason, err := json.Marshal(e.Reason)
		if err != nil {
			return ledger.Entry{}, err
		}
		data = append(append(data, `,"r":`...), reason...)
	}
	return ledger.Entry{ID: e.OrderID + e.Reference, At: e.At, Data: append(data, '}')}, nil
}

func readEntry(line ledger.Entry) (stock.Entry, error) {
	var r entryRecord
	if err := json.Unmarshal(line.Data, &r); err != nil {
		return stock.Entry{}, fmt.Errorf("entry %d of the ledger cannot be read: %w", line.Pos+1, err)
	}
	e := stock.Entry{Sequence: line.Pos + 1, Kind: r.Kind, Quantity: r.Quantity, Reason: r.Reason, At: line.At}
	switch r.Kind {
	case stock.KindReceived, stock.KindAdjusted:
		e.Reference = line.ID
	default: // all others are of orders
		e.OrderID = line.ID
	}
	return e, nil
}

// millis is a time as it is kept, in the milliseconds that decisions are made
// in; 0 is no time.
type millis int64

func millisOf(t time.Time) millis {
	if t.IsZero() {
		return 0
	}
	return millis(t.UnixMilli())
}

func (m millis) time() time.Time {
	if m == 0 {
		return time.Time{}
	}
	return time.UnixMilli(int64(m)).UTC()
}
