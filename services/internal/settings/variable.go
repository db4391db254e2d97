package settings

import (
	"fmt"
	"os"
	"reflect"
	"strings"
)

// variable is one field of a struct of settings.
type variable struct {
	name   string // in the environment
	field  string // in Go
	index  []int
	live   bool
	origin string // unless the store says otherwise
}

// variablesOf lists the fields of a struct, those of embedded ones first where
// they stand.
func variablesOf(t reflect.Type, above []int) []variable {
	var all []variable
	for i := range t.NumField() {
		f := t.Field(i)
		index := append(above[:len(above):len(above)], i)
		if f.Anonymous {
			all = append(all, variablesOf(f.Type, index)...)
			continue
		}
		v := variable{name: envName(f), field: f.Name, index: index, live: f.Tag.Get("live") == "true", origin: Default}
		if _, told := os.LookupEnv(v.name); told {
			v.origin = Environment
		}
		all = append(all, v)
	}
	return all
}

func envName(f reflect.StructField) string { return f.Tag.Get("envconfig") }

// show returns the value of v as it could be set again.
func (v variable) show(settings reflect.Value) string {
	return v.mask(textOf(settings.FieldByIndex(v.index)))
}

// mask hides the text of a secret.
func (v variable) mask(text string) string {
	for _, word := range []string{"TOKEN", "SECRET", "PASSWORD", "KEY"} {
		if strings.Contains(v.name, word) && text != "" {
			return "***"
		}
	}
	return text
}

// canBeLive is an error of who marked a field that cannot be set from text.
func (v variable) canBeLive(settings reflect.Value) error {
	value := settings.FieldByIndex(v.index)
	if !v.live {
		return nil
	}
	if err := parse(reflect.New(value.Type()).Elem(), textOf(value)); err != nil {
		return fmt.Errorf("%s cannot be live: it %w", v.name, err)
	}
	return nil
}
