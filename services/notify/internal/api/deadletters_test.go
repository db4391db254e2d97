package api

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"

	"orderly/services/internal/event"
)

func jsonOf(s string) json.RawMessage { return json.RawMessage(s) }

func raw(body string) string { return base64.StdEncoding.EncodeToString([]byte(body)) }

// letters reads a list of dead letters.
func (w *world) letters(query string) []deadLetter {
	w.t.Helper()
	var list struct{ Items []deadLetter }
	if err := json.Unmarshal([]byte(w.want(200, "GET", "/v1/deadletters"+query, "")), &list); err != nil {
		w.t.Fatal(err)
	}
	return list.Items
}

func TestAnythingCanBeADeadLetter(t *testing.T) {
	w := newWorld(t)
	for body, want := range map[string][3]string{ // body as shown, encoding, reason
		`garbage`:                               {`"garbage"`, "text", "not JSON"},
		"\xff\x00":                              {`"/wA="`, "base64", "not JSON"},
		``:                                      {`""`, "text", "not JSON"},
		`null`:                                  {`null`, "", "not a CloudEvent"},
		`[1,2]`:                                 {`[1,2]`, "", "not a CloudEvent"},
		`{"id":"a","n":1234567890123456789012}`: {`{"id":"a","n":1234567890123456789012}`, "", "source is missing"},
		string(orderEvent("o1", 1, "paid")):     {string(orderEvent("o1", 1, "paid")), "", "kept failing"},
		string(orderEvent("", 1, "paid")):       {string(orderEvent("", 1, "paid")), "", "subject is missing"},
		`{"data":"` + strings.Repeat("x", 100000) + `"}`: {`{"data":"` + strings.Repeat("x", 100000) + `"}`, "", "id is missing"},
	} {
		if got := w.deliver("/deadletters/orders", raw(body), raw(body)); strings.Contains(got, "RETRY") {
			t.Errorf("%q: %s", body, got)
		}
		got := w.letters("?topic=orders.deadletter&limit=1")
		if len(got) != 1 || string(got[0].Body) != want[0] || got[0].Encoding != want[1] || !strings.Contains(got[0].Reason, want[2]) || got[0].Times != 1 {
			t.Errorf("%q is kept as %.300s %+v", body, got[0].Body, got)
		}
	}
	if n := len(w.letters("?topic=orders")); n != 9 || len(w.letters("")) != 9 || len(w.letters("?topic=stock")) != 0 {
		t.Errorf("%d letters", n)
	}
	w.want(400, "GET", "/v1/deadletters?topic=other", "", `"field":"topic"`)
	w.want(400, "GET", "/v1/deadletters?status=gone", "", `"field":"status"`)
}

func TestReplayAndDiscard(t *testing.T) {
	w := newWorld(t)
	original := string(orderEvent("o1", 1, "paid"))
	letter, err := event.DeadLetter([]byte(original), "stock", "malformed-event: no such product")
	if err != nil {
		t.Fatal(err)
	}
	w.deliver("/deadletters/orders", raw(string(letter)))
	d := w.letters("?topic=orders")[0]
	if d.App != "stock" || d.Reason != "malformed-event: no such product" || d.EventID != "o1.1" || d.TraceID == "" || strings.Contains(string(d.Body), "deadletter") {
		t.Errorf("%+v", d)
	}
	path := "/v1/deadletters/" + d.ID
	w.refuse = true
	w.want(503, "POST", path+"/replay", "", "publish-failed")
	w.refuse = false
	if len(w.letters("")) != 1 {
		t.Error("a failed replay closed it")
	}
	w.want(200, "POST", path+"/replay", "", `"status":"replayed"`)
	if bus := w.bus(); len(bus) != 1 || !strings.HasPrefix(bus[0], "orders {") || strings.Contains(bus[0], "deadletter") {
		t.Error(bus)
	}
	if len(w.letters("")) != 0 || len(w.letters("?status=replayed")) != 1 {
		t.Error("it is still open")
	}
	w.deliver("/deadletters/orders", raw(string(letter))) // it did not help
	if got := w.letters(""); len(got) != 1 || got[0].Times != 2 || len(w.letters("?status=all")) != 1 {
		t.Errorf("%+v", got)
	}
	w.want(204, "DELETE", path, "")
	w.want(204, "DELETE", path, "")
	w.want(409, "POST", path+"/replay", "", "discarded")
	w.want(404, "DELETE", "/v1/deadletters/none", "", "not-found")
	w.want(404, "POST", "/v1/deadletters/none/replay", "", "not-found")
}

