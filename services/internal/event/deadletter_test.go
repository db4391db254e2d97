package event

import (
	"encoding/json"
	"reflect"
	"testing"
)

func TestDeadLetterAndBack(t *testing.T) {
	body := `{"id":"o1.1","data":{"big":9007199254740993,"text":"<a>"},"specversion":"1.0"}`
	dead, err := DeadLetter([]byte(body), "stock", `items: "must" <be> there`)
	if err != nil {
		t.Fatal(err)
	}
	again, err := DeadLetter(dead, "notify", "another reason")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		dead        []byte
		app, reason string
	}{{dead, "stock", `items: "must" <be> there`}, {again, "notify", "another reason"}, {[]byte(body), "", ""}} {
		original, app, reason := OpenDeadLetter(c.dead)
		if !same(t, original, []byte(body)) || app != c.app || reason != c.reason {
			t.Errorf("got %s, %q, %q", original, app, reason)
		}
	}
}

func TestWhatIsNoObjectIsADeadLetterAsItIs(t *testing.T) {
	for _, body := range []string{``, `null`, `[]`, `"x"`, `7`, `{"a":`, "\x00\xff"} {
		dead, err := DeadLetter([]byte(body), "stock", "why")
		if err != nil || string(dead) != body {
			t.Errorf("%q became %q, %v", body, dead, err)
		}
		if original, app, why := OpenDeadLetter(dead); string(original) != body || app != "" || why != "" {
			t.Errorf("%q came back as %q, %q, %q", body, original, app, why)
		}
	}
}

func FuzzDeadLetter(f *testing.F) {
	f.Add([]byte(`{"id":"o1.1","data":{}}`), "why")
	f.Add([]byte(`{"deadletterapp":7,"deadletterreason":null}`), "")
	f.Fuzz(func(t *testing.T, body []byte, why string) {
		dead, err := DeadLetter(body, "stock", why)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := object(body); err != nil {
			return
		}
		if _, app, _ := OpenDeadLetter(dead); app != "stock" {
			t.Fatalf("app is %q after %q", app, body)
		}
	})
}

func same(t *testing.T, a, b []byte) bool {
	t.Helper()
	var va, vb map[string]json.RawMessage
	if err := json.Unmarshal(a, &va); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &vb); err != nil {
		t.Fatal(err)
	}
	return reflect.DeepEqual(va, vb)
}
