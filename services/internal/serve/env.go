package serve

import (
	"fmt"
	"log/slog"
	"reflect"
	"strings"
)

func envName(f reflect.StructField) string { return f.Tag.Get("envconfig") }

// Settings lists a configuration as log attributes, by variable name; a
// variable whose name speaks of a secret is masked.
func Settings(cfg any) []any {
	var out []any
	v := reflect.Indirect(reflect.ValueOf(cfg))
	for i := range v.NumField() {
		f, val := v.Type().Field(i), v.Field(i)
		if f.Anonymous {
			out = append(out, Settings(val.Interface())...)
			continue
		}
		name, shown := envName(f), fmt.Sprint(val.Interface())
		for _, word := range []string{"TOKEN", "SECRET", "PASSWORD", "KEY"} {
			if strings.Contains(name, word) && shown != "" {
				shown = "***"
			}
		}
		out = append(out, slog.String(name, shown))
	}
	return out
}
