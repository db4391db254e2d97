package components

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"orderly/dapr/local"
	"orderly/tests/harness"
)

// promised is what the table says of the set that is tested.
func promised(what string) string {
	all, err := harness.Promises()
	if err != nil || all[harness.Set()][what] == "" {
		panic(fmt.Sprintf("components/README.md says nothing of %q: %v", what, err)) // a head that this package misspells
	}
	return all[harness.Set()][what]
}

// Every set is in the tables, and every row is a set.
func TestEverySetIsInTheTables(t *testing.T) {
	rows, err := harness.Promises()
	if err != nil {
		t.Fatal(err)
	}
	sets, err := local.Sets(harness.Root())
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range sets {
		if err := described(name); err != nil {
			t.Error(err)
		}
	}
	for name := range rows {
		if !slices.Contains(sets, name) {
			t.Errorf("components/README.md has a row of %s, which is no set", name)
		}
	}
}

// A set needs the servers that the table says, and all that its files take from the environment is given by someone.
func TestASetNeedsWhatTheTableSays(t *testing.T) {
	set, err := local.ReadSet(harness.Root(), harness.Set())
	if err != nil {
		t.Fatal(err)
	}
	needs := "nothing"
	if packages := set.Packages(); len(packages) > 0 {
		needs = "`" + strings.Join(packages, "` `") + "`"
	}
	if promised("needs") != needs {
		t.Errorf("the table says that %s needs %s; its files need %s", set.Name, promised("needs"), needs)
	}
	_, hasStore := os.Stat(filepath.Join(set.Dir, "configuration.yaml"))
	if live := promised("settings") == "live"; live != (hasStore == nil) {
		t.Errorf("the table says that settings are %s; configuration.yaml: %v", promised("settings"), hasStore)
	}
}

// same are files that are the same in every set.
var same = []string{"expiry.yaml", "holds.yaml", "retries.yaml", "webhook.yaml"}

// A set has the files of all sets, each with the component of its name, and those that do not depend on servers as they are
// elsewhere.
func TestASetHasTheFilesOfAll(t *testing.T) {
	of := func(set string) []string {
		files, err := filepath.Glob(filepath.Join(harness.Root(), "components", set, "*.yaml"))
		if err != nil {
			t.Fatal(err)
		}
		for i, f := range files {
			files[i] = filepath.Base(f)
		}
		return files
	}
	want, have := of(local.Embedded), of(harness.Set())
	for _, name := range want {
		if !slices.Contains(have, name) {
			t.Errorf("the set has no %s", name)
		}
	}
	for _, name := range have {
		if !slices.Contains(want, name) && name != "configuration.yaml" {
			t.Errorf("no other set has %s", name)
		}
		text := read(t, harness.Set(), name)
		var component struct {
			Kind     string
			Metadata struct{ Name string }
			Scopes   []string
		}
		if err := yaml.Unmarshal(text, &component); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if component.Kind != "Component" || component.Metadata.Name+".yaml" != name {
			t.Errorf("%s has the %s %s", name, component.Kind, component.Metadata.Name)
		}
		if slices.Contains(same, name) && !bytes.Equal(text, read(t, local.Embedded, name)) {
			t.Errorf("%s is not as in the embedded set", name)
		}
	}
}

func read(t *testing.T, set, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(harness.Root(), "components", set, name))
	if err != nil {
		t.Fatal(err)
	}
	return text
}
