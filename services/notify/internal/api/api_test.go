package api

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"orderly/services/internal/servetest"
	"orderly/services/notify/internal/egress"
)

func TestContact(t *testing.T) {
	w := newWorld(t)
	const path = "/v1/customers/alice/contact"
	w.want(404, "GET", path, "", `"code":"no-contact"`)
	w.want(200, "PUT", path, `{"email":"a@example.com","channels":["email"]}`, `"locale":"en"`)
	w.want(200, "PUT", path, `{"email":"a@example.com","channels":["email"]}`)
	w.want(200, "GET", path, "", `{"email":"a@example.com","locale":"en","channels":["email"]}`)
	w.want(200, "PUT", path, `{"channels":[]}`, `"channels":[]`)
	w.want(400, "PUT", path, `{"channels":["email"]}`, `"field":"email"`)
	w.want(400, "PUT", path, `{}`, `"field":"channels"`)
	w.want(400, "PUT", path, `{"webhookUrl":"http://127.0.0.1/","channels":[]}`, `"field":"webhookUrl"`, "public")
	w.want(400, "PUT", path, `{"mail":"x","channels":[]}`, "unknown-field")
	w.want(400, "PUT", "/v1/customers/a%20b/contact", `{"channels":[]}`, `"field":"id"`)
	w.want(405, "POST", path, `{}`, "GET, PUT")
}

func TestEachEventBecomesANotification(t *testing.T) {
	w := newWorld(t)
	w.want(200, "PUT", "/v1/customers/alice/contact", `{"email":"a@example.com","channels":["email"]}`)
	if got := w.deliver("/events/orders", orderEvent("o1", 1, "confirmed"), orderEvent("o1", 1, "confirmed"), orderEvent("o2", 1, "attention")); strings.Contains(got, "RETRY") {
		t.Error(got)
	}
	var list string
	eventually(t, func() bool {
		list = w.want(200, "GET", "/v1/notifications?orderId=o1", "")
		return contains(list, `"status":"sent"`)
	})
	if strings.Count(list, `"id"`) != 1 || !contains(list, `"reference":"file.html"`, `"traceId":"4bf92f3577b34da6a3ce929d0e0e4736"`, `"eventId":"o1.1"`) || strings.Contains(list, "example.com") {
		t.Error(list)
	}
	w.want(200, "GET", "/v1/notifications?customerId=alice&orderId=o1&status=sent", "", "o1")
	if got := w.want(200, "GET", "/v1/notifications?customerId=bob&orderId=o1", ""); got != `{"items":[]}` {
		t.Error(got)
	}
	w.want(400, "GET", "/v1/notifications?status=pending", "", `"field":"status"`)
	w.want(400, "GET", "/v1/notifications?customer=alice", "", "unknown-parameter")
	w.want(400, "GET", "/v1/notifications?cursor=!", "", `"field":"cursor"`)
	w.want(400, "GET", "/v1/notifications?limit=0", "", `"field":"limit"`)
	w.want(200, "GET", "/metrics", "", `events_handled_total{result="ok",type="order.confirmed.v1"} 2`)
}

func TestListsPageWithoutGapsNewestFirst(t *testing.T) {
	w := newWorld(t)
	for _, o := range []string{"a", "b", "c"} {
		for n := 1; n <= 9; n++ {
			w.deliver("/events/orders", orderEvent(o, n, "paid"))
		}
	}
	var seen []string
	path := "/v1/notifications?limit=4"
	for path != "" {
		list := w.want(200, "GET", path, "")
		for _, part := range strings.Split(list, `"eventId":"`)[1:] {
			seen = append(seen, part[:3])
		}
		_, cursor, more := strings.Cut(list, `"nextCursor":"`)
		if path = ""; more {
			path = "/v1/notifications?limit=4&cursor=" + strings.Trim(cursor, `"}`)
		}
	}
	if len(seen) != 27 || seen[0] != "c.9" || seen[9] != "b.9" || seen[26] != "a.1" {
		t.Error(seen)
	}
}

func TestMalformedDataIsDeadLetteredWithTheReason(t *testing.T) {
	w := newWorld(t)
	bad := strings.Replace(string(orderEvent("o1", 1, "paid")), `"customerId":"alice",`, "", 1)
	later := strings.Replace(string(orderEvent("o1", 3, "paid")), `order.paid.v1`, `order.paid.v2`, 1)
	wrong := strings.Replace(string(orderEvent("o1", 2, "paid")), `"status":"paid"`, `"status":7`, 1)
	got := w.deliver("/events/orders", jsonOf(bad), jsonOf(wrong), jsonOf(`{"id":"no event"}`), jsonOf(later))
	if strings.Count(got, "SUCCESS") != 4 {
		t.Error(got)
	}
	bus := strings.Join(w.bus(), "\n")
	if !contains(bus, "data.customerId: is required", "malformed-event", `"deadletterapp":"notify"`, "status",
		"unknown-event-version: This service reads order.paid.v1") || len(w.bus()) != 4 {
		t.Error(bus)
	}
	w.refuse = true // what cannot be kept must come again
	if got := w.deliver("/events/orders", jsonOf(bad)); !strings.Contains(got, "RETRY") {
		t.Error(got)
	}
}

func TestOnlyTheOwnSidecarDelivers(t *testing.T) {
	w := newWorld(t)
	servetest.OwnSidecarOnly(t, w.server.Config.Handler, appToken, []string{"/events/orders", "/deadletters/orders", "/deadletters/stock", "/retries"},
		"/egress/{ticket}")
	w.want(200, "POST", "/retries", "")
	w.want(200, "OPTIONS", "/retries", "")
}

func TestEgressSendsOnlyWithATicket(t *testing.T) {
	w := newWorld(t)
	var got []string
	status := http.StatusNoContent
	hook := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got = append(got, r.URL.String()+" "+string(body)+" "+r.Header.Get("Content-Type")+r.Header.Get("dapr-api-token"))
		w.Header().Set("Location", "/inside")
		w.WriteHeader(status)
	}))
	defer hook.Close()
	url := hook.URL + "/hook?a=b"
	ticket := func() string { return "/egress/" + egress.Seal([]byte("key"), url, time.Now()) }
	w.want(204, "POST", ticket(), `{"x":1}`)
	if want := `/hook?a=b {"x":1} application/json`; len(got) != 1 || got[0] != want {
		t.Errorf("the receiver got %q", got)
	}
	for _, status = range []int{301, 410, 503} {
		w.want(status, "POST", ticket(), `{}`)
	}
	hook.Close()
	w.want(502, "POST", ticket(), `{}`)
	w.want(404, "POST", "/egress/"+egress.Seal([]byte("other"), url, time.Now()), `{}`, "no-such-ticket")
	w.want(404, "POST", "/egress/"+egress.Seal([]byte("key"), url, time.Now().Add(-time.Hour)), `{}`, "no-such-ticket")
	w.want(404, "POST", "/egress/x", `{}`, "no-such-ticket")
	w.want(405, "GET", "/egress/x", "")
}
