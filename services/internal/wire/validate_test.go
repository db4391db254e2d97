package wire

import (
	"errors"
	"strings"
	"testing"

	"orderly/services/internal/problem"
)

type named struct {
	Items []item `json:"items" validate:"min=1,dive"`
}

type item struct {
	SKU string `json:"sku" validate:"slug"`
}

func TestFieldsAreNamedAsTheCallerWroteThem(t *testing.T) {
	unnamed := struct {
		Items []item `json:"items" validate:"min=1,dive"`
	}{[]item{{"a b"}}}
	for _, c := range []struct {
		value any
		field string
	}{{named{}, "items"}, {&named{[]item{{"a b"}}}, "items[0].sku"}, {unnamed, "items[0].sku"}} {
		p, _ := errors.AsType[*problem.Problem](Validate(c.value))
		if p == nil || len(p.Fields) != 1 || p.Fields[0].Field != c.field {
			t.Errorf("%T: %+v, want %s", c.value, p, c.field)
		}
	}
}

func TestSlugsAndCurrencies(t *testing.T) {
	for s, want := range map[string]bool{
		"a": true, "A-1.b_c": true, strings.Repeat("x", 64): true,
		"": false, "a b": false, "ä": false, "a/b": false, "a\n": false, strings.Repeat("x", 65): false,
	} {
		if Slug(s) != want {
			t.Errorf("Slug(%q) is %t", s, !want)
		}
	}
	for s, want := range map[string]bool{"EUR": true, "eur": false, "EU": false, "EURO": false, "E R": false, "E1R": false, "ÄU": false, "": false} {
		if currency(s) != want {
			t.Errorf("currency(%q) is %t", s, !want)
		}
	}
}
