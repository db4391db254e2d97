package loop

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
)

// copyProject copies the project as it is now, so that a file of it can be saved, but for what is hidden at its top: what git
// has, and what was built, of which the cluster's is linked.
func copyProject(from, to string) error {
	entries, err := os.ReadDir(from)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Join(to, ".dapr", "bin"), 0o755); err != nil {
		return err
	}
	for _, e := range entries {
		name := e.Name()
		switch {
		case strings.HasPrefix(name, "."):
			continue
		case e.IsDir():
			err = os.CopyFS(filepath.Join(to, name), os.DirFS(filepath.Join(from, name)))
		default:
			var body []byte
			if body, err = os.ReadFile(filepath.Join(from, name)); err == nil {
				err = os.WriteFile(filepath.Join(to, name), body, 0o600)
			}
		}
		if err != nil {
			return err
		}
	}
	return errors.Join(
		os.Symlink(filepath.Join(from, ".dapr", "k8s"), filepath.Join(to, ".dapr", "k8s")),
		os.Symlink(filepath.Join(from, ".dapr", "bin", "node"), filepath.Join(to, ".dapr", "bin", "node")))
}

// save changes what a service answers: its contract, which says it was saved once more.
func save(project, service, mark string) error {
	file := filepath.Join(project, "services", service, "contract", "openapi.yaml")
	body, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	return os.WriteFile(file, []byte(strings.TrimRight(string(body), "\n")+"\n# "+mark+"\n"), 0o600)
}
