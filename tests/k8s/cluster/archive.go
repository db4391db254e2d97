package cluster

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path"
	"runtime"
)

// Image is one that only tests need: static programs and nothing else. (The product's own come from k8s/images.)
type Image struct {
	Name  string
	Files map[string]string // path in the image: file of this machine
	Args  []string          // entry point; without one the pod has to name its program
}

// nobody is the user of every image. containerd takes the group from the image's own passwd, and Dapr refuses to run as
// another one.
const (
	nobody = "65532:65532"
	passwd = "nonroot:x:65532:65532:nonroot:/:/sbin/nologin\n"
)

// archive writes an image as a Docker archive, which `ctr images import` takes.
// The format: https://github.com/moby/moby/blob/v28.0.0/image/spec/v1.2.md
func (i Image) archive(out io.Writer) error {
	layer, err := i.layer()
	if err != nil {
		return err
	}
	config, err := json.Marshal(map[string]any{
		"architecture": runtime.GOARCH, "os": "linux",
		"config": map[string]any{"Entrypoint": i.Args, "User": nobody, "WorkingDir": "/", "Env": []string{"PATH=/"}},
		"rootfs": map[string]any{"type": "layers", "diff_ids": []string{"sha256:" + digest(layer)}},
	})
	if err != nil {
		return err
	}
	layerName, configName := digest(layer)+"/layer.tar", digest(config)+".json"
	manifest, err := json.Marshal([]map[string]any{{"Config": configName, "RepoTags": []string{i.Name}, "Layers": []string{layerName}}})
	if err != nil {
		return err
	}
	w := tar.NewWriter(out)
	for _, f := range []struct {
		name string
		body []byte
	}{{configName, config}, {layerName, layer}, {"manifest.json", manifest}} {
		if err := put(w, f.name, 0o644, f.body); err != nil {
			return err
		}
	}
	return w.Close()
}

func (i Image) layer() ([]byte, error) {
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for _, dir := range []struct {
		name string
		mode int64
	}{{"etc/", 0o755}, {"tmp/", 0o1777}} {
		if err := w.WriteHeader(&tar.Header{Typeflag: tar.TypeDir, Name: dir.name, Mode: dir.mode}); err != nil {
			return nil, err
		}
	}
	if err := put(w, "etc/passwd", 0o644, []byte(passwd)); err != nil {
		return nil, err
	}
	for to, from := range i.Files {
		body, err := os.ReadFile(from)
		if err != nil {
			return nil, fmt.Errorf("image %s: %w", i.Name, err)
		}
		if err := put(w, path.Clean(to)[1:], 0o755, body); err != nil {
			return nil, err
		}
	}
	return out.Bytes(), w.Close()
}

func put(w *tar.Writer, name string, mode int64, body []byte) error {
	if err := w.WriteHeader(&tar.Header{Name: name, Mode: mode, Size: int64(len(body))}); err != nil {
		return err
	}
	_, err := w.Write(body)
	return err
}

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
