package api

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestProducts(t *testing.T) {
	d := newDoor(t)
	body := `{"sku":"pen","name":"Ein Füller · 笔","unitPrice":{"amount":1999,"currency":"USD"},"lowStockAt":2,"attributes":{"ink":"<blue>","nibs":[1,2],"weight":9007199254740993}}`
	made := d.call("POST", "/v1/products", body).is(201,
		`{"sku":"pen","name":"Ein Füller · 笔","unitPrice":{"amount":1999,"currency":"USD"},"lowStockAt":2,"attributes":{"ink":"<blue>","nibs":[1,2],"weight":9007199254740993},
		"version":1,"createdAt":"2026-01-31T09:30:00Z","updatedAt":"2026-01-31T09:30:00Z"}`)
	assert.Contains(t, made.Body.String(), "9007199254740993", "every digit is kept")
	assert.Equal(t, "/v1/products/pen", made.Header().Get("Location"))
	assert.Equal(t, `"1"`, made.Header().Get("ETag"))
	d.call("POST", "/v1/products", body).refused(409, "product-exists")

	change := `{"name":"A pen","unitPrice":{"amount":0,"currency":"EUR"}}`
	d.call("PUT", "/v1/products/pen", change, "If-Match", `"2"`).refused(412, "version-mismatch")
	d.call("PUT", "/v1/products/pen", change, "If-Match", `W/"1"`).refused(412, "version-mismatch")
	changed := d.call("PUT", "/v1/products/pen", change, "If-Match", `"7", "1"`).is(200)
	assert.Equal(t, `"2"`, changed.Header().Get("ETag"))
	d.call("PUT", "/v1/products/pen", change).is(200)
	d.call("PUT", "/v1/products/pen", change, "If-Match", "*").is(200)
	got := d.call("GET", "/v1/products/pen", "").is(200,
		`{"sku":"pen","name":"A pen","unitPrice":{"amount":0,"currency":"EUR"},"version":4,"createdAt":"2026-01-31T09:30:00Z","updatedAt":"2026-01-31T09:30:00Z"}`)
	assert.Equal(t, `"4"`, got.Header().Get("ETag"))
	d.call("PUT", "/v1/products/pen", `{"sku":"book",`+change[1:]).refused(400, "validation-failed").wrongIn("sku")
	d.call("PUT", "/v1/products/dodo", change).refused(404, "unknown-product")
	d.call("PUT", "/v1/products/dodo", change, "If-Match", "*").refused(412, "version-mismatch")

	d.call("DELETE", "/v1/products/pen", "").is(204)
	d.call("DELETE", "/v1/products/pen", "").refused(404, "unknown-product")
	d.call("GET", "/v1/products/pen", "").refused(404, "unknown-product")
	d.call("GET", "/v1/products/a%7Cb", "").refused(404, "unknown-product")
	d.call("POST", "/v1/products", body).is(201)
	d.call("POST", "/v1/stock/pen/receipts", `{"quantity":1,"reference":"r"}`).is(201)
	d.call("DELETE", "/v1/products/pen", "").refused(409, "product-in-use")
}

func TestWhatIsNoProduct(t *testing.T) {
	d := newDoor(t)
	for body, field := range map[string]string{
		`{"name":"n","unitPrice":{"amount":1,"currency":"USD"}}`:                               "sku",
		`{"sku":"a b","name":"n","unitPrice":{"amount":1,"currency":"USD"}}`:                   "sku",
		`{"sku":"a","unitPrice":{"amount":1,"currency":"USD"}}`:                                "name",
		`{"sku":"a","name":"n"}`:                                                               "unitPrice",
		`{"sku":"a","name":"n","unitPrice":{"currency":"USD"}}`:                                "unitPrice.amount",
		`{"sku":"a","name":"n","unitPrice":{"amount":-1,"currency":"USD"}}`:                    "unitPrice.amount",
		`{"sku":"a","name":"n","unitPrice":{"amount":9007199254740992,"currency":"USD"}}`:      "unitPrice.amount",
		`{"sku":"a","name":"n","unitPrice":{"amount":1}}`:                                      "unitPrice.currency",
		`{"sku":"a","name":"n","unitPrice":{"amount":1,"currency":"XYZ"}}`:                     "unitPrice.currency",
		`{"sku":"a","name":"n","unitPrice":{"amount":1,"currency":"USD"},"lowStockAt":-1}`:     "lowStockAt",
		`{"sku":"a","name":"n","unitPrice":{"amount":1,"currency":"USD"},"attributes":{"":1}}`: "attributes[]",
	} {
		d.call("POST", "/v1/products", body).refused(400, "validation-failed").wrongIn(field)
	}
	d.call("POST", "/v1/products", `{"sku":"a","title":"n"}`).refused(400, "unknown-field")
	d.call("POST", "/v1/products", `{"sku":"a","name":"n","unitPrice":{"amount":1.5,"currency":"USD"}}`).refused(400, "invalid-json").wrongIn("unitPrice.amount")
	d.call("POST", "/v1/products", `{}`, "Content-Type", "text/plain").refused(415, "unsupported-media-type")
	d.call("DELETE", "/v1/products", "").refused(405, "method-not-allowed")
}

func TestListingProducts(t *testing.T) {
	d := newDoor(t)
	for _, sku := range []string{"b1", "a1", "b3", "b2"} {
		d.product(sku, "0")
	}
	var seen []string
	path := "/v1/products?prefix=b&limit=2"
	for {
		page := d.call("GET", path, "").is(200).body
		for _, p := range page["items"].([]any) {
			seen = append(seen, p.(map[string]any)["sku"].(string))
		}
		next, more := page["nextCursor"].(string)
		if !more {
			break
		}
		path = "/v1/products?prefix=b&limit=2&cursor=" + next
	}
	assert.Equal(t, []string{"b1", "b2", "b3"}, seen)
	d.call("GET", "/v1/products?prefix=zz", "").is(200, `{"items":[]}`)
	d.call("GET", "/v1/products?cursor=garbage", "").refused(400, "validation-failed").wrongIn("cursor")
	d.call("GET", "/v1/products?cursor="+cursorOf("products p", "pen"), "").refused(400, "validation-failed").wrongIn("cursor")
	d.call("GET", "/v1/products?cursor="+cursorOf("ledger pen", "1"), "").refused(400, "validation-failed").wrongIn("cursor")
	d.call("GET", "/v1/products?limit=201", "").refused(400, "validation-failed").wrongIn("limit")
	d.call("GET", "/v1/products?prefx=b", "").refused(400, "unknown-parameter")
}
