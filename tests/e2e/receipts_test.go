package e2e

import (
	"net/http"
	"testing"

	"orderly/tests/harness"
)

// Receipts and adjustments count once per reference, and never take more than there is.
func TestReceiptsAndAdjustments(t *testing.T) {
	t.Parallel()
	harness.BothDoors(t, func(s *harness.Story) {
		t := s.T
		book := s.Product("book", 0)
		path := "/v1/stock/" + book
		change := func(kind string, body M) harness.Answer {
			a := s.Stock.Post(path+"/"+kind, body)
			if a.Status/100 != 2 {
				t.Errorf("refused:\n%s", a)
			}
			return a
		}
		for range 3 {
			change("receipts", M{"quantity": 10, "reference": "truck-1"})
		}
		change("receipts", M{"quantity": 5, "reference": "truck-2"})
		s.HasUnits(book, 15, 0, 0)
		for range 3 {
			change("adjustments", M{"delta": -4, "reason": "damaged", "reference": "count-1"})
		}
		s.HasUnits(book, 11, 0, 0)
		hold(s, "h", line(book, 8)).Want(http.StatusCreated)
		s.Stock.Post(path+"/adjustments", M{"delta": -4, "reason": "lost", "reference": "count-2"}).Problem(http.StatusConflict, "")
		s.HasUnits(book, 3, 8, 0)
		change("adjustments", M{"delta": -3, "reason": "lost", "reference": "count-3"})
		change("adjustments", M{"delta": 2, "reason": "found", "reference": "count-4"})
		s.HasUnits(book, 2, 8, 0)

		s.Stock.Post("/v1/stock/"+s.SKU("dodo")+"/receipts", M{"quantity": 1, "reference": "r"}).Problem(http.StatusNotFound, "")
		s.Stock.Get("/v1/stock/"+s.SKU("dodo")+"/ledger").Problem(http.StatusNotFound, "")
	})
}

// Twenty deliveries of one receipt at once count once.
func TestReceiptRace(t *testing.T) {
	t.Parallel()
	s := harness.Shared(t)
	book := s.Product("book", 0)
	harness.Together(20, func(int) {
		a, err := s.Stock.Try(http.MethodPost, "/v1/stock/"+book+"/receipts", M{"quantity": 7, "reference": "once"})
		if err != nil || a.Status/100 != 2 {
			t.Errorf("%v\n%s", err, a)
		}
	})
	s.HasUnits(book, 7, 0, 0)
}
