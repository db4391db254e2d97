package dapr

import (
	"encoding/json"
	"fmt"
	"time"

	"orderly/services/internal/sidecar"
	"orderly/services/stock/internal/stock"
)

// recordVersion is the version of the stored documents. A reader refuses a
// later one rather than lose what it does not know.
const recordVersion = 1

type shelfRecord struct {
	V        int           `json:"v"`
	SKU      string        `json:"sku"`
	Product  productRecord `json:"product"`
	Removed  bool          `json:"removed,omitempty"`
	Counters [4]int64      `json:"counters"` // received, available, reserved, sold
	Version  int64         `json:"version"`
	Told     int64         `json:"told"`
	Tail     []entryRecord `json:"tail"`
}

type productRecord struct {
	Name       string            `json:"name"`
	UnitPrice  moneyRecord       `json:"unitPrice"`
	LowStockAt int64             `json:"lowStockAt,omitempty"`
	Attributes map[string]string `json:"attributes,omitempty"` // JSON texts
	Version    int64             `json:"version"`
	CreatedAt  time.Time         `json:"createdAt"`
	UpdatedAt  time.Time         `json:"updatedAt"`
}

type moneyRecord struct {
	Amount   int64  `json:"amount"`
	Currency string `json:"currency"`
}

type entryRecord struct {
	Kind      stock.Kind `json:"kind"`
	Quantity  int64      `json:"quantity"`
	OrderID   string     `json:"orderId,omitempty"`
	Reference string     `json:"reference,omitempty"`
	Reason    string     `json:"reason,omitempty"`
	At        time.Time  `json:"at"`
}

func shelfRecordOf(s stock.ShelfState) shelfRecord {
	p, c := s.Product, s.Counters
	return shelfRecord{V: recordVersion, SKU: s.SKU, Removed: s.Removed, Version: s.Version, Told: s.Told,
		Counters: [4]int64{c.Received, c.Available, c.Reserved, c.Sold}, Tail: pageRecordOf(s.Tail),
		Product: productRecord{p.Name, moneyRecord{p.Amount, p.Currency}, p.LowStockAt, p.Attributes, p.Version, p.CreatedAt, p.UpdatedAt}}
}

func readShelf(doc sidecar.Doc) (*stock.Shelf, error) {
	var r shelfRecord
	if err := decode(doc, &r, &r.V); err != nil {
		return nil, err
	}
	p, c := r.Product, r.Counters
	shelf, err := stock.OpenShelf(stock.ShelfState{SKU: r.SKU, Removed: r.Removed, Version: r.Version, Told: r.Told,
		Counters: stock.Counters{Received: c[0], Available: c[1], Reserved: c[2], Sold: c[3]}, Tail: entriesOf(r.Tail, r.Version-int64(len(r.Tail))),
		Product: stock.ProductState{SKU: r.SKU, Name: p.Name, Amount: p.UnitPrice.Amount, Currency: p.UnitPrice.Currency, LowStockAt: p.LowStockAt,
			Attributes: p.Attributes, Version: p.Version, CreatedAt: p.CreatedAt, UpdatedAt: p.UpdatedAt}})
	if err == nil && skuKey(r.SKU) != doc.Key {
		err = fmt.Errorf("it is of %s", r.SKU)
	}
	if err != nil {
		return nil, fmt.Errorf("%s cannot be read: %w", doc.Key, err)
	}
	return shelf, nil
}

// pageRecordOf leaves out the sequences: they follow from the place.
func pageRecordOf(entries []stock.Entry) []entryRecord {
	out := make([]entryRecord, len(entries))
	for i, e := range entries {
		out[i] = entryRecord{e.Kind, e.Quantity, e.OrderID, e.Reference, e.Reason, e.At}
	}
	return out
}

// entriesOf returns entries the first of which follows sequence after.
func entriesOf(page []entryRecord, after int64) []stock.Entry {
	out := make([]stock.Entry, len(page))
	for i, e := range page {
		out[i] = stock.Entry{Sequence: after + int64(i) + 1, Kind: e.Kind, Quantity: e.Quantity, OrderID: e.OrderID,
			Reference: e.Reference, Reason: e.Reason, At: e.At}
	}
	return out
}

// decode reads a document of a version this code knows; version is its field.
func decode(doc sidecar.Doc, into any, version *int) error {
	if err := json.Unmarshal(doc.Value, into); err != nil {
		return fmt.Errorf("%s cannot be read: %w", doc.Key, err)
	}
	if *version != recordVersion {
		return fmt.Errorf("%s cannot be read: it has version %d, this program knows %d", doc.Key, *version, recordVersion)
	}
	return nil
}
