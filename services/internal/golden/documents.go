package golden

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"
)

// asyncAPI is the schema of AsyncAPI 3.0.0 documents by the makers of AsyncAPI, from @asyncapi/specs 6.11.1, see LICENSE
// beside it: no Go module has it.
//
//go:embed asyncapi/3.0.0.json
var asyncAPI []byte

const asyncAPIName = "http://asyncapi.com/definitions/3.0.0/asyncapi.json"

// Documents checks that openapi.yaml is an OpenAPI document, that asyncapi.yaml is an AsyncAPI document, and that nothing in
// the latter refers to what is not there.
func Documents(t testing.TB, contract fs.FS) {
	t.Helper()
	if err := errors.Join(openAPIDocument(contract), asyncAPIDocument(contract)); err != nil {
		t.Error(err)
	}
}

func openAPIDocument(contract fs.FS) error {
	text, err := fs.ReadFile(contract, "openapi.yaml")
	if err != nil {
		return err
	}
	doc, err := openapi3.NewLoader().LoadFromData(text)
	if err != nil {
		return fmt.Errorf("openapi.yaml: %w", err)
	}
	if !strings.HasPrefix(doc.OpenAPI, "3.1.") || doc.Paths.Len() == 0 {
		return fmt.Errorf("openapi.yaml is of OpenAPI %q and has %d paths", doc.OpenAPI, doc.Paths.Len())
	}
	if err := doc.Validate(context.Background()); err != nil {
		return fmt.Errorf("openapi.yaml: %w", err)
	}
	return nil
}

func asyncAPIDocument(contract fs.FS) error {
	text, err := fs.ReadFile(contract, "asyncapi.yaml")
	if err != nil {
		return err
	}
	var parsed any
	if err := yaml.Unmarshal(text, &parsed); err != nil {
		return fmt.Errorf("asyncapi.yaml: %w", err)
	}
	plain, err := json.Marshal(parsed)
	if err != nil {
		return fmt.Errorf("asyncapi.yaml: %w", err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(plain))
	if err != nil {
		return fmt.Errorf("asyncapi.yaml: %w", err)
	}
	schema, err := official()
	if err != nil {
		return err
	}
	if err := errors.Join(schema.Validate(doc), references(contract, doc, doc)); err != nil {
		return fmt.Errorf("asyncapi.yaml: %w", err)
	}
	return nil
}

var official = sync.OnceValues(func() (*jsonschema.Schema, error) {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(asyncAPI))
	if err != nil {
		return nil, err
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource(asyncAPIName, doc); err != nil {
		return nil, err
	}
	return c.Compile(asyncAPIName)
})

// references looks for what every $ref below node refers to: a place in the document, or a file of the contract.
func references(contract fs.FS, doc, node any) error {
	var wrong []error
	switch n := node.(type) {
	case []any:
		for _, child := range n {
			wrong = append(wrong, references(contract, doc, child))
		}
	case map[string]any:
		for name, child := range n {
			wrong = append(wrong, references(contract, doc, child))
			if ref, ok := child.(string); ok && name == "$ref" {
				wrong = append(wrong, exists(contract, doc, ref))
			}
		}
	}
	return errors.Join(wrong...)
}

func exists(contract fs.FS, doc any, ref string) error {
	pointer, inside := strings.CutPrefix(ref, "#/")
	if !inside {
		_, err := fs.Stat(contract, ref)
		return err
	}
	for _, key := range strings.Split(pointer, "/") {
		object, _ := doc.(map[string]any)
		if doc = object[key]; doc == nil {
			return fmt.Errorf("%s is not there", ref)
		}
	}
	return nil
}
