// Package golden keeps a published contract honest: its files may only change
// together with its version.
package golden

import (
	"crypto/sha256"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

var update = flag.Bool("update", false, "rewrite the contract's lock; its info.version must have been raised")

// Check compares the files of contract with the lock file, a path relative to
// the test's package. The version is info.version of openapi.yaml and of
// asyncapi.yaml, which must be one. With -update the lock is rewritten, but
// only when it is absent or its version is older.
func Check(t testing.TB, contract fs.FS, lock string) {
	t.Helper()
	got, version, err := describe(contract, lock)
	if err != nil {
		t.Fatalf("contract: %v", err)
	}
	was, err := os.ReadFile(lock)
	absent := errors.Is(err, fs.ErrNotExist)
	if err != nil && !absent {
		t.Fatal(err)
	}
	if string(was) == got {
		return
	}
	old, _, _ := strings.Cut(strings.TrimPrefix(string(was), "version "), "\n")
	switch {
	case !absent && !newer(version, old):
		t.Fatalf("the contract changed but its version is still %s: raise info.version in openapi.yaml and asyncapi.yaml, then run this test with -update", old)
	case !*update:
		t.Fatalf("the contract is now version %s: run this test with -update to lock it", version)
	}
	if err := os.WriteFile(lock, []byte(got), 0o644); err != nil { //nolint:gosec // a source file like any other
		t.Fatal(err)
	}
}

// describe returns the lock that contract should have, and its version.
func describe(contract fs.FS, lock string) (string, string, error) {
	version, err := versionOf(contract, "openapi.yaml")
	if err != nil {
		return "", "", err
	}
	if other, err := versionOf(contract, "asyncapi.yaml"); err == nil && other != version {
		return "", "", fmt.Errorf("openapi.yaml is version %s and asyncapi.yaml %s: give both the same info.version", version, other)
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", "", err
	}
	out := "version " + version + "\n"
	err = fs.WalkDir(contract, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path == filepath.Base(lock) {
			return err
		}
		body, err := fs.ReadFile(contract, path)
		out += fmt.Sprintf("%x %s\n", sha256.Sum256(body), path)
		return err
	})
	return out, version, err
}

func versionOf(contract fs.FS, path string) (string, error) {
	body, err := fs.ReadFile(contract, path)
	if err != nil {
		return "", err
	}
	var doc struct {
		Info struct {
			Version string `yaml:"version"`
		} `yaml:"info"`
	}
	if err := yaml.Unmarshal(body, &doc); err != nil {
		return "", fmt.Errorf("%s: %w", path, err)
	}
	if doc.Info.Version == "" {
		return "", fmt.Errorf("%s has no info.version", path)
	}
	return doc.Info.Version, nil
}

// newer reports whether version a, such as 1.10.0, comes after b.
func newer(a, b string) bool {
	as, bs := strings.Split(a, "."), strings.Split(b, ".")
	for i := range max(len(as), len(bs)) {
		if x, y := part(as, i), part(bs, i); x != y {
			return x > y
		}
	}
	return false
}

func part(version []string, i int) int {
	if i >= len(version) {
		return 0
	}
	n, err := strconv.Atoi(version[i])
	if err != nil {
		return -1
	}
	return n
}
