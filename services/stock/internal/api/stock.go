package api

import (
	"net/http"

	"orderly/services/internal/problem"
	"orderly/services/internal/wire"
	"orderly/services/stock/internal/stock"
)

type level struct {
	SKU       string `json:"sku"`
	Received  int64  `json:"received"`
	Available int64  `json:"available"`
	Reserved  int64  `json:"reserved"`
	Sold      int64  `json:"sold"`
	Version   int64  `json:"version"`
}

func levelOf(l stock.Level) level {
	return level{l.SKU, l.Received, l.Available, l.Reserved, l.Sold, l.Version}
}

func (a *api) level(w http.ResponseWriter, r *http.Request) error {
	sku, err := skuOf(r)
	if err != nil {
		return err
	}
	found, err := a.Stock.Levels(r.Context(), sku)
	if err != nil {
		return err
	}
	return wire.Reply(w, http.StatusOK, levelOf(found[0]))
}

func (a *api) levels(w http.ResponseWriter, r *http.Request) error {
	skus, err := skusOf(r)
	if err != nil {
		return err
	}
	found, err := a.Stock.Levels(r.Context(), skus...)
	if err != nil {
		return err
	}
	out := wire.List[level]{Items: make([]level, len(found))}
	for i, l := range found {
		out.Items[i] = levelOf(l)
	}
	return wire.Reply(w, http.StatusOK, out)
}

// skusOf reads ?sku=, 1 to 200 times.
func skusOf(r *http.Request) ([]string, error) {
	if err := wire.KnownQuery(r, "sku"); err != nil {
		return nil, err
	}
	skus := r.URL.Query()["sku"]
	if len(skus) < 1 || len(skus) > 200 {
		return nil, wire.Invalid(problem.Field{Field: "sku", Rule: "range", Message: "must be given 1 to 200 times"})
	}
	var none []string
	for _, sku := range skus {
		if !wire.Slug(sku) {
			none = append(none, sku)
		}
	}
	if len(none) > 0 {
		return nil, &stock.NoProduct{SKUs: none}
	}
	return skus, nil
}

func (a *api) receive(w http.ResponseWriter, r *http.Request) error {
	receipt, err := readReceipt(r)
	if err != nil {
		return err
	}
	got, err := a.Stock.Receive(r.Context(), receipt)
	if err != nil {
		return err
	}
	a.log.InfoContext(r.Context(), "stock received", "sku", got.SKU, "version", got.Version, "replayed", got.Replayed)
	return wire.Reply(w, once(w, got.Replayed), levelOf(got.Level))
}

func readReceipt(r *http.Request) (stock.Receipt, error) {
	var in struct {
		Quantity  int64  `json:"quantity" validate:"min=1,max=9007199254740991"`
		Reference string `json:"reference" validate:"required,id"`
	}
	sku, err := skuOf(r)
	if err != nil {
		return stock.Receipt{}, err
	}
	if err := wire.Decode(r, &in); err != nil {
		return stock.Receipt{}, err
	}
	return stock.NewReceipt(sku, in.Quantity, in.Reference)
}

func (a *api) adjust(w http.ResponseWriter, r *http.Request) error {
	adjustment, err := readAdjustment(r)
	if err != nil {
		return err
	}
	got, err := a.Stock.Adjust(r.Context(), adjustment)
	if err != nil {
		return err
	}
	a.log.InfoContext(r.Context(), "stock adjusted", "sku", got.SKU, "version", got.Version, "replayed", got.Replayed)
	return wire.Reply(w, once(w, got.Replayed), levelOf(got.Level))
}

func readAdjustment(r *http.Request) (stock.Adjustment, error) {
	var in struct {
		Delta     int64  `json:"delta" validate:"ne=0,min=-9007199254740991,max=9007199254740991"`
		Reason    string `json:"reason" validate:"required,max=200"`
		Reference string `json:"reference" validate:"required,id"`
	}
	sku, err := skuOf(r)
	if err != nil {
		return stock.Adjustment{}, err
	}
	if err := wire.Decode(r, &in); err != nil {
		return stock.Adjustment{}, err
	}
	return stock.NewAdjustment(sku, in.Delta, in.Reason, in.Reference)
}
