package contract_test

import (
	"bytes"
	"io/fs"
	"path"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"orderly/services/internal/event"
	"orderly/services/internal/golden"
	"orderly/services/stock/contract"
)

func TestAChangeRaisesTheVersion(t *testing.T) { golden.Check(t, contract.Files, "contract.lock") }

func TestEveryExampleKeepsItsSchema(t *testing.T) {
	examples, err := fs.Glob(contract.Files, "examples/*.json")
	require.NoError(t, err)
	schemas, err := fs.Glob(contract.Files, "schemas/*.json")
	require.NoError(t, err)
	require.Len(t, examples, 6)
	require.Len(t, schemas, len(examples))
	for _, name := range examples {
		typ := strings.TrimSuffix(path.Base(name), ".json")
		raw, err := contract.Files.ReadFile(name)
		require.NoError(t, err)
		e, err := event.Open(raw)
		require.NoError(t, err, name)
		assert.Equal(t, typ, e.Type)
		assert.Equal(t, "/stock", e.Source)
		data, err := jsonschema.UnmarshalJSON(bytes.NewReader(e.Data))
		require.NoError(t, err)
		assert.NoError(t, compile(t, typ).Validate(data), name)
	}
}

func compile(t *testing.T, typ string) *jsonschema.Schema {
	t.Helper()
	text, err := contract.Files.ReadFile("schemas/" + typ + ".schema.json")
	require.NoError(t, err)
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	require.NoError(t, err)
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	require.NoError(t, c.AddResource(typ, doc))
	schema, err := c.Compile(typ)
	require.NoError(t, err)
	return schema
}
