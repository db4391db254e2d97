package api

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"orderly/services/internal/problem"
	"orderly/services/internal/wire"
	"orderly/services/stock/internal/stock"
)

type moneyRequest struct {
	Amount   *int64 `json:"amount" validate:"required,min=0,max=9007199254740991"`
	Currency string `json:"currency" validate:"required,currency"`
}

type productRequest struct {
	SKU        string        `json:"sku" validate:"required,slug"`
	Name       string        `json:"name" validate:"required,max=200"`
	UnitPrice  *moneyRequest `json:"unitPrice" validate:"required"`
	LowStockAt *int64        `json:"lowStockAt" validate:"omitempty,min=0,max=9007199254740991"`
	Attributes attributes    `json:"attributes" validate:"max=50,dive,keys,min=1,max=64,endkeys,max=1000"`
}

func (p productRequest) details() (stock.Details, error) {
	price, err := stock.NewMoney(*p.UnitPrice.Amount, p.UnitPrice.Currency)
	if err != nil {
		return stock.Details{}, err
	}
	free, err := p.Attributes.text()
	if err != nil {
		return stock.Details{}, err
	}
	low := int64(0)
	if p.LowStockAt != nil {
		low = *p.LowStockAt
	}
	return stock.NewDetails(p.Name, price, low, free)
}

type product struct {
	SKU        string     `json:"sku"`
	Name       string     `json:"name"`
	UnitPrice  money      `json:"unitPrice"`
	LowStockAt int64      `json:"lowStockAt,omitempty"`
	Attributes attributes `json:"attributes,omitempty"`
	Version    int64      `json:"version"`
	CreatedAt  time.Time  `json:"createdAt"`
	UpdatedAt  time.Time  `json:"updatedAt"`
}

func productOf(p stock.Product) product {
	d := p.Details()
	return product{p.SKU(), d.Name(), moneyOf(d.UnitPrice()), d.LowStockAt(), attributesOf(d.Attributes()), p.Version(), p.CreatedAt(), p.UpdatedAt()}
}

func replyProduct(w http.ResponseWriter, status int, p stock.Product) error {
	w.Header().Set("ETag", etag(p.Version()))
	return wire.Reply(w, status, productOf(p))
}

func (a *api) createProduct(w http.ResponseWriter, r *http.Request) error {
	var in productRequest
	if err := wire.Decode(r, &in); err != nil {
		return err
	}
	details, err := in.details()
	if err != nil {
		return err
	}
	p, err := a.Stock.Create(r.Context(), in.SKU, details)
	if err != nil {
		return err
	}
	w.Header().Set("Location", "/v1/products/"+p.SKU())
	return replyProduct(w, http.StatusCreated, p)
}

func (a *api) getProduct(w http.ResponseWriter, r *http.Request) error {
	sku, err := skuOf(r)
	if err != nil {
		return err
	}
	p, err := a.Stock.Product(r.Context(), sku)
	if err != nil {
		return err
	}
	return replyProduct(w, http.StatusOK, p)
}

func (a *api) replaceProduct(w http.ResponseWriter, r *http.Request) error {
	sku, err := skuOf(r)
	if err != nil {
		return err
	}
	details, err := replacement(r, sku)
	if err != nil {
		return err
	}
	p, err := a.Stock.Revise(r.Context(), sku, details, ifMatch(r))
	if err != nil {
		return err
	}
	return replyProduct(w, http.StatusOK, p)
}

// replacement reads the body of a PUT; its sku may be left out.
func replacement(r *http.Request, sku string) (stock.Details, error) {
	in := productRequest{SKU: sku}
	if err := wire.Decode(r, &in); err != nil {
		return stock.Details{}, err
	}
	if in.SKU != sku {
		return stock.Details{}, wire.Invalid(problem.Field{Field: "sku", Rule: "eq", Message: "must be the sku of the path, or left out"})
	}
	return in.details()
}

func (a *api) removeProduct(w http.ResponseWriter, r *http.Request) error {
	sku, err := skuOf(r)
	if err != nil {
		return err
	}
	if err := a.Stock.Remove(r.Context(), sku); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func (a *api) listProducts(w http.ResponseWriter, r *http.Request) error {
	limit, after, err := productsPage(r)
	if err != nil {
		return err
	}
	found, more, err := a.Stock.Products(r.Context(), r.URL.Query().Get("prefix"), after, limit)
	if err != nil {
		return err
	}
	out := wire.List[product]{Items: []product{}}
	for _, p := range found {
		out.Items = append(out.Items, productOf(p))
	}
	if more {
		out.NextCursor = cursorOf("products "+r.URL.Query().Get("prefix"), found[len(found)-1].SKU())
	}
	return wire.Reply(w, http.StatusOK, out)
}

// productsPage reads the page asked for; a cursor is the last sku answered.
func productsPage(r *http.Request) (limit int, after string, err error) {
	if err := wire.KnownQuery(r, "prefix", "limit", "cursor"); err != nil {
		return 0, "", err
	}
	page, err := wire.ReadPage(r)
	if err != nil {
		return 0, "", err
	}
	after, err = lastOf("products "+r.URL.Query().Get("prefix"), page.Cursor)
	return page.Limit, after, err
}

func etag(version int64) string { return `"` + strconv.FormatInt(version, 10) + `"` }

// ifMatch returns what If-Match allows; nil when it is not there.
func ifMatch(r *http.Request) func(version int64) bool {
	header := r.Header.Get("If-Match")
	if header == "" {
		return nil
	}
	return func(version int64) bool {
		if header == "*" {
			return true
		}
		for tag := range strings.SplitSeq(header, ",") {
			if strings.TrimSpace(tag) == etag(version) {
				return true
			}
		}
		return false
	}
}
