package local

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"go.yaml.in/yaml/v3"
)

// checkResources reads every file a sidecar will read. A sidecar leaves out a file that is no YAML, with a line in its
// log, and goes on without what was in it.
func checkResources(dirs []string) error {
	var bad []error
	for _, dir := range dirs {
		entries, err := os.ReadDir(dir)
		if err != nil {
			return err
		}
		for _, e := range entries {
			if path := filepath.Join(dir, e.Name()); filepath.Ext(path) == ".yaml" {
				bad = append(bad, documents(path, func(*yaml.Node) error { return nil }))
			}
		}
	}
	return errors.Join(bad...)
}

// documents shows look each document of a YAML file.
func documents(path string, look func(*yaml.Node) error) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	for d := yaml.NewDecoder(f); ; {
		var node yaml.Node
		err := d.Decode(&node)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = look(&node)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
}
