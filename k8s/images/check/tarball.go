package check

import (
	"archive/tar"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// tarball looks whether <dir>.tar has the files of dir, and no others.
func tarball(dir string) error {
	file, err := os.Open(dir + ".tar")
	if err != nil {
		return err
	}
	defer file.Close()
	missing := map[string]bool{}
	layout := os.DirFS(dir)
	if err := fs.WalkDir(layout, ".", func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			missing[path] = true
		}
		return err
	}); err != nil {
		return err
	}
	for packed := tar.NewReader(file); ; {
		header, err := packed.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		want, err := fs.ReadFile(layout, header.Name)
		if err != nil {
			return err
		}
		is, err := io.ReadAll(packed)
		if err != nil {
			return err
		}
		if !bytes.Equal(is, want) {
			return fmt.Errorf("in the tarball %s is another", header.Name)
		}
		delete(missing, header.Name)
	}
	for path := range missing {
		return fmt.Errorf("the tarball lacks %s", path)
	}
	return nil
}
