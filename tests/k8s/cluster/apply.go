package cluster

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// Apply has an object of the core made in its namespace, or as it were, and returns what the server makes of it; resource is
// its kind's plural. It is an error when the server warns. (kubectl does the same, in ten times the time.)
func (s *Server) Apply(ctx context.Context, resource string, dryRun bool, object map[string]any) ([]byte, error) {
	body, err := json.Marshal(object)
	if err != nil {
		return nil, err
	}
	about := object["metadata"].(map[string]any)
	url := fmt.Sprintf("%s/api/v1/namespaces/%s/%s/%s?fieldManager=kubectl&fieldValidation=Strict", s.url, about["namespace"], resource, about["name"])
	if dryRun {
		url += "&dryRun=All"
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPatch, url, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/apply-patch+yaml") // JSON is YAML
	req.Header.Set("Authorization", "Bearer "+s.token)
	res, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	said, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, err
	}
	if warnings := res.Header.Values("Warning"); len(warnings) > 0 {
		return nil, errors.New(strings.Join(warnings, "\n"))
	}
	if res.StatusCode/100 != 2 {
		var status struct{ Message string }
		return nil, errors.Join(json.Unmarshal(said, &status), fmt.Errorf("%s: %s", res.Status, status.Message))
	}
	return said, nil
}

// client trusts the server as its kubeconfig does: it is our own, on 127.0.0.1.
var client = &http.Client{Timeout: time.Minute, Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}} //nolint:gosec // see above
