package wire

import (
	"fmt"
	"net/http"
	"reflect"
	"strings"

	"github.com/go-playground/validator/v10"

	"orderly/services/internal/problem"
)

var rules = newRules()

func newRules() *validator.Validate {
	v := validator.New(validator.WithRequiredStructEnabled())
	v.RegisterTagNameFunc(func(f reflect.StructField) string {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		return name
	})
	must(v.RegisterValidation("slug", func(f validator.FieldLevel) bool { return Slug(f.Field().String()) }))
	must(v.RegisterValidation("currency", func(f validator.FieldLevel) bool { return currency(f.Field().String()) }))
	// An id travels in paths, keys and headers: printable ASCII without the
	// separators those use.
	must(v.RegisterValidation("id", func(f validator.FieldLevel) bool { return ID(f.Field().String()) }))
	return v
}

// ID reports whether s can be an id: 1 to 128 printable ASCII characters
// without blank, '|', '/', '\', '?', '#', '%' or '"'.
func ID(s string) bool {
	if len(s) == 0 || len(s) > 128 {
		return false
	}
	for _, c := range []byte(s) {
		if c <= ' ' || c > '~' || strings.IndexByte(`|/\?#%"`, c) >= 0 {
			return false
		}
	}
	return true
}

// Slug reports whether s is 1 to 64 letters, digits, dots, dashes or underscores.
func Slug(s string) bool {
	const signs = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-"
	return 1 <= len(s) && len(s) <= 64 && strings.Trim(s, signs) == ""
}

// currency reports whether s is three capitals, as those of ISO 4217 are.
func currency(s string) bool {
	return len(s) == 3 && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
}

// Validate checks the `validate` tags of v and names every broken rule.
func Validate(v any) error {
	err := rules.Struct(v)
	if err == nil {
		return nil
	}
	broken, ok := err.(validator.ValidationErrors) //nolint:errorlint // the library returns it unwrapped
	if !ok {
		return fmt.Errorf("validate %T: %w", v, err)
	}
	var fields []problem.Field
	top := reflect.Indirect(reflect.ValueOf(v)).Type().Name() + "."
	for _, b := range broken {
		path := strings.TrimPrefix(b.Namespace(), top) // an unnamed struct has no prefix
		fields = append(fields, problem.Field{Field: path, Rule: b.Tag(), Message: message(b)})
	}
	return Invalid(fields...)
}

// Invalid is the problem of input that is well formed but breaks a rule.
func Invalid(fields ...problem.Field) *problem.Problem {
	p := problem.New(http.StatusBadRequest, "validation-failed", "Correct the fields named in errors and send the request again.")
	p.Fields = fields
	return p
}

func message(b validator.FieldError) string {
	size := map[reflect.Kind]string{reflect.String: " characters", reflect.Slice: " entries", reflect.Map: " entries"}[b.Kind()]
	switch b.Tag() {
	case "required":
		return "is required"
	case "min", "gte":
		return "must be at least " + b.Param() + size
	case "max", "lte":
		return "must be at most " + b.Param() + size
	case "gt":
		return "must be more than " + b.Param()
	case "ne":
		return "must not be " + b.Param()
	case "oneof":
		return "must be one of: " + b.Param()
	case "unique":
		return "must not repeat " + strings.ToLower(b.Param())
	case "slug":
		return "must match [A-Za-z0-9._-]{1,64}"
	case "currency":
		return "must be an ISO 4217 code such as USD"
	case "id":
		return `must be 1 to 128 printable ASCII characters without blanks or |/\?#%"`
	case "email":
		return "must be an e-mail address"
	case "url", "http_url":
		return "must be an http or https URL"
	}
	return "breaks the rule " + b.Tag()
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
