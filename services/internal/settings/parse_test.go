package settings

import (
	"log/slog"
	"os"
	"reflect"
	"testing"
	"time"

	"github.com/kelseyhightower/envconfig"
)

type kinds struct {
	Text   string          `envconfig:"T_VALUE"`
	Level  slog.Level      `envconfig:"T_VALUE"`
	Span   time.Duration   `envconfig:"T_VALUE"`
	Yes    bool            `envconfig:"T_VALUE"`
	Number int             `envconfig:"T_VALUE"`
	Small  int8            `envconfig:"T_VALUE"`
	Texts  []string        `envconfig:"T_VALUE"`
	Spans  []time.Duration `envconfig:"T_VALUE"`
	Levels []slog.Level    `envconfig:"T_VALUE"`
}

// FuzzParse holds parse to what envconfig makes of the same text, field by field;
// what it accepts can be shown and set again.
func FuzzParse(f *testing.F) {
	for _, text := range []string{"", " ", "0", "-1", "0x10", "007", "129", "1e3", "99999999999999999999", "true", "T", "yes", "15m", "1h0.5s", "5", "1s,5s,30s", ",", "1s,", "info", "DEBUG-4", "a,b", "é,\x00", "INFO+99999999999999"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if os.Setenv("T_VALUE", text) != nil {
			t.Skip("no environment can say this")
		}
		all := reflect.TypeFor[kinds]()
		for i := range all.NumField() {
			field := all.Field(i)
			one := reflect.New(reflect.StructOf([]reflect.StructField{field}))
			want := envconfig.Process("", one.Interface())
			mine := reflect.New(field.Type).Elem()
			err := parse(mine, text)
			if (err == nil) != (want == nil) {
				t.Fatalf("%s of %q: %v, where envconfig says %v", field.Type, text, err, want)
			}
			if err != nil {
				continue
			}
			theirs := one.Elem().Field(0)
			if textOf(mine) != textOf(theirs) {
				t.Fatalf("%s of %q is %s, where envconfig says %s", field.Type, text, textOf(mine), textOf(theirs))
			}
			again := reflect.New(field.Type).Elem()
			if err := parse(again, textOf(mine)); err != nil || textOf(again) != textOf(mine) {
				t.Fatalf("%s of %q is shown as %q, which is then %q (%v)", field.Type, text, textOf(mine), textOf(again), err)
			}
		}
	})
}
