package harness

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"orderly/dapr/local"
)

// swap has the sidecars read a copy of the set in which some files are others.
func swap(run *local.RunFile, dir string, instead map[string]string) error {
	to := filepath.Join(dir, "components")
	if err := os.CopyFS(to, os.DirFS(run.Set.Dir)); err != nil {
		return err
	}
	for name, path := range instead {
		body, err := os.ReadFile(filepath.Join(Root(), path))
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(to, name), body, 0o600); err != nil {
			return err
		}
	}
	i := slices.Index(run.Common.ResourcesPaths, run.Set.Dir)
	if i < 0 {
		return fmt.Errorf("no sidecar reads %s", run.Set.Dir)
	}
	run.Common.ResourcesPaths[i] = to
	return nil
}
