package harness

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
)

// sound is a world in which one paid order of two units went well.
func sound() (World, []Attempt) {
	at := time.Date(2026, 1, 31, 9, 30, 0, 0, time.UTC)
	items, total := []Item{{SKU: "s", Quantity: 2, UnitPrice: &Price}}, &Money{3998, "USD"}
	step := func(n int64, status string) Step {
		return Step{Sequence: n, Type: TypeOf(status), At: at, Data: Fact{OrderID: "o", CustomerID: "c", Status: status, Items: items, Total: total, At: at}}
	}
	publish := func(n int, status string) json.RawMessage {
		return json.RawMessage(fmt.Sprintf(`{"id":"o.%d","type":"order.%s.v1","subject":"o","sequence":%d,"data":{}}`, n, status, n))
	}
	return World{
		Received:  map[string]int64{"s": 10},
		Units:     map[string]Units{"s": {SKU: "s", Received: 10, Available: 8, Sold: 2}},
		Orders:    map[string]Order{"o": {ID: "o", CustomerID: "c", Status: "paid", Items: items, Total: total, Version: 2, CreatedAt: at, UpdatedAt: at}},
		History:   map[string][]Step{"o": {step(1, "confirmed"), step(2, "paid")}},
		Published: map[string][]json.RawMessage{"o": {publish(1, "confirmed"), publish(2, "paid"), publish(2, "paid")}},
		Told:      map[string][]Notification{"o": {{Channel: "email", Template: "confirmed", Status: "sent"}, {Channel: "email", Template: "paid", Status: "sent"}}},
		Channels:  map[string][]string{"c": {"email"}},
		Arrived:   map[string]map[string][]int64{"o": {"email": {1, 2}}},
	}, []Attempt{{Customer: "c", Key: "k", OrderID: "o", Status: "confirmed"}}
}

// overtaken has a message left out because others are said to have arrived before it.
func overtaken(which int, arrived []int64) func(*World, *[]Attempt) {
	return func(w *World, _ *[]Attempt) {
		w.Told["o"][which].Status, w.Told["o"][which].Error = "suppressed", "a newer message was sent"
		w.Arrived["o"]["email"] = arrived
	}
}

func TestJudge(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(*World, *[]Attempt)
		want  string
	}{
		"all is well":       {func(*World, *[]Attempt) {}, ""},
		"no answer, done":   {func(_ *World, a *[]Attempt) { (*a)[0].OrderID = "" }, ""},
		"no answer, undone": {func(_ *World, a *[]Attempt) { *a = append(*a, Attempt{Customer: "c"}) }, ""},
		"lost":              {func(_ *World, a *[]Attempt) { *a = append(*a, Attempt{"c", "k2", "o2", "confirmed"}) }, "is gone"},
		"went back":         {func(_ *World, a *[]Attempt) { (*a)[0].Status = "shipped" }, "answered as shipped and is paid"},
		"made twice":        {func(_ *World, a *[]Attempt) { *a = nil }, "asked for 0 orders and has 1"},
		"oversold":          {func(w *World, _ *[]Attempt) { w.Units["s"] = Units{SKU: "s", Received: 10, Available: -1, Sold: 11} }, "does not add up"},
		"still held":        {func(w *World, _ *[]Attempt) { w.Units["s"] = Units{SKU: "s", Received: 10, Available: 8, Reserved: 2} }, "2 reserved"},
		"history gap":       {func(w *World, _ *[]Attempt) { w.History["o"][1].Sequence = 3 }, "has sequence 3"},
		"event lost":        {func(w *World, _ *[]Attempt) { w.Published["o"] = w.Published["o"][:1] }, "2 events, 1 published"},
		"event gap":         {func(w *World, _ *[]Attempt) { w.Published["o"] = w.Published["o"][1:] }, "has sequence 2"},
		"not told":          {func(w *World, _ *[]Attempt) { w.Told["o"] = w.Told["o"][:1] }, "2 events, 1 notifications"},
		"told nothing":      {func(w *World, _ *[]Attempt) { w.Told["o"] = nil }, "nobody was told"},
		"never sent":        {func(w *World, _ *[]Attempt) { w.Told["o"][1].Status, w.Told["o"][1].Error = "failed", "no route" }, "paid by email is failed: no route"},
		"sent later":        {func(w *World, _ *[]Attempt) { w.Told["o"][1].Status = "retrying" }, "paid by email is retrying"},
		"sent later, once": {func(w *World, _ *[]Attempt) {
			w.Told["o"][1].Status, w.Told["o"][1].Error = "failed", "away; will be retried"
		}, "will be retried"},
		"not wanted":           {func(w *World, _ *[]Attempt) { w.Told["o"][1].Status = "suppressed" }, "paid by email is suppressed"},
		"overtaken":            {overtaken(0, []int64{2}), ""},
		"overtaken by none":    {overtaken(0, nil), "confirmed by email is suppressed"},
		"the last one dropped": {overtaken(1, []int64{1}), "paid by email is suppressed"},
		"the end dropped": {func(w *World, a *[]Attempt) {
			overtaken(0, []int64{2})(w, a)
			w.Told["o"][0].Template = "expired"
		}, "expired by email is suppressed"},
		"never arrived":  {func(w *World, _ *[]Attempt) { w.Arrived["o"]["email"] = []int64{1, 1} }, "messages [2] never arrived by email"},
		"one way of two": {func(w *World, _ *[]Attempt) { w.Channels["c"] = []string{"email", "webhook"} }, "messages [1 2] never arrived by webhook"},
		"rejected, sold": {func(w *World, a *[]Attempt) { (*a)[0].Status = "rejected" }, "answered as rejected and is paid"},
		"told twice":     {func(w *World, _ *[]Attempt) { w.Told["o"] = append(w.Told["o"], w.Told["o"][0]) }, "2 notifications confirmed"},
	} {
		t.Run(name, func(t *testing.T) {
			w, attempts := sound()
			c.spoil(&w, &attempts)
			err := w.Verdict(attempts)
			if c.want == "" && err != nil {
				t.Errorf("nothing is wrong, but: %v", err)
			}
			if c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
				t.Errorf("want %q, got: %v", c.want, err)
			}
		})
	}
}

func TestArrivals(t *testing.T) {
	for _, c := range []struct {
		came              []int64
		repeated, swapped int
	}{
		{[]int64{1, 2, 3}, 0, 0},
		{[]int64{2, 1, 3}, 0, 1},
		{[]int64{1, 1, 2, 3, 2}, 2, 0},
		{[]int64{3, 2, 1}, 0, 2},
	} {
		repeated, swapped := World{Arrived: map[string]map[string][]int64{"o": {"email": c.came}}}.Arrivals()
		if repeated != c.repeated || swapped != c.swapped {
			t.Errorf("%v: %d repeated, %d swapped, not %d and %d", c.came, repeated, swapped, c.repeated, c.swapped)
		}
	}
}
