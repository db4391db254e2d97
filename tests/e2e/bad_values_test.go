package e2e

import (
	"net/http"
	"strings"
	"testing"

	"orderly/tests/harness"
)

// A body that can be read but breaks a rule is refused, and errors names the field.
func TestBadValues(t *testing.T) {
	t.Parallel()
	s := harness.Shared(t)
	book := s.Product("book", 10)
	order := func(change func(M)) M {
		m := s.Asking("ann", line(book, 1))
		change(m)
		return m
	}
	item := func(sku, quantity any) M {
		return order(func(m M) { m["items"] = []M{{"sku": sku, "quantity": quantity}} })
	}
	product := func(field string, value any) M {
		m := M{"sku": s.SKU("new"), "name": "new", "unitPrice": harness.Price}
		m[field] = value
		return m
	}
	stock, customer := "/v1/stock/"+book, "/v1/customers/"+s.Customer("ann")+"/contact"
	for name, c := range map[string]struct {
		client       harness.Client
		method, path string
		body         any
		field        string
	}{
		"no customer":        {s.Order, "POST", "/v1/orders", order(func(m M) { delete(m, "customerId") }), "customerId"},
		"customer too long":  {s.Order, "POST", "/v1/orders", order(func(m M) { m["customerId"] = strings.Repeat("x", 129) }), "customerId"},
		"no items":           {s.Order, "POST", "/v1/orders", order(func(m M) { m["items"] = []M{} }), "items"},
		"items left out":     {s.Order, "POST", "/v1/orders", order(func(m M) { delete(m, "items") }), "items"},
		"zero":               {s.Order, "POST", "/v1/orders", item(book, 0), "quantity"},
		"negative":           {s.Order, "POST", "/v1/orders", item(book, -1), "quantity"},
		"a fraction":         {s.Order, "POST", "/v1/orders", item(book, 1.5), "quantity"},
		"a word":             {s.Order, "POST", "/v1/orders", item(book, "two"), "quantity"},
		"over 64 bits":       {s.Order, "POST", "/v1/orders", harness.Raw{Type: "application/json", Body: strings.NewReader(`{"customerId":"a","items":[{"sku":"a","quantity":9223372036854775808}]}`)}, "quantity"},
		"sku with a blank":   {s.Order, "POST", "/v1/orders", item("a b", 1), "sku"},
		"sku too long":       {s.Order, "POST", "/v1/orders", item(strings.Repeat("x", 65), 1), "sku"},
		"product sku":        {s.Stock, "POST", "/v1/products", product("sku", "über"), "sku"},
		"negative price":     {s.Stock, "POST", "/v1/products", product("unitPrice", harness.Money{Amount: -1, Currency: "USD"}), "unitPrice"},
		"float price":        {s.Stock, "POST", "/v1/products", product("unitPrice", M{"amount": 19.99, "currency": "USD"}), "unitPrice"},
		"no such currency":   {s.Stock, "POST", "/v1/products", product("unitPrice", harness.Money{Amount: 1, Currency: "dollars"}), "unitPrice"},
		"receipt of nothing": {s.Stock, "POST", stock + "/receipts", M{"quantity": 0, "reference": "r"}, "quantity"},
		"no reference":       {s.Stock, "POST", stock + "/receipts", M{"quantity": 1}, "reference"},
		"no reason":          {s.Stock, "POST", stock + "/adjustments", M{"delta": 1, "reference": "r"}, "reason"},
		"no delta":           {s.Stock, "POST", stock + "/adjustments", M{"delta": 0, "reason": "count", "reference": "r"}, "delta"},
		"hold for nobody":    {s.Stock, "POST", "/v1/reservations", M{"items": []harness.Item{line(book, 1)}}, "orderId"},
		"hold of nothing":    {s.Stock, "POST", "/v1/reservations", M{"orderId": s.Key("r"), "items": []M{}}, "items"},
		"no mail address":    {s.Notify, "PUT", customer, M{"email": "nobody", "channels": []string{"email"}}, "email"},
		"no such channel":    {s.Notify, "PUT", customer, M{"channels": []string{"pigeon"}}, "channels"},
		"limit too small":    {s.Order, "GET", "/v1/orders?limit=0", nil, "limit"},
		"limit too large":    {s.Order, "GET", "/v1/orders?limit=201", nil, "limit"},
		"cursor of nobody":   {s.Order, "GET", "/v1/orders?cursor=garbage", nil, "cursor"},
		"no such status":     {s.Order, "GET", "/v1/orders?status=lost", nil, "status"},
		"no time":            {s.Order, "GET", "/v1/orders?from=yesterday", nil, "from"},
		"notify limit":       {s.Notify, "GET", "/v1/notifications?limit=1000", nil, "limit"},
		"notify status":      {s.Notify, "GET", "/v1/notifications?status=lost", nil, "status"},
	} {
		t.Run(name, func(t *testing.T) {
			p := c.client.In(t).Do(c.method, c.path, c.body).Problem(http.StatusBadRequest, "")
			for _, e := range p.Errors {
				if strings.Contains(e.Field, c.field) {
					return
				}
			}
			t.Errorf("errors do not name %s: %+v", c.field, p.Errors)
		})
	}
	s.Order.Post("/v1/orders", s.Asking("ann", line(book, 1)), "Idempotency-Key", strings.Repeat("k", 129)).Problem(http.StatusBadRequest, "")
	if err := s.Units(book).Are(10, 0, 0); err != nil {
		t.Error(err)
	}
}
