package golden

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"testing/fstest"
)

// spy is a testing.TB that remembers a failure and ends only its own goroutine.
type spy struct {
	testing.TB
	failed bool
}

func (s *spy) Helper() {}
func (s *spy) Fatal(...any) {
	s.failed = true
	runtime.Goexit()
}
func (s *spy) Fatalf(string, ...any) { s.Fatal() }

func fails(t *testing.T, version, body, lock string, write bool) bool {
	t.Helper()
	contract := fstest.MapFS{
		"openapi.yaml":  {Data: []byte("info:\n  version: " + version + "\nbody: " + body)},
		"asyncapi.yaml": {Data: []byte("info:\n  version: " + version)},
		"contract.lock": {Data: []byte("is no part of itself")},
	}
	*update = write
	defer func() { *update = false }()
	s, done := &spy{TB: t}, make(chan struct{})
	go func() {
		defer close(done)
		Check(s, contract, lock)
	}()
	<-done
	return s.failed
}

func TestAContractChangesOnlyWithItsVersion(t *testing.T) {
	lock := filepath.Join(t.TempDir(), "contract.lock")
	for _, step := range []struct {
		story, version, body string
		update, fails        bool
	}{
		{"no lock yet", "1.9.0", "a", false, true},
		{"the first lock", "1.9.0", "a", true, false},
		{"unchanged", "1.9.0", "a", false, false},
		{"changed, same version", "1.9.0", "b", false, true},
		{"changed, same version, update", "1.9.0", "b", true, true},
		{"an older version", "1.8.9", "b", true, true},
		{"raised, not locked", "1.10.0", "b", false, true},
		{"raised and locked", "1.10.0", "b", true, false},
		{"unchanged again", "1.10.0", "b", false, false},
	} {
		if got := fails(t, step.version, step.body, lock, step.update); got != step.fails {
			t.Errorf("%s: failed is %v", step.story, got)
		}
	}
	if _, err := os.Stat(lock); err != nil {
		t.Error(err)
	}
}

func TestBothDocumentsCarryOneVersion(t *testing.T) {
	_, _, err := describe(fstest.MapFS{
		"openapi.yaml":  {Data: []byte("info: {version: 1.0.0}")},
		"asyncapi.yaml": {Data: []byte("info: {version: 1.0.1}")},
	}, "contract.lock")
	if err == nil {
		t.Error("two versions were accepted")
	}
}
