package loop

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// copyProject copies the files of the project as they are now, so that one can be saved, and links what was built for the
// cluster.
func copyProject(ctx context.Context, from, to string) error {
	list := exec.CommandContext(ctx, "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	list.Dir = from
	names, err := list.Output()
	if err != nil {
		return err
	}
	for name := range bytes.SplitSeq(names, []byte{0}) {
		if err := copyFile(filepath.Join(from, string(name)), filepath.Join(to, string(name))); err != nil {
			return err
		}
	}
	if err := os.MkdirAll(filepath.Join(to, ".dapr", "bin"), 0o755); err != nil {
		return err
	}
	for _, there := range []string{".dapr/k8s", ".dapr/bin/node"} {
		if err := os.Symlink(filepath.Join(from, there), filepath.Join(to, there)); err != nil {
			return err
		}
	}
	return nil
}

func copyFile(from, to string) error {
	info, err := os.Lstat(from)
	if errors.Is(err, fs.ErrNotExist) {
		return nil // it was deleted, and that is not committed
	}
	if err != nil || info.IsDir() { // the list ends with an empty name
		return err
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	if info.Mode()&fs.ModeSymlink != 0 {
		target, err := os.Readlink(from)
		if err != nil {
			return err
		}
		return os.Symlink(target, to)
	}
	body, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, body, info.Mode().Perm())
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
