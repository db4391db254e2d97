package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"
)

// call does one request of the kind that is not measured, and decodes the answer into into if that is not nil. Any
// status but want is an error.
func call(ctx context.Context, method, url, contentType string, body []byte, want int, into any) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, method, url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", contentType)
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return err
	}
	if res.StatusCode != want {
		return fmt.Errorf("%s %.100s answered %s: %.500s", method, url, res.Status, text)
	}
	if into == nil {
		return nil
	}
	return json.Unmarshal(text, into)
}

// stockUp makes the products and their stock.
func (s *system) stockUp(ctx context.Context) error {
	var done struct {
		Created, Received, Failed int
		Errors                    []json.RawMessage
	}
	err := call(ctx, http.MethodPost, s.AppURL("stock")+"/v1/products/import", "text/csv", s.shelf.csv(), http.StatusOK, &done)
	if err == nil && (done.Created != shelves || done.Received != shelves || done.Failed > 0) {
		err = fmt.Errorf("of %d products %d were created and %d received: %.500s", shelves, done.Created, done.Received, done.Errors)
	}
	return err
}
