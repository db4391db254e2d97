package harness

import (
	"bytes"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// MatchesSchema returns an error unless the data of an event is valid against the schema that the service serves for
// events of its type.
func (s *Story) MatchesSchema(app, typ string, data []byte) error {
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	compiler.UseLoader(served{})
	schema, err := compiler.Compile(s.AppURL(app) + "/schemas/" + typ + ".schema.json")
	if err != nil {
		return err
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		return err
	}
	return schema.Validate(value)
}
