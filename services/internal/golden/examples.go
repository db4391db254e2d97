package golden

import (
	"bytes"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"orderly/services/internal/event"
)

// Examples checks that contract has an example for each schema and a schema for
// each example, that every example is a whole CloudEvent of its type from
// source, and that its data keeps the schema.
func Examples(t testing.TB, contract fs.FS, source string) {
	t.Helper()
	examples, err := fs.Glob(contract, "examples/*.json")
	if err != nil {
		t.Fatal(err)
	}
	schemas, err := fs.Glob(contract, "schemas/*.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	if len(examples) == 0 || len(examples) != len(schemas) {
		t.Fatalf("%d examples for %d schemas", len(examples), len(schemas))
	}
	for _, name := range examples {
		typ := strings.TrimSuffix(path.Base(name), ".json")
		if err := example(contract, name, typ, source); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func example(contract fs.FS, name, typ, source string) error {
	raw, err := fs.ReadFile(contract, name)
	if err != nil {
		return err
	}
	e, err := event.Open(raw)
	if err != nil {
		return err
	}
	if e.Type != typ || e.Source != source {
		return fmt.Errorf("it is a %s from %s", e.Type, e.Source)
	}
	data, err := jsonschema.UnmarshalJSON(bytes.NewReader(e.Data))
	if err != nil {
		return err
	}
	text, err := fs.ReadFile(contract, "schemas/"+typ+".schema.json")
	if err != nil {
		return err
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return err
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource(typ, doc); err != nil {
		return err
	}
	schema, err := c.Compile(typ)
	if err != nil {
		return err
	}
	return schema.Validate(data)
}