func TestAnEditedReplayIsTheSameEvent(t *testing.T) {
	w := newWorld(t)
	good := string(orderEvent("o1", 1, "paid"))
	w.deliver("/deadletters/orders", raw(strings.Replace(good, `"customerId":"`, `"customerId":"|`, 1)))
	path := "/v1/deadletters/" + w.letters("?topic=orders")[0].ID + "/replay"
	w.want(400, "POST", path, `{"body":{"id":"a"}}`, `"field":"body"`, "source is missing")
	w.want(400, "POST", path, `{"body":"text"}`, `"field":"body"`)
	w.want(400, "POST", path, `{"body":`+strings.Replace(good, `"orderId":"o1",`, "", 1)+`}`, "data.orderId is required")
	w.want(400, "POST", path, `{"boddy":1}`, "unknown-field")
	w.want(400, "POST", path, `{"body":`+string(orderEvent("o2", 1, "paid"))+`}`, `"field":"body.id"`, `"field":"body.subject"`)
	w.want(400, "POST", path, `{"body":`+string(orderEvent("o1", 2, "paid"))+`}`, `"field":"body.id"`)
	w.want(400, "POST", path, `{"body":`+strings.Replace(good, `"source":"/orders"`, `"source":"/stock"`, 1)+`}`, `"field":"body.source"`)
	w.want(400, "POST", path, `{"body":`+strings.Replace(good, `"orderId":"o1"`, `"orderId":"o2"`, 1)+`}`, "orderId")
	for _, other := range []string{`"orderID":"o2"`, `"ORDERID":"o2"`, `"orderId":"o2"`} { // for Go the last of them counts
		w.want(400, "POST", path, `{"body":`+strings.Replace(good, `"orderId":"o1",`, `"orderId":"o1",`+other+`,`, 1)+`}`, "must be the subject")
	}
	if bus := w.bus(); len(bus) != 0 {
		t.Error(bus)
	}
	w.want(200, "POST", path, `{"body":`+good+`}`, `"status":"replayed"`, `"replays":[{"at":"`, `"by":"direct","changed":["data.customerId"`)
	if bus := w.bus(); len(bus) != 1 || !strings.HasPrefix(bus[0], "orders {") {
		t.Error(bus)
	}
}

// An order is flagged by what stock says of it.
func TestAnEditedReplayOfStockIsOfTheSameOrder(t *testing.T) {
	w := newWorld(t)
	failed := `{"specversion":"1.0","id":"o1.1","source":"/stock","type":"stock.commit-failed.v1","subject":"o1","sequence":1,"data":{"orderId":"o1"}}`
	w.deliver("/deadletters/stock", raw(failed))
	path := "/v1/deadletters/" + w.letters("?topic=stock")[0].ID + "/replay"
	w.want(400, "POST", path, `{"body":`+strings.Replace(failed, `"orderId":"o1"`, `"orderId":"o2"`, 1)+`}`, "data.orderId")
	w.want(200, "POST", path, `{"body":`+failed+`}`, `"status":"replayed"`)
}

func TestWhatIsNoEventIsNotReplayed(t *testing.T) {
	w := newWorld(t)
	w.deliver("/deadletters/stock", raw("garbage"), raw(`{"id":"a"}`))
	for _, d := range w.letters("?topic=stock") {
		w.want(409, "POST", "/v1/deadletters/"+d.ID+"/replay", `{"body":`+string(orderEvent("o1", 1, "paid"))+`}`, "not-replayable", "Discard")
	}
}

func TestDeadLettersPage(t *testing.T) {
	w := newWorld(t)
	var bodies []any
	for i := range 30 {
		bodies = append(bodies, raw(strings.Repeat("x", i+1)))
	}
	w.deliver("/deadletters/orders", bodies...)
	seen, cursor := 0, ""
	for more := true; more; {
		list := w.want(200, "GET", "/v1/deadletters?limit=7"+cursor, "")
		seen += strings.Count(list, `"id":`)
		var next string
		_, next, more = strings.Cut(list, `"nextCursor":"`)
		cursor = "&cursor=" + strings.Trim(next, `"}`)
	}
	_, cursor, _ = strings.Cut(w.want(200, "GET", "/v1/deadletters?limit=7", ""), `"nextCursor":"`)
	cursor = "cursor=" + strings.Trim(cursor, "\"}\n")
	w.want(200, "GET", "/v1/deadletters?"+cursor, "")
	for _, other := range []string{"/v1/deadletters?topic=orders&", "/v1/deadletters?status=all&", "/v1/notifications?", "/v1/notifications?customerId=ann&"} {
		w.want(400, "GET", other+cursor, "", `"field":"cursor"`)
	}
	for _, made := range []string{"1", "-1.0", "zzzzzzzzzzzzzzzzzzzz.0", ".", "1.", strings.Repeat("9", 1000)} {
		w.want(400, "GET", "/v1/deadletters?cursor="+made, "", `"field":"cursor"`)
	}
	if seen != 30 {
		t.Errorf("%d of 30", seen)
	}
}
