package main

import (
	"bytes"
	"io"
	"log"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/stretchr/testify/require"

	"orderly/k8s/images/rootfs"
)

// The base is one of a registry when that is what ko is told; what is in it is its own business.
func TestAnotherBase(t *testing.T) {
	t.Chdir("../..")
	server := httptest.NewServer(registry.New(registry.Logger(log.New(io.Discard, "", 0))))
	defer server.Close()
	reference := strings.TrimPrefix(server.URL, "http://") + "/distroless/static:nonroot"
	ref, err := name.ParseReference(reference)
	require.NoError(t, err)
	require.NoError(t, remote.WriteIndex(ref, distroless(t)))

	t.Setenv("KO_DEFAULTBASEIMAGE", reference)
	built, err := orderOn("linux/amd64")
	require.NoError(t, err)
	require.NoError(t, lay(t, built))
	manifest, err := built.Result.(v1.Image).Manifest()
	require.NoError(t, err)
	require.Equal(t, reference, manifest.Annotations["org.opencontainers.image.base.name"])

	t.Setenv("KO_DEFAULTBASEIMAGE", reference+"-gone")
	_, err = orderOn("linux/amd64")
	require.ErrorContains(t, err, "base image "+reference+"-gone")
}

// distroless is a base that has more than ours.
func distroless(t *testing.T) v1.ImageIndex {
	t.Helper()
	var layer bytes.Buffer
	require.NoError(t, rootfs.Tar(&layer, append(rootfs.Entries(), rootfs.Entry{Path: "/etc/os-release", Mode: 0o644, Data: []byte("ID=debian\n")})))
	files, err := tarball.LayerFromOpener(func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(layer.Bytes())), nil })
	require.NoError(t, err)
	image, err := mutate.ConfigFile(empty.Image, &v1.ConfigFile{OS: "linux", Architecture: "amd64", RootFS: v1.RootFS{Type: "layers"}})
	require.NoError(t, err)
	image, err = mutate.AppendLayers(image, files)
	require.NoError(t, err)
	return mutate.AppendManifests(empty.Index, mutate.IndexAddendum{Add: image, Descriptor: v1.Descriptor{Platform: &v1.Platform{OS: "linux", Architecture: "amd64"}}})
}

// Our own base is the same every time, and for a platform the same whatever others there are.
func TestOwnBase(t *testing.T) {
	alone, both := manifests(t, "linux/arm64"), manifests(t, "linux/amd64", "linux/arm64")
	require.Equal(t, alone[0].Digest, both[1].Digest)
	require.NotEqual(t, both[0].Digest, both[1].Digest)
}

func manifests(t *testing.T, platforms ...string) []v1.Descriptor {
	t.Helper()
	index, err := makeBase(platforms)
	require.NoError(t, err)
	manifest, err := index.IndexManifest()
	require.NoError(t, err)
	return manifest.Manifests
}
