package wire_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"orderly/services/internal/problem"
	"orderly/services/internal/wire"
)

type thing struct {
	SKU   string `json:"sku" validate:"slug"`
	Count int64  `json:"count" validate:"min=1,max=10"`
	Lines []line `json:"lines" validate:"max=2,unique=ID,dive"`
}

type line struct {
	ID string `json:"id" validate:"id"`
}

func decode(body, contentType string) (thing, error) {
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
	r.Header.Set("Content-Type", contentType)
	var v thing
	return v, wire.Decode(r, &v)
}

func TestEveryRefusalSaysWhatToFix(t *testing.T) {
	for name, c := range map[string]struct {
		body, contentType, code string
		status                  int
		field                   string
	}{
		"wrong type":     {`{}`, "text/plain", "unsupported-media-type", 415, ""},
		"no type":        {`{}`, "", "unsupported-media-type", 415, ""},
		"not JSON":       {`{"sku":`, "application/json", "invalid-json", 400, ""},
		"empty":          {``, "application/json", "invalid-json", 400, ""},
		"two values":     {`{"sku":"a","count":1} {}`, "application/json", "invalid-json", 400, ""},
		"unknown field":  {`{"sku":"a","count":1,"colour":"red"}`, "application/json", "unknown-field", 400, "colour"},
		"string for int": {`{"sku":"a","count":"1"}`, "application/json", "invalid-json", 400, "count"},
		"float for int":  {`{"sku":"a","count":1.5}`, "application/json", "invalid-json", 400, "count"},
		"beyond int64":   {`{"sku":"a","count":9223372036854775808}`, "application/json", "invalid-json", 400, "count"},
		"too many":       {`{"sku":"a","count":11}`, "application/json", "validation-failed", 400, "count"},
		"bad sku":        {`{"sku":"a b","count":1}`, "application/json", "validation-failed", 400, "sku"},
		"deep":           {`{"sku":"a","count":1,"lines":[{"id":"x|y"}]}`, "application/json", "validation-failed", 400, "lines[0].id"},
		"twice":          {`{"sku":"a","count":1,"lines":[{"id":"x"},{"id":"x"}]}`, "application/json", "validation-failed", 400, "lines"},
	} {
		_, err := decode(c.body, c.contentType)
		var p *problem.Problem
		require.ErrorAs(t, err, &p, name)
		assert.Equal(t, c.code, p.Code, name)
		assert.Equal(t, c.status, p.Status, name)
		assert.NotEmpty(t, p.Detail, name)
		if c.field != "" && assert.NotEmpty(t, p.Fields, name) {
			assert.Equal(t, c.field, p.Fields[0].Field, name)
			assert.NotEmpty(t, p.Fields[0].Message, name)
		}
	}
	v, err := decode(`{"sku":"a","count":1}`, "application/json; charset=utf-8")
	require.NoError(t, err)
	assert.Equal(t, "a", v.SKU)
}

func TestABodyOverTheLimitIs413(t *testing.T) {
	h := wire.Limit(10)(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, err := wire.Body(r)
		var p *problem.Problem
		require.ErrorAs(t, err, &p)
		assert.Equal(t, http.StatusRequestEntityTooLarge, p.Status)
	}))
	h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodPost, "/", strings.NewReader("more than ten bytes")))
}

func TestPages(t *testing.T) {
	for query, want := range map[string]int{"": 50, "limit=1": 1, "limit=200": 200, "limit=0": 0, "limit=201": 0, "limit=x": 0, "limit=-1": 0} {
		p, err := wire.ReadPage(httptest.NewRequest(http.MethodGet, "/?"+query, nil))
		if want == 0 {
			require.Error(t, err, query)
			continue
		}
		require.NoError(t, err, query)
		assert.Equal(t, want, p.Limit)
	}
	require.Error(t, wire.KnownQuery(httptest.NewRequest(http.MethodGet, "/?custmerId=a", nil), "customerId"))
	require.NoError(t, wire.KnownQuery(httptest.NewRequest(http.MethodGet, "/?customerId=a", nil), "customerId"))
}

func FuzzDecode(f *testing.F) {
	f.Add(`{"sku":"a","count":1,"lines":[{"id":"x"}]}`)
	f.Add(`[[[[`)
	f.Fuzz(func(t *testing.T, body string) {
		v, err := decode(body, "application/json")
		var p *problem.Problem
		switch {
		case err == nil && (!wire.Slug(v.SKU) || v.Count < 1 || v.Count > 10):
			t.Fatalf("accepted %q", body)
		case err != nil && !assert.ErrorAs(t, err, &p):
			t.Fatalf("%q: %v", body, err)
		}
	})
}
