package e2e

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"orderly/tests/harness"
)

// Lists by status, attention and time are found by an index: each is right and complete, a page takes about as long as a
// few orders by their ids, and a reader who never stops costs those who order next to nothing. LISTED_ORDERS makes it
// more orders than a test has time for.
func TestOrderIndex(t *testing.T) {
	s := harness.Own(t, harness.Options{Build: harness.Unraced, Env: map[string][]string{"order": {"ORDER_PAYMENT_TTL=2h"}}})
	many := 4000
	if n, err := strconv.Atoi(os.Getenv("LISTED_ORDERS")); err == nil {
		many = n
	}
	book, scarce := s.Product("book", 100*many), s.Product("scarce", 1)
	l := &listed{Story: s, orders: map[string]harness.Order{}}
	for _, upTo := range []int{many / 10, many} {
		l.fill(book, scarce, upTo)
		l.rest()
		l.change(min(upTo/4, 800))
		l.compare()
		l.pages()
	}
	l.beside(book)
}

// listed is a system with orders, and what is known of them.
type listed struct {
	*harness.Story
	mu     sync.Mutex
	orders map[string]harness.Order
	newest []harness.Order
}

func (l *listed) fill(book, scarce string, upTo int) {
	for len(l.orders) < upTo {
		batch := make([]M, min(500, upTo-len(l.orders)))
		for i := range batch {
			batch[i] = l.Asking(fmt.Sprint("c", i%7), line(book, 1))
			if i%50 == 0 {
				batch[i] = l.Asking(fmt.Sprint("c", i%7), line(scarce, 2))
			}
		}
		for _, r := range placeBatch(l.Story, batch) {
			switch {
			case r.Order != nil:
				l.note(*r.Order)
			case r.Problem != nil && r.Problem.OrderID != "":
				l.note(l.Get(r.Problem.OrderID))
			default:
				l.T.Fatalf("%+v", r)
			}
		}
	}
}

func (l *listed) note(o harness.Order) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.orders[o.ID] = o
}

// rest waits until orders that were only kept are settled, and notify has heard of the newest: that is not to be
// measured.
func (l *listed) rest() {
	for id, o := range l.orders {
		if o.Status == "pending" {
			l.Until("order "+id+" is settled", func() error {
				if o = l.Get(id); o.Status == "pending" {
					return fmt.Errorf("it is pending")
				}
				return nil
			})
			l.orders[id] = o
		}
	}
	l.sort()
	l.Within(30*time.Minute, "notify has heard of the newest", func() error {
		if id := l.newest[0].ID; len(l.Notifications(id)) == 0 {
			return fmt.Errorf("not of %s", id)
		}
		return nil
	})
}

// change leads some orders on, old and new ones.
func (l *listed) change(n int) {
	l.sort()
	var open []harness.Order
	step := max(len(l.newest)/n, 1)
	for i := 0; i < len(l.newest); i += step {
		if o := l.newest[i]; o.Status == "confirmed" {
			open = append(open, o)
		}
	}
	harness.Together(16, func(client int) {
		for i := client; i < len(open); i += 16 {
			o := open[i]
			if i%5 == 0 {
				l.note(l.Cancel(o))
				continue
			}
			o = l.Pay(o)
			if i%3 > 0 {
				o = l.Ship(o)
			}
			if i%7 == 0 && o.Status == "shipped" {
				o = l.Deliver(o)
			}
			l.note(o)
		}
	})
	l.sort()
}

// sort puts the orders as lists do.
func (l *listed) sort() {
	l.newest = l.newest[:0]
	for _, o := range l.orders {
		l.newest = append(l.newest, o)
	}
	slices.SortFunc(l.newest, func(a, b harness.Order) int { return cmp.Or(b.CreatedAt.Compare(a.CreatedAt), cmp.Compare(b.ID, a.ID)) })
}

