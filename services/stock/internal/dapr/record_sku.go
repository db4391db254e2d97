package dapr

import (
	"strconv"
	"time"

	"orderly/services/stock/internal/stock"
)

// shelfRecord is short, and leaves out what is zero: every reservation writes it
// once per line.
type shelfRecord struct {
	V
	Counters [4]int64 `json:"n"` // received, available, reserved, sold
	Version  int64    `json:"s"`
	Told     int64    `json:"t"`
	Low      int64    `json:"l"`
	Amount   int64    `json:"a"`
	Removed  bool     `json:"x"`
	Currency string   `json:"c"`
}

// encodeShelf writes a shelfRecord. encoding/json takes six times as long.
func encodeShelf(s stock.ShelfState) []byte {
	c := s.Counters
	out := append(make([]byte, 0, 96), `{"v":1,"n":[`...)
	for i, n := range []int64{c.Received, c.Available, c.Reserved, c.Sold} {
		if i > 0 {
			out = append(out, ',')
		}
		out = strconv.AppendInt(out, n, 10)
	}
	out = append(out, ']')
	for _, f := range []struct {
		name  string
		value int64
	}{{`,"s":`, s.Version}, {`,"t":`, s.Told}, {`,"l":`, s.LowStockAt}, {`,"a":`, s.Amount}} {
		if f.value != 0 {
			out = strconv.AppendInt(append(out, f.name...), f.value, 10)
		}
	}
	if s.Removed {
		out = append(out, `,"x":true`...)
	}
	return append(append(append(out, `,"c":"`...), s.Currency...), `"}`...) // three letters, see stock.NewMoney
}

func (r shelfRecord) open(sku string) (*stock.Shelf, error) {
	n := r.Counters
	return stock.OpenShelf(stock.ShelfState{SKU: sku, Amount: r.Amount, Currency: r.Currency, LowStockAt: r.Low, Removed: r.Removed,
		Counters: stock.Counters{Received: n[0], Available: n[1], Reserved: n[2], Sold: n[3]}, Version: r.Version, Told: r.Told})
}

type productRecord struct {
	V
	Name       string            `json:"name"`
	Amount     int64             `json:"amount"`
	Currency   string            `json:"currency"`
	Low        int64             `json:"low,omitempty"`
	Attributes map[string]string `json:"attributes,omitempty"` // JSON texts
	Version    int64             `json:"version"`
	CreatedAt  time.Time         `json:"createdAt"`
	UpdatedAt  time.Time         `json:"updatedAt"`
	Removed    bool              `json:"removed,omitempty"`
}

func productRecordOf(p stock.ProductState) productRecord {
	return productRecord{V{recordVersion}, p.Name, p.Amount, p.Currency, p.LowStockAt, p.Attributes, p.Version, p.CreatedAt, p.UpdatedAt, p.Removed}
}

func (r productRecord) open(sku string) (*stock.Product, error) {
	return stock.OpenProduct(stock.ProductState{SKU: sku, Name: r.Name, Amount: r.Amount, Currency: r.Currency, LowStockAt: r.Low,
		Attributes: r.Attributes, Version: r.Version, CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt, Removed: r.Removed})
}
