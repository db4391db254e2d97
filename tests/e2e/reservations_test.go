package e2e

import (
	"net/http"
	"reflect"
	"testing"
	"time"

	"orderly/tests/harness"
)

func hold(s *harness.Story, id string, lines ...harness.Item) harness.Answer {
	s.T.Helper()
	return s.Stock.Post("/v1/reservations", M{"orderId": s.Key(id), "items": lines})
}

// A hold takes all of its items or none, once, and is committed or released, once.
func TestReservations(t *testing.T) {
	t.Parallel()
	harness.BothDoors(t, func(s *harness.Story) {
		t := s.T
		book, pen := s.Product("book", 10), s.Product("pen", 2)
		priced := []harness.Item{{SKU: book, Quantity: 3, UnitPrice: &harness.Price}, {SKU: pen, Quantity: 1, UnitPrice: &harness.Price}}

		first := harness.As[harness.Reservation](hold(s, "a", line(book, 3), line(pen, 1)).Want(http.StatusCreated))
		if first.OrderID != s.Key("a") || first.Status != "held" || !reflect.DeepEqual(first.Items, priced) || first.ExpiresAt == nil {
			t.Errorf("held %+v", first)
		}
		again := hold(s, "a", line(book, 3), line(pen, 1))
		if again.Status/100 != 2 || !reflect.DeepEqual(harness.As[harness.Reservation](again), first) {
			t.Errorf("not the first answer:\n%s", again)
		}
		p := hold(s, "b", line(book, 1), line(pen, 2)).Problem(http.StatusConflict, "out-of-stock")
		if want := []harness.Shortage{{SKU: pen, Requested: 2, Available: 1}}; !reflect.DeepEqual(p.Shortages, want) {
			t.Errorf("shortages %+v", p.Shortages)
		}
		s.HasUnits(book, 7, 3, 0)
		s.HasUnits(pen, 1, 1, 0)

		path := "/v1/reservations/" + s.Key("a")
		if r := harness.As[harness.Reservation](s.Stock.Get(path).Want(http.StatusOK)); !reflect.DeepEqual(r, first) {
			t.Errorf("read back %+v", r)
		}
		for range 2 {
			if r := harness.As[harness.Reservation](s.Stock.Post(path+"/commit", nil).Want(http.StatusOK)); r.Status != "committed" {
				t.Errorf("committed %+v", r)
			}
			s.HasUnits(book, 7, 0, 3)
		}

		hold(s, "c", line(book, 5)).Want(http.StatusCreated)
		s.HasUnits(book, 2, 5, 3)
		for range 2 {
			if r := harness.As[harness.Reservation](s.Stock.Delete("/v1/reservations/"+s.Key("c"), nil).Want(http.StatusOK)); r.Status != "released" {
				t.Errorf("released %+v", r)
			}
			s.HasUnits(book, 7, 0, 3)
		}
		s.Stock.Get("/v1/reservations/"+s.Key("nobody")).Problem(http.StatusNotFound, "")
		s.Stock.Post("/v1/reservations/"+s.Key("nobody")+"/commit", nil).Problem(http.StatusNotFound, "")
	})
}

// A released hold cannot be committed, nor held anew: what was given back may be somebody else's.
func TestReleasedIsOver(t *testing.T) {
	t.Parallel()
	s := harness.Shared(t)
	book := s.Product("book", 10)
	hold(s, "a", line(book, 3)).Want(http.StatusCreated)
	s.Stock.Delete("/v1/reservations/"+s.Key("a"), nil).Want(http.StatusOK)
	s.Stock.Post("/v1/reservations/"+s.Key("a")+"/commit", nil).Problem(http.StatusConflict, "")
	if a := hold(s, "a", line(book, 3)); a.Status == http.StatusCreated && harness.As[harness.Reservation](a).Status == "held" {
		t.Errorf("held anew:\n%s", a)
	}
	s.HasUnits(book, 10, 0, 0)
}

// Releasing an id that nobody knows is remembered: the hold that comes late for it is refused.
func TestLateHold(t *testing.T) {
	t.Parallel()
	harness.BothDoors(t, func(s *harness.Story) {
		book := s.Product("book", 10)
		s.Stock.Delete("/v1/reservations/"+s.Key("a"), nil).Want(http.StatusOK)
		hold(s, "a", line(book, 3)).Problem(http.StatusConflict, "")
		s.HasUnits(book, 10, 0, 0)
	})
}

// A hold that nobody commits lapses when its time is over.
func TestHoldLapses(t *testing.T) {
	t.Parallel()
	s := harness.Shared(t)
	book := s.Product("book", 10)
	r := harness.As[harness.Reservation](s.Stock.Post("/v1/reservations",
		M{"orderId": s.Key("a"), "items": []harness.Item{line(book, 3)}, "ttlSeconds": 2}).Want(http.StatusCreated))
	if left := time.Until(*r.ExpiresAt); left > 2*time.Second {
		t.Errorf("expires in %s", left)
	}
	if err := s.Units(book).Are(7, 3, 0); err != nil {
		t.Error(err)
	}
	s.HasUnits(book, 10, 0, 0)
	got := harness.As[harness.Reservation](s.Stock.Get("/v1/reservations/" + s.Key("a")).Want(http.StatusOK))
	if got.Status == "held" || got.Status == "committed" {
		t.Errorf("the lapsed hold is %s", got.Status)
	}
}
