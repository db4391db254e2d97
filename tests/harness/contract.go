package harness

import (
	"bytes"
	"fmt"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// contract is the OpenAPI or AsyncAPI document that a service serves. Its schemas are JSON Schema 2020-12; they are compiled
// where they stand, by a pointer into the document.
type contract struct {
	url string

	mu       sync.Mutex
	doc      map[string]any // nil until the first use
	compiler *jsonschema.Compiler
	schemas  map[string]*jsonschema.Schema
}

// check returns the row of an answer, and how the answer, or the request that was taken, breaks its contract.
func (c *contract) check(a Answer, sentType string) (row string, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.load(); err != nil {
		return "", err
	}
	template, item := c.find(a.Path)
	row = a.Method + " " + template
	operation := item.at(strings.ToLower(a.Method))
	if operation.node == nil {
		if a.Status == http.StatusNotFound || a.Status == http.StatusMethodNotAllowed {
			return row, nil // there is no such row, and the service says so
		}
		return row, fmt.Errorf("no operation %s %s", a.Method, a.Path)
	}
	answer := c.answerOf(operation, a.Status)
	if answer.node == nil {
		return row, fmt.Errorf("%s does not document status %d", row, a.Status)
	}
	if err := c.body(answer, a.Header.Get("Content-Type"), a.Body); err != nil {
		return row, fmt.Errorf("answer %d of %s: %w", a.Status, row, err)
	}
	taken := a.Status < 300 && !bytes.Contains(a.Body, []byte(`"problem":`)) // a batch is answered 200 with bad entries too
	if request := c.follow(operation.at("requestBody")); taken && len(a.Sent) > 0 {
		if err := c.body(request, sentType, a.Sent); err != nil {
			return row, fmt.Errorf("%s takes a request that is not in its contract: %w", row, err)
		}
	}
	return row, nil
}

func (c *contract) answerOf(operation place, status int) place {
	code := strconv.Itoa(status)
	for _, key := range []string{code, code[:1] + "XX", "default"} {
		if p := operation.at("responses", key); p.node != nil {
			return c.follow(p)
		}
	}
	return place{}
}

// body checks a body against the schema of its media type. A place without content allows no body.
func (c *contract) body(at place, contentType string, body []byte) error {
	content := at.at("content")
	if content.node == nil {
		if len(bytes.TrimSpace(body)) > 0 {
			return fmt.Errorf("a body is not documented: %s", cut(body))
		}
		return nil
	}
	kind, _, err := mime.ParseMediaType(contentType)
	if err != nil {
		return fmt.Errorf("content type %q: %w", contentType, err)
	}
	media := content.at(kind)
	if media.node == nil {
		return fmt.Errorf("content type %s is not documented", kind)
	}
	schema := media.at("schema")
	if schema.node == nil || !strings.HasSuffix(kind, "json") {
		return nil
	}
	return c.valid(schema, body)
}

// valid checks a value against the schema at a place.
func (c *contract) valid(schema place, body []byte) error {
	compiled, err := c.compile(schema)
	if err != nil {
		return err
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("not JSON: %w", err)
	}
	return compiled.Validate(value)
}

func (c *contract) compile(at place) (*jsonschema.Schema, error) {
	if s, ok := c.schemas[at.pointer]; ok {
		return s, nil
	}
	s, err := c.compiler.Compile(c.url + "#" + at.pointer)
	if err == nil {
		c.schemas[at.pointer] = s
	}
	return s, err
}

// load fetches the document once the service runs.
func (c *contract) load() error {
	if c.doc != nil {
		return nil
	}
	doc, err := served{}.Load(c.url)
	if err != nil {
		return err
	}
	c.compiler = jsonschema.NewCompiler()
	c.compiler.DefaultDraft(jsonschema.Draft2020)
	c.compiler.AssertFormat()
	c.compiler.UseLoader(served{})
	c.schemas = map[string]*jsonschema.Schema{}
	if err := c.compiler.AddResource(c.url, doc); err != nil {
		return err
	}
	c.doc, _ = doc.(map[string]any)
	return nil
}
