package local

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestOneStackPerDirectory(t *testing.T) {
	o := Options{Dir: t.TempDir()}
	first, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := New(o); err == nil || !strings.Contains(err.Error(), "another stack") {
		t.Errorf("a second stack got %v", err)
	}
	first.Kill()
	second, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	second.Kill()
}

func TestTokensAreFreshAndTheSigningKeyStays(t *testing.T) {
	dir := t.TempDir()
	read := func() (tokens, secrets string) {
		s, err := New(Options{Dir: dir})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Kill()
		return private(t, dir, ".dapr", "tokens.env"), private(t, dir, ".data", "secrets.json")
	}
	tokens1, secrets1 := read()
	tokens2, secrets2 := read()
	if tokens1 == tokens2 || !strings.HasPrefix(tokens1, "DAPR_API_TOKEN=") {
		t.Errorf("tokens: %q then %q", tokens1, tokens2)
	}
	if secrets1 != secrets2 || !strings.Contains(secrets1, "webhook-signing-key") {
		t.Errorf("secrets: %q then %q", secrets1, secrets2)
	}
}

func private(t *testing.T, path ...string) string {
	t.Helper()
	file := filepath.Join(path...)
	info, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("%s has mode %v", file, info.Mode())
	}
	body, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func TestAResourceThatIsNoYAMLStopsTheStartByName(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "mail.yaml"), []byte("kind: [\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	o := Options{Dir: t.TempDir()}
	o.Run.Common.ResourcesPaths = []string{dir}
	if _, err := New(o); err == nil || !strings.Contains(err.Error(), "mail.yaml: yaml: line") {
		t.Errorf("New says: %v", err)
	}
}
