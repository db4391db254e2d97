package settings

import (
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/go-playground/validator/v10"
)

// rules caches what it learned of a struct; it may be used by many at once.
var rules = func() *validator.Validate {
	v := validator.New(validator.WithRequiredStructEnabled())
	v.RegisterTagNameFunc(envName)
	return v
}()

// fault is what is wrong with a value; an empty one may be missing.
type fault struct {
	error
	empty bool
}

// check returns what is wrong with cfg, a pointer to settings, by variable.
func check(cfg any) map[string]fault {
	broken, _ := errors.AsType[validator.ValidationErrors](rules.Struct(cfg))
	bad := make(map[string]fault, len(broken))
	for _, b := range broken {
		name, _, _ := strings.Cut(b.Field(), "[") // of a list it is one of its values
		bad[name] = fault{ruleOf(b, reflect.TypeOf(cfg).Elem()), reflect.ValueOf(b.Value()).IsZero()}
	}
	return bad
}

func ruleOf(b validator.FieldError, t reflect.Type) error {
	param := b.Param()
	if other, ok := t.FieldByName(param); ok && b.Tag() == "gtfield" {
		param = envName(other)
	}
	limit := map[string]string{"min": "at least ", "max": "at most ", "oneof": "one of ", "gtfield": "more than "}[b.Tag()]
	if limit == "" {
		return fmt.Errorf("%s breaks the rule %s", b.Field(), b.Tag())
	}
	return fmt.Errorf("%s must be %s%s", b.Field(), limit, param)
}
