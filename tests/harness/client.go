package harness

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"testing"
	"time"
)

// Client calls one service: directly, or by Dapr invocation through the sidecar of another app.
type Client struct {
	story   *Story
	app     string
	process string // that is called directly
	caller  string
	limit   time.Duration // for one answer
}

// M is a JSON object.
type M = map[string]any

// Raw is a body that is sent as it is.
type Raw struct {
	Type string // Content-Type
	Body io.Reader
}

var (
	wire  = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 256}}
	quick = &http.Client{Transport: wire.Transport, Timeout: Patience}
)

// Patient returns the client with another limit for one answer than Patience.
func (c Client) Patient(limit time.Duration) Client {
	c.limit = limit
	return c
}

// URL is the address of a path of the service, by the door the client uses.
func (c Client) URL(path string) string {
	if c.caller == "" {
		return c.story.AppURL(c.process) + path
	}
	return c.story.SidecarURL(c.caller) + "/v1.0/invoke/" + c.app + "/method" + path
}

// Do sends a request and returns its answer, checked against the contract that the service serves. A request that gets
// no answer ends the story. header is name, value, name, value …
func (c Client) Do(method, path string, body any, header ...string) Answer {
	c.story.T.Helper()
	a, err := c.Try(method, path, body, header...)
	if err != nil {
		c.story.T.Fatalf("%s %s: %v", method, path, err)
	}
	return a
}

// Try is Do for requests that may get no answer, such as those to a dying process.
func (c Client) Try(method, path string, body any, header ...string) (Answer, error) {
	c.story.T.Helper()
	req, sent, err := c.request(method, path, body, header)
	if err != nil {
		return Answer{}, err
	}
	ctx, cancel := context.WithTimeout(req.Context(), c.limit)
	defer cancel()
	res, err := wire.Do(req.WithContext(ctx))
	if err != nil {
		return Answer{}, err
	}
	defer res.Body.Close()
	got, err := io.ReadAll(res.Body)
	if err != nil {
		return Answer{}, err
	}
	a := Answer{t: c.story.T, Method: method, Path: path, Sent: sent, Status: res.StatusCode, Header: res.Header, Body: got}
	row, err := c.story.contracts[c.app].check(a, req.Header.Get("Content-Type"))
	if a.Status < http.StatusMultipleChoices {
		c.note(row)
	}
	if err != nil {
		c.story.T.Errorf("against %s/openapi.yaml: %v\n%s", c.app, err, a)
	}
	if err := a.soundFailure(); err != nil {
		c.story.T.Errorf("as a problem: %v\n%s", err, a)
	}
	return a, nil
}

func (c Client) request(method, path string, body any, header []string) (*http.Request, []byte, error) {
	var in io.Reader
	var sent []byte
	contentType := ""
	switch b := body.(type) {
	case nil:
	case Raw:
		in, contentType = b.Body, b.Type
	default:
		var err error
		if sent, err = json.Marshal(body); err != nil {
			return nil, nil, err
		}
		in, contentType = bytes.NewReader(sent), "application/json"
	}
	req, err := http.NewRequestWithContext(context.Background(), method, c.URL(path), in)
	if err != nil {
		return nil, nil, err
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	req.Header.Set("traceparent", "00-"+c.story.Trace+"-"+randomHex(8)+"-01")
	if c.caller != "" {
		req.Header.Set("dapr-api-token", c.story.Tokens.Dapr)
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	return req, sent, nil
}

// Get, Post, Put and Delete are Do with their method.
func (c Client) Get(path string, header ...string) Answer {
	c.story.T.Helper()
	return c.Do(http.MethodGet, path, nil, header...)
}

func (c Client) Post(path string, body any, header ...string) Answer {
	c.story.T.Helper()
	return c.Do(http.MethodPost, path, body, header...)
}

func (c Client) Put(path string, body any, header ...string) Answer {
	c.story.T.Helper()
	return c.Do(http.MethodPut, path, body, header...)
}

func (c Client) Delete(path string, body any, header ...string) Answer {
	c.story.T.Helper()
	return c.Do(http.MethodDelete, path, body, header...)
}

// In returns the client for a subtest.
func (c Client) In(t *testing.T) Client {
	s := *c.story
	s.T = t
	c.story = &s
	return c
}