// compare reads lists to their end: those of few orders, and of all by status.
func (l *listed) compare() {
	stamp := func(i int) string { return l.newest[i].CreatedAt.Format(time.RFC3339Nano) }
	n := len(l.newest)
	for _, q := range []url.Values{
		{"status": {"pending"}}, {"status": {"rejected"}}, {"status": {"paid"}}, {"status": {"shipped"}}, {"status": {"delivered"}}, {"status": {"cancelled"}},
		{"status": {"paid", "delivered"}}, {"attention": {"stock"}}, {"status": {"shipped"}, "to": {stamp(n / 2)}}, {"to": {stamp(n / 3)}, "from": {stamp(n / 2)}},
		{"status": {"delivered", "cancelled", "rejected"}, "from": {stamp(n / 2)}},
		{"customerId": {l.Customer("c3")}, "status": {"paid", "shipped"}}, {"customerId": {l.Customer("c5")}, "to": {stamp(n / 2)}, "from": {stamp(2 * n / 3)}},
	} {
		var want []string
		for _, o := range l.newest {
			if (q["status"] == nil || slices.Contains(q["status"], o.Status)) && (q["customerId"] == nil || q.Get("customerId") == o.CustomerID) && q["attention"] == nil &&
				(q["to"] == nil || o.CreatedAt.Before(when(l.T, q.Get("to")))) && (q["from"] == nil || !o.CreatedAt.Before(when(l.T, q.Get("from")))) {
				want = append(want, o.ID)
			}
		}
		q.Set("limit", "200")
		var got []string
		for _, o := range harness.All[harness.Order](l.Order, "/v1/orders?"+q.Encode()) {
			got = append(got, o.ID)
		}
		if slices.Sort(got); !slices.Equal(got, slices.Sorted(slices.Values(want))) {
			l.T.Errorf("of %d orders %s lists %d, want %d", n, q.Encode(), len(got), len(want))
		}
	}
}

func when(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// pages compares the time of a page of 50 with that of an order by its id.
func (l *listed) pages() {
	n := len(l.newest)
	i := 0
	one, _ := median(func() {
		i++
		l.Get(l.newest[i*7919%n].ID)
	})
	middle := url.QueryEscape(l.newest[n/2].CreatedAt.Format(time.RFC3339Nano))
	for _, q := range []string{"", "status=confirmed", "status=shipped", "status=rejected", "status=pending", "status=delivered&status=cancelled", "attention=stock", "status=paid&to=" + middle,
		"to=" + middle, "customerId=" + l.Customer("c1"), "customerId=" + l.Customer("c1") + "&status=pending"} {
		page, most := median(func() { l.Order.Get("/v1/orders?" + q).Want(http.StatusOK) })
		l.T.Logf("%7d orders: a page of ?%-60s %6.1f ms, at most %6.1f, %5.1f × an order by its id (%.1f ms)",
			n, q, ms(page), ms(most), float64(page)/float64(one), ms(one))
		if page > 60*one {
			l.T.Errorf("of %d orders a page of ?%s takes %v, one by its id %v", n, q, page, one)
		}
	}
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

func median(do func()) (middle, most time.Duration) {
	times := make([]time.Duration, 15)
	for i := range times {
		began := time.Now()
		do()
		times[i] = time.Since(began)
	}
	slices.Sort(times)
	return times[len(times)/2], times[len(times)-1]
}

// beside compares how fast others order with and without one who reads lists on and on.
func (l *listed) beside(book string) {
	order := func() float64 {
		return harness.Rate(l.T, 16, 2*time.Second, func(client int) error {
			_, err := l.Order.Try(http.MethodPost, "/v1/orders", l.Asking(fmt.Sprint("r", client), line(book, 1)))
			return err
		})
	}
	order() // warm
	var alone, read []float64
	for range 3 {
		alone = append(alone, order())
		stop, ended := make(chan struct{}), make(chan struct{})
		go func() {
			defer close(ended)
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				default:
					_, _ = l.Order.Try(http.MethodGet, "/v1/orders?status="+[]string{"shipped", "pending", "paid"}[i%3], nil)
				}
			}
		}()
		read = append(read, order())
		close(stop)
		<-ended
	}
	slices.Sort(alone)
	slices.Sort(read)
	l.T.Logf("%d orders: %.0f orders/s alone, %.0f/s beside a reader: %.2f", len(l.orders), alone[1], read[1], read[1]/alone[1])
	if read[1] < 0.6*alone[1] {
		l.T.Errorf("others order %.0f times a second, and %.0f beside one reader", alone[1], read[1])
	}
}
