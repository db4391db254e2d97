package local

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Embedded is the set that needs nothing to be installed.
const Embedded = "embedded"

// Set is a folder of component files: <project>/components/<name>.
type Set struct {
	Name      string
	Dir       string
	Variables []string // of a sidecar's environment, which its files take by envRef; sorted
}

// Sets returns the names of the sets there are: the folders of components that have a pubsub.yaml.
func Sets(root string) ([]string, error) {
	files, err := filepath.Glob(filepath.Join(root, "components", "*", "pubsub.yaml"))
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("no component set in %s: start this in the project's root", filepath.Join(root, "components"))
	}
	var names []string
	for _, f := range files {
		names = append(names, filepath.Base(filepath.Dir(f)))
	}
	return names, nil
}

// ReadSet reads one set; the error for one that is not there names those that are.
func ReadSet(root, name string) (Set, error) {
	names, err := Sets(root)
	if err != nil {
		return Set{}, err
	}
	if !slices.Contains(names, name) {
		return Set{}, fmt.Errorf("there is no component set %q; there are: %s", name, strings.Join(names, ", "))
	}
	s := Set{Name: name, Dir: filepath.Join(root, "components", name)}
	files, err := filepath.Glob(filepath.Join(s.Dir, "*.yaml"))
	if err != nil {
		return Set{}, err
	}
	var bad []error
	for _, f := range files {
		taken, err := envRefs(f)
		s.Variables, bad = append(s.Variables, taken...), append(bad, err)
	}
	slices.Sort(s.Variables)
	s.Variables = slices.Compact(s.Variables)
	return s, errors.Join(bad...)
}

// envRefs returns the variables that a component file takes.
func envRefs(path string) (names []string, err error) {
	err = documents(path, func(d *yaml.Node) error {
		var component struct {
			Spec struct {
				Metadata []struct {
					EnvRef string `yaml:"envRef"`
				} `yaml:"metadata"`
			} `yaml:"spec"`
		}
		if err := d.Decode(&component); err != nil {
			return err
		}
		for _, m := range component.Spec.Metadata {
			if m.EnvRef != "" {
				names = append(names, m.EnvRef)
			}
		}
		return nil
	})
	return names, err
}

// use has the sidecars read this set instead of the one that the run file names.
func (r *RunFile) use(s Set) {
	i := slices.IndexFunc(r.Common.ResourcesPaths, func(p string) bool { return filepath.Base(filepath.Dir(p)) == "components" })
	if i >= 0 {
		r.Common.ResourcesPaths[i] = s.Dir
	}
	r.Set, r.servers = s, serversOf(s)
}
