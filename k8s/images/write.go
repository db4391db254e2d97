package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
)

// write puts a layout, a tarball of it and SBOMs for each image into dir, in the place of all that was there.
func (all images) write(dir string) error {
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	for _, image := range all {
		if err := image.write(dir); err != nil {
			return fmt.Errorf("image %s: %w", image.Name, err)
		}
	}
	return nil
}

func (i image) write(dir string) error {
	to, err := layout.Write(filepath.Join(dir, i.Name), empty.Index)
	if err != nil {
		return err
	}
	named := layout.WithAnnotations(map[string]string{
		"io.containerd.image.name":          i.Tag.String(), // what containerd and Docker call it
		"org.opencontainers.image.ref.name": i.Tag.TagStr(),
	})
	switch result := i.Result.(type) {
	case v1.Image:
		err = to.AppendImage(result, named)
	case v1.ImageIndex:
		err = to.AppendIndex(result, named)
	}
	if err != nil {
		return err
	}
	parts, err := i.parts()
	if err != nil {
		return err
	}
	for _, p := range parts {
		file := i.Name + "-" + strings.ReplaceAll(p.platform, "/", "-") + ".spdx.json"
		if err := os.WriteFile(filepath.Join(dir, file), p.sbom, 0o644); err != nil {
			return err
		}
		if err := attach(to, p.descriptor, file, p.sbom); err != nil {
			return err
		}
	}
	return pack(string(to), filepath.Join(dir, i.Name+".tar"))
}
