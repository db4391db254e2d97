package e2e

import (
	"net/http"
	"net/url"
	"reflect"
	"testing"

	"orderly/tests/harness"
)

// The catalogue: made once, read, changed by whoever saw it last, and deleted only when nothing of it is left.
func TestProducts(t *testing.T) {
	t.Parallel()
	harness.BothDoors(t, func(s *harness.Story) {
		t := s.T
		sku := s.SKU("book")
		path := "/v1/products/" + sku
		body := M{"sku": sku, "name": "Ein Buch · 书", "unitPrice": harness.Price, "lowStockAt": 2, "attributes": M{"pages": float64(300)}}
		made := harness.As[harness.Product](s.Stock.Post("/v1/products", body).Want(http.StatusCreated))
		if made.SKU != sku || made.Name != "Ein Buch · 书" || made.UnitPrice != harness.Price || made.LowStockAt != 2 {
			t.Errorf("made %+v", made)
		}
		s.Stock.Post("/v1/products", body).Problem(http.StatusConflict, "")

		a := s.Stock.Get(path).Want(http.StatusOK)
		if got := harness.As[harness.Product](a); !reflect.DeepEqual(got, made) || !reflect.DeepEqual(got.Attributes, body["attributes"]) {
			t.Errorf("read back %+v", got)
		}
		tag := a.Header.Get("ETag")
		if tag == "" {
			t.Fatalf("no ETag:\n%s", a)
		}
		body["name"] = "A book"
		changed := s.Stock.Put(path, body, "If-Match", tag).Want(http.StatusOK)
		if got := harness.As[harness.Product](s.Stock.Get(path)); got.Name != "A book" || harness.As[harness.Product](changed).Name != "A book" {
			t.Errorf("changed to %+v", got)
		}
		s.Stock.Put(path, body, "If-Match", tag).Problem(http.StatusPreconditionFailed, "")
		s.Stock.Put(path, body, "If-Match", `"nonsense"`).Problem(http.StatusPreconditionFailed, "")

		s.Receive(sku, 5, "r")
		s.Stock.Delete(path, nil).Problem(http.StatusConflict, "product-in-use")
		hold(s, "h", line(sku, 5)).Want(http.StatusCreated)
		s.Stock.Delete(path, nil).Problem(http.StatusConflict, "product-in-use")
		s.Stock.Delete("/v1/reservations/"+s.Key("h"), nil).Want(http.StatusOK)
		s.Stock.Post("/v1/stock/"+sku+"/adjustments", M{"delta": -5, "reason": "burnt", "reference": "fire"})
		s.HasUnits(sku, 0, 0, 0)
		if a := s.Stock.Delete(path, nil); a.Status/100 != 2 {
			t.Errorf("delete:\n%s", a)
		}
		s.Stock.Get(path).Problem(http.StatusNotFound, "")
		s.Stock.Delete(path, nil).Problem(http.StatusNotFound, "")
		s.Stock.Put(path, body, "If-Match", tag).Want(http.StatusPreconditionFailed)
		hold(s, "late", line(sku, 1)).Problem(http.StatusUnprocessableEntity, "unknown-product")
	})
}

// Ten shopkeepers change a product they all saw in one state: one of them wins.
func TestProductRace(t *testing.T) {
	t.Parallel()
	s := harness.Shared(t)
	sku := s.Product("book", 0)
	tag := s.Stock.Get("/v1/products/" + sku).Header.Get("ETag")
	statuses := make([]int, 10)
	harness.Together(len(statuses), func(i int) {
		body := M{"sku": sku, "name": "book", "unitPrice": harness.Money{Amount: int64(i), Currency: "USD"}}
		a, err := s.Stock.Try(http.MethodPut, "/v1/products/"+sku, body, "If-Match", tag)
		if err != nil {
			t.Error(err)
		}
		statuses[i] = a.Status
	})
	count := map[int]int{}
	for _, status := range statuses {
		count[status]++
	}
	if count[http.StatusOK] != 1 || count[http.StatusPreconditionFailed] != 9 {
		t.Errorf("answers by status: %v", count)
	}
}

// Products are listed by prefix, in pages, none twice and none missed; stock of several SKUs is read at once.
func TestProductList(t *testing.T) {
	t.Parallel()
	harness.BothDoors(t, func(s *harness.Story) {
		t := s.T
		want := map[string]bool{}
		for _, name := range []string{"a-1", "a-2", "a-3", "a-4", "a-5", "b-1"} {
			want[s.Product(name, 1)] = true
		}
		delete(want, s.SKU("b-1"))
		got := map[string]bool{}
		for _, p := range harness.All[harness.Product](s.Stock, "/v1/products?limit=2&prefix="+s.SKU("a-")) {
			if got[p.SKU] {
				t.Errorf("%s is listed twice", p.SKU)
			}
			got[p.SKU] = true
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("listed %v, want %v", got, want)
		}
		q := url.Values{"sku": {s.SKU("a-1"), s.SKU("b-1")}}
		units := harness.All[harness.Units](s.Stock, "/v1/stock?"+q.Encode())
		if len(units) != 2 || units[0].Available != 1 || units[1].Available != 1 {
			t.Errorf("stock of two: %+v", units)
		}
		s.Stock.Get("/v1/stock/"+s.SKU("dodo")).Problem(http.StatusNotFound, "")
	})
}
