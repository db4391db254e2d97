package api

import (
	"net/http"
	"strconv"
	"time"

	"orderly/services/internal/wire"
	"orderly/services/stock/internal/stock"
)

type entry struct {
	Sequence  int64      `json:"sequence"`
	Kind      stock.Kind `json:"kind"`
	Quantity  int64      `json:"quantity"`
	OrderID   string     `json:"orderId,omitempty"`
	Reference string     `json:"reference,omitempty"`
	Reason    string     `json:"reason,omitempty"`
	At        time.Time  `json:"at"`
}

func (a *api) ledger(w http.ResponseWriter, r *http.Request) error {
	sku, err := skuOf(r)
	if err != nil {
		return err
	}
	limit, after, err := ledgerPage(r, sku)
	if err != nil {
		return err
	}
	entries, more, err := a.Stock.Ledger(r.Context(), sku, after, limit)
	if err != nil {
		return err
	}
	out := wire.List[entry]{Items: []entry{}}
	for _, e := range entries {
		out.Items = append(out.Items, entry(e))
	}
	if more {
		out.NextCursor = cursorOf("ledger "+sku, strconv.FormatInt(after+int64(len(entries)), 10))
	}
	return wire.Reply(w, http.StatusOK, out)
}

// ledgerPage reads the page asked for; a cursor is the last sequence answered.
func ledgerPage(r *http.Request, sku string) (limit int, after int64, err error) {
	if err := wire.KnownQuery(r, "limit", "cursor"); err != nil {
		return 0, 0, err
	}
	page, err := wire.ReadPage(r)
	if err != nil {
		return 0, 0, err
	}
	last, err := lastOf("ledger "+sku, page.Cursor)
	if err != nil || last == "" {
		return page.Limit, 0, err
	}
	after, err = strconv.ParseInt(last, 10, 64)
	if err != nil || after < 1 {
		return 0, 0, wire.BadCursor()
	}
	return page.Limit, after, nil
}
