package golden

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
)

const soundOpenAPI = `openapi: 3.1.0
info: {title: t, version: 1.0.0}
paths:
  /v1/things/{id}:
    get:
      operationId: readThing
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses: {'200': {$ref: '#/components/responses/Thing'}}
components:
  responses: {Thing: {description: a thing}}
`

const soundAsyncAPI = `asyncapi: 3.0.0
info: {title: t, version: 1.0.0}
channels:
  things: {address: things, messages: {thing.made.v1: {$ref: '#/components/messages/made'}}}
operations: {publish: {action: send, channel: {$ref: '#/channels/things'}}}
components:
  messages: {made: {payload: {schemaFormat: application/schema+json;version=draft-2020-12, schema: {$ref: schemas/made.schema.json}}}}
`

func TestDocuments(t *testing.T) {
	for _, c := range []struct{ old, planted, says string }{
		{"", "", ""},
		{"openapi: 3.1.0", "openapi: 3.1x", "OpenAPI"},
		{"responses: {'200'", "response: {'200'", "response"},
		{"name: id, in: path", "name: id, in: pth", "missing: [id]"},
		{"responses/Thing", "responses/Nothing", "Nothing"},
		{"type: string", "type: sting", "sting"},
		{"name: id", "name: other", "id"},
		{"asyncapi: 3.0.0", "asyncapi: 3.x", "asyncapi"},
		{"action: send", "action: sned", "action"},
		{"address: things", "adrs: things", "adrs"},
		{"#/channels/things", "#/channels/nothing", "#/channels/nothing is not there"},
		{"schemas/made", "schemas/mdae", "schemas/mdae.schema.json"},
	} {
		plant := func(text string) *fstest.MapFile {
			if c.old != "" {
				text = strings.ReplaceAll(text, c.old, c.planted)
			}
			return &fstest.MapFile{Data: []byte(text)}
		}
		contract := fstest.MapFS{"openapi.yaml": plant(soundOpenAPI), "asyncapi.yaml": plant(soundAsyncAPI), "schemas/made.schema.json": {Data: []byte(`{}`)}}
		said := fmt.Sprint(errors.Join(openAPIDocument(contract), asyncAPIDocument(contract)))
		if c.old == "" && said != "<nil>" || !strings.Contains(said, c.says) {
			t.Errorf("%q in place of %q: %s", c.planted, c.old, said)
		}
	}
}
