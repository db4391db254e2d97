package wire

import (
	"errors"
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
