package main

import (
	"archive/tar"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// What Tilt asks for; nothing else is understood.
var asked = []string{"-C", "/", "-x", "-f", "-"}

// untar unpacks files and folders as tar would, but puts each file into its place at once: a program that runs cannot be
// written to, and one that is half there must not be started.
func untar(from io.Reader, args []string) error {
	if !slices.Equal(args, asked) {
		return fmt.Errorf("this is `dev`, which understands %q only, not %q", asked, args)
	}
	return unpack(from, "/")
}

func unpack(from io.Reader, dir string) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }() // nothing is written by it
	archive := tar.NewReader(from)
	for {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		name := filepath.Clean(filepath.Join(".", header.Name))
		switch header.Typeflag {
		case tar.TypeDir:
			err = root.MkdirAll(name, 0o755)
		case tar.TypeReg:
			err = place(root, name, header.FileInfo().Mode().Perm(), archive)
		default:
			err = fmt.Errorf("%s is neither a file nor a folder", header.Name)
		}
		if err != nil {
			return err
		}
	}
}

func place(root *os.Root, name string, mode fs.FileMode, from io.Reader) error {
	if err := root.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	half := name + ".half"
	file, err := root.OpenFile(half, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, mode)
	if err != nil {
		return err
	}
	_, err = io.Copy(file, from)
	if err = errors.Join(err, file.Close()); err != nil {
		return err
	}
	return root.Rename(half, name)
}
