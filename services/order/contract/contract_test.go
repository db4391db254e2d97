package contract_test

import (
	"encoding/json"
	"io/fs"
	"path"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"orderly/services/internal/event"
	"orderly/services/internal/golden"
	"orderly/services/order/contract"
)

func TestAChangeRaisesTheVersion(t *testing.T) { golden.Check(t, contract.Files, "contract.lock") }

func TestEveryExampleKeepsItsSchema(t *testing.T) {
	examples, err := fs.Glob(contract.Files, "examples/*.json")
	require.NoError(t, err)
	schemas, err := fs.Glob(contract.Files, "schemas/*.json")
	require.NoError(t, err)
	require.Len(t, examples, len(schemas))
	for _, name := range examples {
		typ := strings.TrimSuffix(path.Base(name), ".json")
		raw, err := contract.Files.ReadFile(name)
		require.NoError(t, err)
		e, err := event.Open(raw)
		require.NoError(t, err, name)
		assert.Equal(t, typ, e.Type)
		assert.Equal(t, "/orders", e.Source)
		text, err := contract.Files.ReadFile("schemas/" + typ + ".schema.json")
		require.NoError(t, err)
		doc, err := jsonschema.UnmarshalJSON(strings.NewReader(string(text)))
		require.NoError(t, err)
		c := jsonschema.NewCompiler()
		require.NoError(t, c.AddResource(typ, doc))
		schema, err := c.Compile(typ)
		require.NoError(t, err)
		var data any
		require.NoError(t, json.Unmarshal(e.Data, &data))
		assert.NoError(t, schema.Validate(data), name)
	}
}
