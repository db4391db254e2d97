package harness

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"testing"
	"time"
)

// Run runs a program to its end, in an empty folder and with no more environment than given, and returns its exit code
// and what it printed.
func Run(t *testing.T, path string, env []string, args ...string) (code int, out string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Dir = t.TempDir()
	cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME")}, env...)
	text, err := cmd.CombinedOutput()
	if _, ended := errors.AsType[*exec.ExitError](err); err != nil && !ended {
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), string(text)
}

// Fetch reads a page.
func (s *Story) Fetch(url string) string {
	s.T.Helper()
	res, err := quick.Get(url)
	if err != nil {
		s.T.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		s.T.Fatalf("%s: %s %v", url, res.Status, err)
	}
	return string(body)
}

// Served reads a document that a service serves, YAML or JSON.
func (s *Story) Served(app, path string, into any) {
	s.T.Helper()
	doc, err := served{}.Load(s.AppURL(app) + path)
	if err == nil {
		err = json.Unmarshal(JSON(doc), into)
	}
	if err != nil {
		s.T.Fatalf("%s of %s: %v", path, app, err)
	}
}

// JSON encodes what can be encoded.
func JSON(v any) []byte {
	body, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return body
}
