package main

import (
	"archive/tar"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

func TestAnImageHasTheProgramAndWhatStartsIt(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"dev", "order"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(name), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	ref, err := write("order", dir)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := write("order", dir); err != nil || again != ref {
		t.Errorf("the same programs are called %q and %q (%v)", ref, again, err)
	}
	image, err := tarball.ImageFromPath(filepath.Join(dir, "order.tar"), nil)
	if err != nil {
		t.Fatal(err)
	}
	config, err := image.ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	if c := config.Config; c.User != "65532:65532" || len(c.Entrypoint) != 3 || c.Entrypoint[2] != "/ko-app/order" {
		t.Errorf("its configuration is %+v", c)
	}
	flat := mutate.Extract(image)
	defer flat.Close()
	has := map[string]string{}
	for files := tar.NewReader(flat); ; {
		h, err := files.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(files)
		if err != nil {
			t.Fatal(err)
		}
		has[h.Name] = h.Linkname + string(text)
	}
	for name, want := range map[string]string{"ko-app/dev": "dev", "ko-app/order": "order", "bin/tar": "/ko-app/dev"} {
		if has[name] != want {
			t.Errorf("%s is %q, not %q", name, has[name], want)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "order"), []byte("another"), 0o700); err != nil {
		t.Fatal(err)
	}
	if other, err := write("order", dir); err != nil || other == ref {
		t.Errorf("another program is called the same: %q (%v)", other, err)
	}
	if _, err := write("stock", dir); err == nil {
		t.Error("a program that is not there has an image")
	}
}
