// Command unpack writes what an image holds beside its program into a folder, for the Dockerfile.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"orderly/k8s/images/rootfs"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: unpack FOLDER")
		os.Exit(2)
	}
	if err := unpack(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func unpack(dir string) error {
	for _, e := range rootfs.Entries() {
		target := filepath.Join(dir, e.Path)
		var err error
		if e.Mode.IsDir() {
			err = os.MkdirAll(target, 0o755)
		} else {
			err = os.WriteFile(target, e.Data, 0o644)
		}
		if err != nil {
			return err
		}
		if err := os.Chmod(target, e.Mode); err != nil { // not cut by a umask
			return err
		}
	}
	return nil
}
