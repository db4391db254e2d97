package api

import (
	"net/http"
	"net/url"
	"time"

	"github.com/go-chi/chi/v5"

	"orderly/services/internal/problem"
	"orderly/services/internal/wire"
	"orderly/services/stock/internal/stock"
)

type money struct {
	Amount   int64  `json:"amount"`
	Currency string `json:"currency"`
}

func moneyOf(m stock.Money) money { return money{m.Amount(), m.Currency()} }

type line struct {
	SKU       string `json:"sku"`
	Quantity  int64  `json:"quantity"`
	UnitPrice money  `json:"unitPrice"`
}

func linesOf(lines []stock.Line) []line {
	out := make([]line, len(lines))
	for i, l := range lines {
		out[i] = line{l.SKU, l.Quantity, moneyOf(l.UnitPrice)}
	}
	return out
}

type shortage struct {
	SKU       string `json:"sku"`
	Requested int64  `json:"requested"`
	Available int64  `json:"available"`
}

func shortagesOf(short []stock.Shortage) []shortage {
	out := make([]shortage, len(short))
	for i, s := range short {
		out[i] = shortage(s)
	}
	return out
}

type reservation struct {
	OrderID   string     `json:"orderId"`
	Status    string     `json:"status"`
	Items     []line     `json:"items"`
	ExpiresAt *time.Time `json:"expiresAt,omitempty"`
}

func reservationOf(r stock.Reservation) reservation {
	out := reservation{OrderID: r.OrderID(), Status: r.State().Status(), Items: linesOf(r.Lines())}
	if at := r.ExpiresAt(); !at.IsZero() {
		out.ExpiresAt = &at
	}
	return out
}

// skuOf reads the sku of the path. One that cannot be a sku is not found.
func skuOf(r *http.Request) (string, error) {
	sku, err := url.PathUnescape(chi.URLParam(r, "sku"))
	if err != nil || !wire.Slug(sku) {
		return "", &stock.NoProduct{SKUs: []string{sku}}
	}
	return sku, nil
}

// orderOf reads the order id of the path.
func orderOf(r *http.Request) (string, error) {
	id, err := url.PathUnescape(chi.URLParam(r, "orderId"))
	if err != nil || !wire.ID(id) {
		return "", wire.Invalid(problem.Field{Field: "orderId", Rule: "id", Message: `must be 1 to 128 printable ASCII characters without blanks or |/\?#%"`})
	}
	return id, nil
}

// once is the status of an answer that may have been given before.
func once(w http.ResponseWriter, replayed bool) int {
	if replayed {
		w.Header().Set("Idempotent-Replayed", "true")
		return http.StatusOK
	}
	return http.StatusCreated
}
