package e2e

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"orderly/tests/harness"
)

// Whatever cannot be read is refused with a problem that says what to fix, by every call that takes a body, by both
// doors.
func TestBadBodies(t *testing.T) {
	t.Parallel()
	harness.BothDoors(t, func(s *harness.Story) {
		o := s.Place("ann", line(s.Product("book", 10), 1))
		order, customer := "/v1/orders/"+o.ID, "/v1/customers/"+s.Customer("ann")+"/contact"
		for _, call := range []struct {
			client       harness.Client
			method, path string
		}{
			{s.Order, http.MethodPost, "/v1/orders"},
			{s.Order, http.MethodPost, "/v1/orders/batch"},
			{s.Order, http.MethodPost, order + "/payment"},
			{s.Order, http.MethodPost, order + "/shipment"},
			{s.Order, http.MethodDelete, order},
			{s.Stock, http.MethodPost, "/v1/products"},
			{s.Stock, http.MethodPut, "/v1/products/" + s.SKU("book")},
			{s.Stock, http.MethodPost, "/v1/stock/" + s.SKU("book") + "/receipts"},
			{s.Stock, http.MethodPost, "/v1/stock/" + s.SKU("book") + "/adjustments"},
			{s.Stock, http.MethodPost, "/v1/reservations"},
			{s.Stock, http.MethodPost, "/v1/reservations/batch"},
			{s.Notify, http.MethodPut, customer},
		} {
			send := func(kind, body string) harness.Answer {
				return call.client.Do(call.method, call.path, harness.Raw{Type: kind, Body: strings.NewReader(body)})
			}
			send("application/json", `{"customerId":`).Problem(http.StatusBadRequest, "invalid-json")
			send("application/json", `[1,2]`).Problem(http.StatusBadRequest, "invalid-json")
			send("application/json", `{}{}`).Problem(http.StatusBadRequest, "")
			if p := send("application/json", `{"surprise": 1}`).Problem(http.StatusBadRequest, "unknown-field"); !strings.Contains(p.Detail, "surprise") {
				s.T.Errorf("%s %s does not name the unknown field: %s", call.method, call.path, p.Detail)
			}
			send("text/plain", `{}`).Problem(http.StatusUnsupportedMediaType, "unsupported-media-type")
			send("application/xml", `<a/>`).Problem(http.StatusUnsupportedMediaType, "unsupported-media-type")
		}
		if got := s.Get(o.ID); got.Version != 1 {
			s.T.Errorf("a bad body changed the order: %+v", got)
		}
	})
}

// A body over the limit, 1 MiB and 16 MiB for batch and import, is refused while it is read.
func TestTooLarge(t *testing.T) {
	t.Parallel()
	harness.BothDoors(t, func(s *harness.Story) {
		for _, call := range []struct {
			client harness.Client
			path   string
			kind   string
			limit  int64
		}{
			{s.Order, "/v1/orders", "application/json", 1 << 20},
			{s.Stock, "/v1/products", "application/json", 1 << 20},
			{s.Stock, "/v1/reservations", "application/json", 1 << 20},
			{s.Order, "/v1/orders/batch", "application/json", 16 << 20},
			{s.Stock, "/v1/reservations/batch", "application/json", 16 << 20},
			{s.Stock, "/v1/products/import", "application/x-ndjson", 16 << 20},
		} {
			body := io.MultiReader(strings.NewReader(`{"name":"`), io.LimitReader(letters{}, call.limit), strings.NewReader(`"}`))
			a := call.client.Post(call.path, harness.Raw{Type: call.kind, Body: body})
			if a.Status != http.StatusOK { // an import may have answered for the rows it had read
				a.Problem(http.StatusRequestEntityTooLarge, "body-too-large")
			}
		}
	})
}

// letters is an endless text.
type letters struct{}

func (letters) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = 'a'
	}
	return len(b), nil
}
