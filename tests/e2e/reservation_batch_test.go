package e2e

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"orderly/tests/harness"
)

type holdResult struct {
	Status      int
	Reservation *harness.Reservation
	Problem     *harness.Problem
}

func holdBatch(s *harness.Story, reservations []M) []holdResult {
	s.T.Helper()
	a := s.Stock.Patient(time.Minute).Post("/v1/reservations/batch", M{"reservations": reservations}).Want(http.StatusOK)
	results := harness.As[struct{ Results []holdResult }](a).Results
	if len(results) != len(reservations) {
		s.T.Fatalf("%d reservations, %d results", len(reservations), len(results))
	}
	return results
}

// Each reservation of a batch is all or nothing on its own, and answered in its place.
func TestReservationBatch(t *testing.T) {
	t.Parallel()
	harness.BothDoors(t, func(s *harness.Story) {
		t := s.T
		book, pen := s.Product("book", 10), s.Product("pen", 1)
		ask := func(id string, lines ...harness.Item) M { return M{"orderId": s.Key(id), "items": lines} }
		results := holdBatch(s, []M{
			ask("a", line(book, 6)),
			ask("b", line(book, 1), line(pen, 2)),
			ask("c", line(s.SKU("dodo"), 1)),
			ask("d", line(book, 0)),
			ask("e", line(book, 2), line(pen, 1)),
			ask("a", line(book, 6)),
		})
		for i, want := range []struct {
			status int
			code   string
		}{{201, ""}, {409, "out-of-stock"}, {422, "unknown-product"}, {400, "validation-failed"}, {201, ""}} {
			r := results[i]
			if r.Status != want.status || (r.Problem != nil) != (want.code != "") || (r.Problem != nil && r.Problem.Code != want.code) {
				t.Errorf("result %d is %+v, want %+v", i, r, want)
			}
		}
		if r := results[5]; r.Status/100 != 2 {
			t.Errorf("the same id again: %+v", r)
		}
		s.HasUnits(book, 2, 8, 0)
		s.HasUnits(pen, 0, 1, 0)
	})
}

// Five hundred reservations for three hundred units: three hundred are held.
func TestReservationBatchLimits(t *testing.T) {
	t.Parallel()
	s := harness.Shared(t)
	book := s.Product("book", 300)
	batch := make([]M, 501)
	for i := range batch {
		batch[i] = M{"orderId": s.Key(fmt.Sprint(i)), "items": []harness.Item{line(book, 1)}}
	}
	s.Stock.Post("/v1/reservations/batch", M{"reservations": batch}).Problem(http.StatusBadRequest, "validation-failed")
	s.Stock.Post("/v1/reservations/batch", M{"reservations": []M{}}).Problem(http.StatusBadRequest, "validation-failed")
	if err := s.Units(book).Are(300, 0, 0); err != nil {
		t.Error(err)
	}
	held := 0
	for _, r := range holdBatch(s, batch[:500]) {
		if r.Status == http.StatusCreated {
			held++
		} else if r.Problem == nil || r.Problem.Code != "out-of-stock" {
			t.Fatalf("%+v", r)
		}
	}
	if held != 300 {
		t.Errorf("%d held", held)
	}
	s.HasUnits(book, 0, 300, 0)
}
