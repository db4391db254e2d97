package e2e

import (
	"net/http"
	"testing"

	"orderly/tests/harness"
)

// Many orders are read at once: those that exist, each once, in the order asked.
func TestLookup(t *testing.T) {
	t.Parallel()
	harness.BothDoors(t, func(s *harness.Story) {
		book := s.Product("book", 10)
		a, b := s.Place("ann", line(book, 1)), s.Place("ben", line(book, 2))
		var got struct{ Items []harness.Order }
		s.Order.Post("/v1/orders/lookup", M{"ids": []string{b.ID, "nobody", a.ID, b.ID}}).Want(http.StatusOK).Into(&got)
		if len(got.Items) != 2 || got.Items[0].ID != b.ID || got.Items[1].ID != a.ID || got.Items[0].Status != "confirmed" {
			s.T.Errorf("%+v", got.Items)
		}
		s.Order.Post("/v1/orders/lookup", M{"ids": []string{"nobody"}}).Want(http.StatusOK).Into(&got)
		if len(got.Items) != 0 {
			s.T.Errorf("%+v", got.Items)
		}
		s.Order.Post("/v1/orders/lookup", M{"ids": []string{}}).Problem(http.StatusBadRequest, "")
	})
}
