package event

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
)

// What the scanner takes is what encoding/json takes.
func FuzzScanner(f *testing.F) {
	for _, text := range []string{`{"a":[1,-0.5e+3,true,false,null,"\u00e9\\n"],"b":{}}`, `[]`, `0`, `01`, `1.`, `-`, `"\x"`, "\"\n\"", `{"a" :1 , }`, `[1,]`, `nul`, ` 7 `, `{"a":1}x`, `1e`, "\"\xff\"", `{1:2}`, `"\u12"`} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		s := &scanner{text: text}
		got, err := s.value()
		if err == nil {
			err = s.end()
		}
		if json.Valid(text) != (err == nil) {
			t.Fatalf("%q: %v", text, err)
		}
		if err == nil && string(got) != strings.Trim(string(text), " \t\r\n") {
			t.Fatalf("%q is passed as %q", text, got)
		}
	})
}

// An event is read as encoding/json would, but for names in another case.
func FuzzOpenLikeJSON(f *testing.F) {
	f.Add([]byte(`{"specversion":"1.0","id":"a\u00e9","source":"s","type":"t","subject":"x","sequence":"3","time":"2026-01-31T09:30:00Z","data":{"x":[1]},"other":null,"id":"b"}`))
	f.Add([]byte(`{"specversion":"1.0","id":null,"source":"` + "\xff" + `"}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		got, err := scan(body)
		var names map[string]json.RawMessage
		if json.Unmarshal(body, &names) != nil {
			if err == nil && string(body) != "null" {
				t.Fatalf("%q is no object", body)
			}
			return
		}
		for name := range names {
			if name != strings.ToLower(name) || strings.ContainsAny(name, "ſK") { // which fold to s and k
				return
			}
		}
		var want Event
		if werr := json.Unmarshal(body, &want); string(body) != "null" && (werr == nil) != (err == nil) {
			t.Fatalf("%q: %v, by encoding/json %v", body, err, werr)
		}
		if err == nil && !reflect.DeepEqual(got, want) {
			t.Fatalf("%q\n%+v\n%+v", body, got, want)
		}
	})
}

func TestADeliveryIsReadInBothForms(t *testing.T) {
	object := `{"id":"o.1","data":{"a":[1]}}`
	raw := base64.StdEncoding.EncodeToString([]byte(object))
	for text, want := range map[string]string{
		object: object, `"` + raw + `"`: object, `"` + strings.ReplaceAll(raw, "=", `\u003d`) + `"`: object,
		`null`: `null`, `7`: `7`, `"no base64"`: `"no base64"`, `""`: ``, `"AP8="`: "\x00\xff",
	} {
		got, err := openBulk([]byte(fmt.Sprintf(`{"id":"x","entries":[ {"entryId":"a","event":%s,"metadata":{"k":"v"}} ],"topic":"orders"}`, text)))
		if err != nil || len(got) != 1 || got[0].id != "a" || string(got[0].body) != want {
			t.Errorf("%s is read as %q, %v", text, got, err)
		}
	}
	for _, text := range []string{``, `{}`, `[]`, `{"entries":null}`, `{"entries":{}}`, `{"entries":[7]}`, `{"entries":[{"entryId":7}]}`, `{"entries":[{"event":{]}]}`, `{"entries":[]} x`, `{"entries":[`} {
		if got, err := openBulk([]byte(text)); err == nil {
			t.Errorf("%s is read as %+v", text, got)
		}
	}
	if got, err := openBulk([]byte(`{"entries":[]}`)); err != nil || len(got) != 0 {
		t.Errorf("%v %v", got, err)
	}
}

func FuzzBulk(f *testing.F) {
	f.Add([]byte(`{"entries":[{"entryId":"a","event":{"id":"o.1"}},{"entryId":"b","event":"e30="}]}`))
	f.Add([]byte(`{"entries":[{"event":"\u0065\u0033\u0030="}],"entries":[]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		got, err := openBulk(body)
		if err != nil {
			return
		}
		if !json.Valid(body) {
			t.Fatalf("%q was taken", body)
		}
		for _, e := range got {
			if _, err := Open(e.body); err == nil && !json.Valid(e.body) {
				t.Fatalf("%q was opened", e.body)
			}
		}
	})
}
