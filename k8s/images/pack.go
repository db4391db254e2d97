package main

import (
	"archive/tar"
	"io/fs"
	"os"
)

// pack writes the files of a layout into a tarball, the same bytes for the same files: nobody's, and of no time.
func pack(dir, file string) error {
	to, err := os.Create(file)
	if err != nil {
		return err
	}
	defer to.Close()
	tarball, from := tar.NewWriter(to), os.DirFS(dir)
	err = fs.WalkDir(from, ".", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		return add(tarball, from, path)
	})
	if err != nil {
		return err
	}
	if err := tarball.Close(); err != nil {
		return err
	}
	return to.Close()
}

func add(tarball *tar.Writer, from fs.FS, path string) error {
	data, err := fs.ReadFile(from, path)
	if err != nil {
		return err
	}
	if err := tarball.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: path, Mode: 0o644, Size: int64(len(data))}); err != nil {
		return err
	}
	_, err = tarball.Write(data)
	return err
}
