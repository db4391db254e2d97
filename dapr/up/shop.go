package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"time"

	"orderly/dapr/local"
)

// shop is the running system as a caller of its sidecars sees it.
type shop struct{ *local.Stack }

type money struct {
	Amount   int64  `json:"amount"`
	Currency string `json:"currency"`
}

func (m money) String() string {
	return fmt.Sprintf("%d.%02d %s", m.Amount/100, m.Amount%100, m.Currency)
}

type product struct {
	SKU        string `json:"sku"`
	Name       string `json:"name"`
	UnitPrice  money  `json:"unitPrice"`
	LowStockAt int    `json:"lowStockAt"`
}

var catalogue = []product{
	{"mug-blue", "Blue mug", money{1450, "USD"}, 20},
	{"mug-green", "Green mug", money{1450, "USD"}, 20},
	{"teapot", "Teapot, 1 l", money{4200, "USD"}, 10},
	{"tea-assam", "Assam tea, 250 g", money{990, "USD"}, 50},
	{"tea-oolong", "Oolong tea, 100 g", money{1875, "USD"}, 50},
}

// fill puts the sample catalogue, its stock and one customer in place. A second start finds them there: a product that
// exists is a conflict, a receipt counts once per reference.
func (s shop) fill(ctx context.Context) error {
	for _, p := range catalogue {
		if _, err := s.call(ctx, "stock", "POST", "/v1/products", p, nil, 201, 409); err != nil {
			return err
		}
		receipt := map[string]any{"quantity": 1000, "reference": "sample-catalogue"}
		if _, err := s.call(ctx, "stock", "POST", "/v1/stock/"+p.SKU+"/receipts", receipt, nil, 200, 201); err != nil {
			return err
		}
	}
	contact := map[string]any{"email": "alice@example.com", "channels": []string{"email"}}
	_, err := s.call(ctx, "notify", "PUT", "/v1/customers/alice/contact", contact, nil, 200, 201, 204)
	return err
}

// call calls a service through its own sidecar. Any status but those wanted is an error.
func (s shop) call(ctx context.Context, app, verb, path string, body, into any, want ...int) (status int, err error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	var in io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return 0, err
		}
		in = bytes.NewReader(text)
	}
	r, err := http.NewRequestWithContext(ctx, verb, s.SidecarURL(app)+"/v1.0/invoke/"+app+"/method"+path, in)
	if err != nil {
		return 0, err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("dapr-api-token", s.Tokens.Dapr)
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return 0, err
	}
	if !slices.Contains(want, res.StatusCode) {
		return res.StatusCode, fmt.Errorf("%s %s answered %s: %s", verb, path, res.Status, text)
	}
	if into == nil {
		return res.StatusCode, nil
	}
	return res.StatusCode, json.Unmarshal(text, into)
}
