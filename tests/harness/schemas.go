package harness

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

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

// publishers are the services by the source of their events.
var publishers = map[string]string{"/orders": "order", "/stock": "stock", "/deadletters": "notify"}

// documented returns an error unless an event is one that its service says in its AsyncAPI document that it sends, with
// the headers and the payload that are described there. An event of another source is nobody's.
func (s *Stack) documented(raw json.RawMessage) error {
	var e struct{ Source, Type string }
	var members map[string]json.RawMessage
	if err := errors.Join(json.Unmarshal(raw, &e), json.Unmarshal(raw, &members)); err != nil {
		return err
	}
	app, known := publishers[e.Source]
	if !known {
		return nil
	}
	data := members["data"]
	delete(members, "data")
	if err := s.events[app].event(strings.TrimPrefix(e.Source, "/"), e.Type, JSON(members), data); err != nil {
		return fmt.Errorf("against %s/asyncapi.yaml: %w\n%s", app, err, cut(raw))
	}
	return nil
}

// event checks an event that was sent to a channel, of which the contract is an AsyncAPI document.
func (c *contract) event(channel, typ string, headers, payload []byte) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.load(); err != nil {
		return err
	}
	message := c.follow(place{"", c.doc}.at("channels", channel, "messages", typ))
	for _, part := range []struct {
		at    place
		value []byte
	}{{message.at("headers"), headers}, {message.at("payload", "schema"), payload}} {
		if part.at.node == nil {
			return fmt.Errorf("channel %s has no message %s with headers and a payload", channel, typ)
		}
		if err := c.valid(part.at, part.value); err != nil {
			return fmt.Errorf("%s: %w", typ, err)
		}
	}
	return nil
}
