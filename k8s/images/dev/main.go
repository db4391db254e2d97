// Command dev makes an image of the Tilt loop: what every image holds, a program that was built already, and orderly/tilt/dev
// beside it, which starts the program. It needs neither Docker nor a registry, and builds nothing, so it takes a moment.
//
//	dev NAME DIR    # of DIR/NAME and DIR/dev it makes DIR/NAME.tar, and writes what the image is called into DIR/NAME.ref
package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"

	"orderly/k8s/images/rootfs"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: dev NAME DIR")
		os.Exit(2)
	}
	ref, err := write(os.Args[1], os.Args[2])
	if err != nil {
		fmt.Fprintln(os.Stderr, "dev image:", err)
		os.Exit(1)
	}
	fmt.Println(ref)
}

// write makes the image and returns what it is called: a digest is in its name, so the same programs have the same.
func write(program, dir string) (string, error) {
	image, err := build(program, dir)
	if err != nil {
		return "", err
	}
	digest, err := image.Digest()
	if err != nil {
		return "", err
	}
	tag, err := name.NewTag("docker.io/orderly/"+program+":dev-"+digest.Hex[:12], name.StrictValidation)
	if err != nil {
		return "", err
	}
	ref := "orderly/" + program + ":" + tag.TagStr() // as manifests have it
	return ref, errors.Join(
		tarball.WriteToFile(filepath.Join(dir, program+".tar"), tag, image),
		os.WriteFile(filepath.Join(dir, program+".ref"), []byte(ref+"\n"), 0o600))
}

func build(program, dir string) (v1.Image, error) {
	files := []rootfs.Entry{
		{Path: "/bin", Mode: fs.ModeDir | 0o755},
		{Path: "/bin/tar", Mode: fs.ModeSymlink | 0o777, Data: []byte("/ko-app/dev")},
		{Path: "/ko-app", Mode: fs.ModeDir | 0o755},
	}
	for _, p := range slices.Compact([]string{"dev", program}) {
		data, err := os.ReadFile(filepath.Join(dir, p))
		if err != nil {
			return nil, err
		}
		files = append(files, rootfs.Entry{Path: "/ko-app/" + p, Mode: 0o755, Data: data})
	}
	image := v1.Image(empty.Image)
	for _, entries := range [][]rootfs.Entry{rootfs.Entries(), files} {
		var tar bytes.Buffer
		if err := rootfs.Tar(&tar, entries); err != nil {
			return nil, err
		}
		layer, err := tarball.LayerFromOpener(func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(tar.Bytes())), nil })
		if err != nil {
			return nil, err
		}
		if image, err = mutate.AppendLayers(image, layer); err != nil {
			return nil, err
		}
	}
	config, err := image.ConfigFile()
	if err != nil {
		return nil, err
	}
	config = config.DeepCopy()
	config.OS, config.Architecture = "linux", runtime.GOARCH // a cluster on this machine
	config.Config.User = rootfs.User
	config.Config.Entrypoint = []string{"/ko-app/dev", "run", "/ko-app/" + program}
	return mutate.ConfigFile(image, config)
}
