package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"time"
)

// One answer may take that long.
var client = &http.Client{Timeout: 10 * time.Second}

// call does one request and decodes the answer into into if that is not nil. Any status but those wanted is an error.
func (s *shop) call(ctx context.Context, service, verb, path string, body, into any, want ...int) error {
	var in io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return err
		}
		in = bytes.NewReader(text)
	}
	r, err := http.NewRequestWithContext(ctx, verb, s.urls[service]+path, in)
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	res, err := client.Do(r)
	if err != nil {
		return fmt.Errorf("%s: %w", service, err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return fmt.Errorf("%s: %w", service, err)
	}
	if !slices.Contains(want, res.StatusCode) {
		return fmt.Errorf("%s answered %s to %s %s: %.500s", service, res.Status, verb, path, bytes.TrimSpace(text))
	}
	if into == nil {
		return nil
	}
	return json.Unmarshal(text, into)
}

// until asks again and again until there is no error. When ctx ends the last one says what was wrong.
func (s *shop) until(ctx context.Context, yes func() error) error {
	var last error
	for {
		err := yes()
		if err == nil {
			return nil
		}
		if ctx.Err() == nil || last == nil { // else it may only say that the time is over
			last = err
		}
		select {
		case <-ctx.Done():
			return errors.Join(last, context.Cause(ctx))
		case <-time.After(100 * time.Millisecond):
		}
	}
}
