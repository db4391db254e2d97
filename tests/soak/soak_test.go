// Package soak runs the system at full load for a while, and sees that nothing grows without end: no file, and no process.
package soak

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"orderly/tests/harness"
)

var last = flag.Duration("last", 10*time.Minute, "how long the load lasts")

func TestMain(m *testing.M) { harness.Main(m, nil) }

// every is how often sizes are looked at.
const every = 2 * time.Second

// Orders are placed, paid and cancelled as fast as the machine can, while lists are read and the feed is followed, so that
// reads of the stores always overlap.
func TestSoak(t *testing.T) {
	s := harness.Own(t, harness.Options{Build: harness.Unraced, Logs: logLimit})
	sku := s.Product("book", 50_000_000)
	ctx, stop := context.WithTimeout(t.Context(), *last)
	defer stop()
	var load sync.WaitGroup
	for i := range 2 {
		load.Go(func() { place(ctx, s, fmt.Sprint("buyer-", i), sku) })
	}
	for _, path := range []string{"/v1/orders?status=confirmed", "/v1/orders?status=cancelled", "/v1/orders?status=paid"} {
		load.Go(func() { read(ctx, t, s.Order, path) })
	}
	load.Go(func() { read(ctx, t, s.Notify, "/v1/notifications?customerId="+s.Customer("buyer-0")) })
	load.Go(func() { read(ctx, t, s.Stock, "/v1/stock/"+sku+"/ledger") })
	feed := s.Follow("customerId="+s.Customer("nobody"), "")
	defer feed.Close()

	seen := newSizes(s)
	tick := time.NewTicker(every)
	defer tick.Stop()
	for began, told := time.Now(), time.Duration(0); ctx.Err() == nil; {
		seen.look(time.Since(began), *last)
		if since := time.Since(began); since-told >= 30*time.Second {
			told = since
			t.Logf("%3.0f s of %s: %s", since.Seconds(), *last, seen.brief())
		}
		select {
		case <-ctx.Done():
		case <-tick.C:
		}
	}
	load.Wait()
	t.Logf("\n%s", seen.table())
	if err := errors.Join(seen.broken()...); err != nil {
		t.Error(err)
	}
	if u := s.Units(sku); u.Sold+u.Reserved == 0 {
		t.Error("nothing was ordered")
	}
}

// place places orders in batches, pays a third of them and cancels another.
func place(ctx context.Context, s *harness.Story, customer, sku string) {
	for ctx.Err() == nil {
		orders := make([]harness.M, 50)
		for i := range orders {
			orders[i] = s.Asking(customer, harness.Item{SKU: sku, Quantity: 1})
		}
		a, err := s.Order.Try(http.MethodPost, "/v1/orders/batch", harness.M{"orders": orders})
		if err != nil || a.Status != http.StatusOK {
			s.T.Errorf("a batch: %v\n%s", err, a)
			return
		}
		var got struct {
			Results []struct{ Order harness.Order }
		}
		a.Into(&got)
		for i, r := range got.Results {
			path := "/v1/orders/" + r.Order.ID
			switch i % 3 {
			case 0:
				a, err = s.Order.Try(http.MethodPost, path+"/payment", harness.M{"reference": r.Order.ID, "amount": r.Order.Total})
			case 1:
				a, err = s.Order.Try(http.MethodDelete, path, nil)
			}
			if err != nil || a.Status != http.StatusOK {
				s.T.Errorf("%s: %v\n%s", path, err, a)
				return
			}
		}
	}
}

// read reads a list from its beginning, page after page, again and again.
func read(ctx context.Context, t *testing.T, c harness.Client, path string) {
	t.Helper()
	for cursor := ""; ctx.Err() == nil; time.Sleep(20 * time.Millisecond) {
		page := path
		if cursor != "" {
			join := "?"
			if strings.Contains(path, join) {
				join = "&"
			}
			page += join + "cursor=" + url.QueryEscape(cursor)
		}
		a, err := c.Try(http.MethodGet, page, nil)
		if err != nil || a.Status != http.StatusOK {
			t.Errorf("%s: %v\n%s", page, err, a)
			return
		}
		var got struct{ NextCursor string }
		a.Into(&got)
		cursor = got.NextCursor
	}
}
