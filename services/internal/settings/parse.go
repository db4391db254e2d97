package settings

import (
	"encoding"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// parse sets a value from text, as envconfig does from the environment. Its error
// says what the text is not; the text itself may be a secret.
func parse(into reflect.Value, text string) error {
	if !set(into, text) {
		return fmt.Errorf("is not a %s", into.Type())
	}
	return nil
}

func set(into reflect.Value, text string) bool {
	if u, ok := into.Addr().Interface().(encoding.TextUnmarshaler); ok {
		return u.UnmarshalText([]byte(text)) == nil
	}
	if into.Type() == reflect.TypeFor[time.Duration]() {
		d, err := time.ParseDuration(text)
		into.SetInt(int64(d))
		return err == nil
	}
	switch into.Kind() { //nolint:exhaustive // settings are of these kinds
	case reflect.String:
		into.SetString(text)
		return true
	case reflect.Bool:
		b, err := strconv.ParseBool(text)
		into.SetBool(b)
		return err == nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		n, err := strconv.ParseInt(text, 0, into.Type().Bits())
		into.SetInt(n)
		return err == nil
	case reflect.Slice:
		return setAll(into, text)
	}
	return false
}

// setAll sets a slice from values between commas; blank text is an empty one.
func setAll(into reflect.Value, text string) bool {
	var values []string
	if strings.TrimSpace(text) != "" {
		values = strings.Split(text, ",")
	}
	into.Set(reflect.MakeSlice(into.Type(), len(values), len(values)))
	for i, one := range values {
		if !set(into.Index(i), one) {
			return false
		}
	}
	return true
}

// textOf returns the text that parse makes the value of.
func textOf(v reflect.Value) string {
	if v.Kind() != reflect.Slice {
		return fmt.Sprint(v.Interface())
	}
	values := make([]string, v.Len())
	for i := range values {
		values[i] = textOf(v.Index(i))
	}
	return strings.Join(values, ",")
}
