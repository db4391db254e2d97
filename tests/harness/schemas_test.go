package harness

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// An event that differs from what the document says of it is seen, whatever differs.
func TestEventsAreDocumented(t *testing.T) {
	files := httptest.NewServer(http.FileServer(http.Dir(Root() + "/services/order/contract")))
	t.Cleanup(files.Close)
	s := &Stack{events: map[string]*contract{"order": {url: files.URL + "/asyncapi.yaml"}}}
	sound := string(exampleOf(t, files.URL+"/examples/order.confirmed.v1.json"))
	for _, c := range []struct{ old, planted, says string }{
		{"", "", ""},
		{`"type":"order.confirmed.v1"`, `"type":"order.confirmd.v1"`, "no message order.confirmd.v1"},
		{`"specversion":"1.0"`, `"specversion":"1.1"`, "specversion"},
		{`"subject":`, `"sbject":`, "subject"},
		{`"customerId":`, `"customer":`, "customerId"},
		{`"status":"confirmed"`, `"status":7`, "status"},
		{`"source":"/orders"`, `"source":"/elsewhere"`, ""},
	} {
		if !strings.Contains(sound, c.old) {
			t.Fatalf("the example has no %s: %s", c.old, sound)
		}
		planted := sound
		if c.old != "" {
			planted = strings.ReplaceAll(sound, c.old, c.planted)
		}
		said := fmt.Sprint(s.documented([]byte(planted)))
		if c.says == "" && said != "<nil>" || !strings.Contains(said, c.says) {
			t.Errorf("%s: %s", c.planted, said)
		}
	}
}

// Of everything that was published what no story forged is documented.
func TestSamplesAreDocumented(t *testing.T) {
	files := httptest.NewServer(http.FileServer(http.Dir(Root() + "/services/order/contract")))
	t.Cleanup(files.Close)
	s := &Stack{events: map[string]*contract{"order": {url: files.URL + "/asyncapi.yaml"}}}
	sound := exampleOf(t, files.URL+"/examples/order.confirmed.v1.json")
	wrong := []byte(strings.Replace(string(sound), `"customerId":`, `"customer":`, 1))
	forgedOne := []byte(strings.Replace(string(wrong), `"id":"`, `"id":"forged-`, 1))
	forge(forgedOne)
	for _, c := range []struct {
		events []json.RawMessage
		says   string
	}{{nil, ""}, {[]json.RawMessage{sound, forgedOne}, ""}, {[]json.RawMessage{forgedOne, sound, wrong}, "customerId"}, {[]json.RawMessage{[]byte("7")}, "cannot unmarshal"}} {
		said := fmt.Sprint(s.allDocumented(map[string][]json.RawMessage{"order.confirmed.v1": c.events}))
		if c.says == "" && said != "<nil>" || !strings.Contains(said, c.says) {
			t.Errorf("%s: %s", c.events, said)
		}
	}
}

func exampleOf(t *testing.T, url string) []byte {
	t.Helper()
	doc, err := served{}.Load(url)
	if err != nil {
		t.Fatal(err)
	}
	return JSON(doc)
}
