package api

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// A subscription may be raw: then events come as base64, and anything may come.
func TestARawDeliveryIsReadToo(t *testing.T) {
	w := newWorld(t)
	bad := strings.Replace(string(orderEvent("o2", 1, "paid")), `"customerId":"alice",`, "", 1)
	got := w.deliver("/events/orders", raw(string(orderEvent("o1", 1, "paid"))), orderEvent("o1", 2, "shipped"), raw(bad), raw("\x00\xff"), raw("null"), raw(""))
	if strings.Count(got, "SUCCESS") != 6 {
		t.Error(got)
	}
	if list := w.want(200, "GET", "/v1/notifications?orderId=o1", ""); strings.Count(list, `"id"`) != 2 {
		t.Error(list)
	}
	bus := w.bus()
	if all := strings.Join(bus, "\n"); len(bus) != 4 || !contains(all, "data.customerId: is required", "\x00\xff", "orders.deadletter null") {
		t.Errorf("%d dead letters: %q", len(bus), bus)
	}
	for _, letter := range bus { // and back, by the raw subscription to the dead letters
		_, body, _ := strings.Cut(letter, " ")
		if got := w.deliver("/deadletters/orders", raw(body)); strings.Contains(got, "RETRY") {
			t.Error(got)
		}
	}
	for encoding, want := range map[string][2]string{"base64": {`"AP8="`, "not JSON"}, "text": {`""`, "not JSON"}} {
		found := false
		for _, d := range w.letters("?topic=orders") {
			found = found || d.Encoding == encoding && string(d.Body) == want[0] && d.Reason == want[1]
		}
		if !found {
			t.Errorf("no dead letter in %s: %+v", encoding, w.letters("?topic=orders"))
		}
	}
	for _, d := range w.letters("?topic=orders") {
		if strings.Contains(string(d.Body), `"o2.1"`) && (d.App != "notify" || !strings.Contains(d.Reason, "customerId") || d.EventID != "o2.1") {
			t.Errorf("%+v", d)
		}
	}
}

func TestAnOrderWithoutAnEndIsDeadLettered(t *testing.T) {
	w := newWorld(t)
	var all []any
	for n := range 1001 {
		all = append(all, json.RawMessage(strings.ReplaceAll(strings.Replace(string(orderEvent("o1", 1, "paid")), `"sequence":1`, fmt.Sprintf(`"sequence":%d`, n+1), 1), `"o1.1"`, fmt.Sprintf(`"o1.%d"`, n+1))))
	}
	if got := w.deliver("/events/orders", all...); strings.Count(got, "SUCCESS") != 1001 {
		t.Error(got)
	}
	if bus := w.bus(); len(bus) != 1 || !contains(bus[0], "too-many-events", `"o1.1001"`) {
		t.Errorf("%q", bus)
	}
	total, path := 0, "/v1/notifications?orderId=o1&limit=200"
	for cursor := ""; ; {
		list := w.want(200, "GET", path+cursor, "")
		total += strings.Count(list, `"id"`)
		_, next, more := strings.Cut(list, `"nextCursor":"`)
		if !more {
			break
		}
		cursor = "&cursor=" + strings.Trim(next, `"}`)
	}
	if total != 1000 {
		t.Errorf("%d notifications", total)
	}
	if got := w.deliver("/events/orders", all[:10]...); strings.Count(got, "SUCCESS") != 10 || len(w.bus()) != 1 { // repeats
		t.Error(got)
	}
}
