package main

import (
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestAsksAreOrders(t *testing.T) {
	s := newShelf("t", 1000)
	rng := rand.New(rand.NewPCG(1, 2))
	for name, choose := range map[string]chooser{"uniform": uniform, "hot": oneHot, "flash": oneFlash} {
		for n := range int64(2000) {
			var a ask
			choose(rng, n, &a)
			var o struct {
				CustomerID string
				Items      []struct {
					SKU      string
					Quantity int
				}
			}
			if err := json.Unmarshal(s.appendOrder(nil, &a), &o); err != nil {
				t.Fatal(name, err)
			}
			if o.CustomerID == "" || len(o.Items) != a.n || o.Items[0].Quantity < 1 || (a.n == 2 && o.Items[0].SKU == o.Items[1].SKU) {
				t.Fatalf("%s: %+v", name, o)
			}
		}
	}
	if lines := strings.Count(string(s.csv()), "\n"); lines != shelves+1 {
		t.Errorf("the import has %d lines", lines)
	}
}

// shop answers the nth order with the nth status of a cycle, and remembers who asked.
func shop(t *testing.T, pause time.Duration, cycle ...int) (target, *[]string) {
	var mu sync.Mutex
	var bodies []string
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var o struct{ CustomerID string }
		_ = json.NewDecoder(r.Body).Decode(&o)
		time.Sleep(pause)
		mu.Lock()
		bodies = append(bodies, o.CustomerID)
		n := len(bodies)
		mu.Unlock()
		w.WriteHeader(cycle[n%len(cycle)])
	}))
	t.Cleanup(srv.Close)
	return target{addr: addr(srv.URL), path: "/"}, &bodies
}

func TestASaleAsksEachBuyerOnce(t *testing.T) {
	to, buyers := shop(t, 0, 201, 409, 409, 409)
	l := load{to: to, shelf: newShelf("t", 250), choose: oneFlash, expect: []int{201, 409}, clients: 8, total: 1000}
	res := l.run(t.Context())
	distinct := map[string]bool{}
	for _, b := range *buyers {
		distinct[b] = true
	}
	if len(*buyers) != 1000 || len(distinct) != 1000 || res.counts[201] != 250 || res.counts[409] != 750 || len(res.latencies) != 1000 {
		t.Errorf("%d asked, %d different; %v", len(*buyers), len(distinct), res.counts)
	}
	if err := l.shelf.judge(flash, units{SKU: "t-flash", Received: 250, Reserved: 250}); err != nil {
		t.Error(err)
	}
}

func TestAnOpenLoopKeepsItsRateAndCountsTheQueue(t *testing.T) {
	to, _ := shop(t, 30*time.Millisecond, 201) // one client manages 33/s; 100/s are due
	l := load{to: to, shelf: newShelf("t", 1), choose: uniform, expect: []int{201}, clients: 1, span: 600 * time.Millisecond, rate: 100}
	res := l.run(t.Context())
	if worst := percentile(res.latencies, 100); worst < 200*time.Millisecond {
		t.Errorf("the queue is left out: worst latency %v", worst)
	}
	l = load{to: to, shelf: newShelf("t", 1), choose: uniform, expect: []int{201}, clients: 20, span: 600 * time.Millisecond, rate: 100}
	res = l.run(t.Context())
	if n := res.requests(); n < 55 || n > 61 {
		t.Errorf("%d requests in 0.6 s at 100/s", n)
	}
}

func TestErrorsAreCountedAndNotMeasured(t *testing.T) {
	to, _ := shop(t, 0, 201, 503)
	l := load{to: to, shelf: newShelf("t", 1), choose: oneHot, expect: []int{201}, clients: 4, warm: 50 * time.Millisecond, span: 200 * time.Millisecond}
	r := row{Letter: "c"}
	res := l.run(t.Context())
	r.take(&l, res, usage{})
	if r.Errors == 0 || r.Errors != res.all[503] || r.Requests != res.counts[201] || r.Requests >= res.all[201] || len(r.Samples) != 1 {
		t.Errorf("%+v %v", r, res.counts)
	}
	held, open := int64(res.all[201]), int64(res.all[503])
	for reserved, right := range map[int64]bool{held - 1: false, held: true, held + open: true, held + open + 1: false} {
		l.shelf.held[hot].Store(held)
		l.shelf.maybe[hot].Store(open)
		err := l.shelf.judge(hot, units{SKU: "t-hot", Received: plenty, Available: plenty - reserved, Reserved: reserved})
		if (err == nil) != right {
			t.Errorf("%d reserved, held %d, open %d: %v", reserved, held, open, err)
		}
	}
}

func TestJudgeSeesCountersThatAreWrong(t *testing.T) {
	for _, u := range []units{
		{SKU: "t-hot", Received: plenty, Available: plenty - 1},
		{SKU: "t-hot", Received: plenty, Available: plenty + 1, Reserved: -1},
		{SKU: "t-hot", Received: plenty, Available: plenty - 1, Sold: 1},
		{SKU: "t-hot", Received: 5, Available: 5},
		{SKU: "other", Received: plenty, Available: plenty},
	} {
		if err := newShelf("t", 1).judge(hot, u); err == nil {
			t.Errorf("%+v was taken", u)
		}
	}
}
