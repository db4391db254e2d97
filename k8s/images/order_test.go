package main

import (
	"archive/tar"
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"sync"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"
	ocimutate "github.com/sigstore/cosign/v3/pkg/oci/mutate"
	"github.com/sigstore/cosign/v3/pkg/oci/signed"
	"github.com/sigstore/cosign/v3/pkg/oci/static"
	"github.com/stretchr/testify/require"

	"orderly/k8s/images/check"
)

// order is the image of the service, built once for all tests.
func order(t *testing.T) image {
	t.Helper()
	built, err := buildOrder()
	require.NoError(t, err)
	return built
}

var buildOrder = sync.OnceValues(func() (image, error) { return orderOn("linux/amd64") })

// orderOn builds the image. Not in a test's time: the next test needs it, too.
func orderOn(platforms ...string) (image, error) {
	ctx := context.Background()
	release, err := describe(ctx)
	if err != nil {
		return image{}, err
	}
	ko, err := configuration(platforms)
	if err != nil {
		return image{}, err
	}
	return release.one(ctx, ko, "orderly/services/order")
}

// lay writes the image into a layout and looks at it there.
func lay(t *testing.T, i image) error {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, i.write(dir))
	return check.Layout(t.Context(), filepath.Join(dir, i.Name), i.Want)
}

// configured makes an image of another configuration.
func configured(change func(*v1.ConfigFile)) func(*testing.T, *image) {
	return func(t *testing.T, i *image) {
		was := i.Result.(v1.Image)
		file, err := was.ConfigFile()
		require.NoError(t, err)
		file = file.DeepCopy()
		change(file)
		is, err := mutate.ConfigFile(was, file)
		require.NoError(t, err)
		i.attached(t, is, sbomOf(t, *i))
	}
}

// with makes an image of one more file.
func with(name string, mode int64, content string) func(*testing.T, *image) {
	return func(t *testing.T, i *image) {
		var layer bytes.Buffer
		to := tar.NewWriter(&layer)
		require.NoError(t, to.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: mode, Size: int64(len(content))}))
		_, err := to.Write([]byte(content))
		require.NoError(t, err)
		require.NoError(t, to.Close())
		file, err := tarball.LayerFromOpener(func() (io.ReadCloser, error) {
			return io.NopCloser(bytes.NewReader(layer.Bytes())), nil
		}, tarball.WithMediaType(types.OCILayer))
		require.NoError(t, err)
		is, err := mutate.AppendLayers(i.Result.(v1.Image), file)
		require.NoError(t, err)
		i.attached(t, is, sbomOf(t, *i))
	}
}

// documented makes an image whose SBOM says something else.
func documented(was, is string) func(*testing.T, *image) {
	return func(t *testing.T, i *image) {
		before := sbomOf(t, *i)
		require.Contains(t, string(before), was)
		i.attached(t, i.Result.(v1.Image), bytes.ReplaceAll(before, []byte(was), []byte(is)))
	}
}

func sbomOf(t *testing.T, i image) []byte {
	t.Helper()
	parts, err := i.parts()
	require.NoError(t, err)
	return parts[0].sbom
}

// attached takes an image and its SBOM in the place of what was built, put together as ko does it.
func (i *image) attached(t *testing.T, is v1.Image, sbom []byte) {
	t.Helper()
	file, err := static.NewFile(sbom)
	require.NoError(t, err)
	i.Result, err = ocimutate.AttachFileToImage(signed.Image(is), "sbom", file)
	require.NoError(t, err)
}

// largest is the largest blob of a layout: the program.
func largest(t *testing.T, dir string) (path string) {
	t.Helper()
	blobs, err := filepath.Glob(filepath.Join(dir, "blobs", "sha256", "*"))
	require.NoError(t, err)
	most := int64(0)
	for _, blob := range blobs {
		info, err := os.Stat(blob)
		require.NoError(t, err)
		if info.Size() > most {
			path, most = blob, info.Size()
		}
	}
	return path
}

// lengthen adds a line to a file.
func lengthen(t *testing.T, path string) {
	t.Helper()
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, append(data, '\n'), 0o600))
}
