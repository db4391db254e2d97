package local

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Tokens are the API tokens of one run: callers of a sidecar's API send Dapr, a sidecar sends App to its service, each
// as header dapr-api-token.
type Tokens struct{ Dapr, App string }

// NewTokens makes fresh tokens and leaves them in <dir>/.dapr/tokens.env for whoever may read that file.
func NewTokens(dir string) (Tokens, error) {
	t := Tokens{Dapr: rand.Text(), App: rand.Text()}
	lines := fmt.Sprintf("DAPR_API_TOKEN=%s\nAPP_API_TOKEN=%s\n", t.Dapr, t.App)
	return t, writePrivate(filepath.Join(dir, ".dapr", "tokens.env"), []byte(lines))
}

// ensureSecrets makes the file behind the embedded secret store, once: a key that changed between two starts would
// make every receiver reject the signatures of the second.
func ensureSecrets(dir string) error {
	path := filepath.Join(dir, ".data", "secrets.json")
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	body, err := json.MarshalIndent(map[string]string{"webhook-signing-key": rand.Text()}, "", "  ")
	if err != nil {
		return err
	}
	return writePrivate(path, append(body, '\n'))
}

// ensurePassword returns the password of the servers of this folder, made once: their data remembers it.
func ensurePassword(dir string) (string, error) {
	path := filepath.Join(dir, ".data", "password")
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		text = []byte(rand.Text())
		err = writePrivate(path, text)
	}
	return string(text), err
}

// writePrivate replaces the file at once, so that a reader never sees half of it.
func writePrivate(path string, body []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	next := path + ".next"
	_ = os.Remove(next) // an old file would keep its mode
	if err := os.WriteFile(next, body, 0o600); err != nil {
		return err
	}
	return os.Rename(next, path)
}
