package main

import (
	"archive/tar"
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func archive(t *testing.T, headers ...tar.Header) *bytes.Buffer {
	t.Helper()
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for _, h := range headers {
		if h.Typeflag == tar.TypeReg {
			h.Size = int64(len("new"))
		}
		require.NoError(t, w.WriteHeader(&h))
		if h.Typeflag == tar.TypeReg {
			_, err := w.Write([]byte("new"))
			require.NoError(t, err)
		}
	}
	require.NoError(t, w.Close())
	return &out
}

func TestUnpack(t *testing.T) {
	dir := t.TempDir()
	old := filepath.Join(dir, "live", "order")
	require.NoError(t, os.Mkdir(filepath.Dir(old), 0o755))
	require.NoError(t, os.WriteFile(old, []byte("old"), 0o600))
	before, err := os.Stat(old)
	require.NoError(t, err)
	require.NoError(t, unpack(archive(t,
		tar.Header{Name: "live/", Typeflag: tar.TypeDir, Mode: 0o755},
		tar.Header{Name: "live/order", Typeflag: tar.TypeReg, Mode: 0o755},
		tar.Header{Name: "live/deep/er", Typeflag: tar.TypeReg, Mode: 0o644}), dir))
	after, err := os.Stat(old)
	require.NoError(t, err)
	assert.False(t, os.SameFile(before, after), "a file that may be running was written to")
	assert.Equal(t, os.FileMode(0o755), after.Mode().Perm())
	for _, file := range []string{old, filepath.Join(dir, "live", "deep", "er")} {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		assert.Equal(t, "new", string(text))
	}
	left, err := filepath.Glob(filepath.Join(dir, "live", "*.half"))
	require.NoError(t, err)
	assert.Empty(t, left)
}

func TestUnpackRefuses(t *testing.T) {
	assert.ErrorContains(t, untar(nil, []string{"-t"}), `understands ["-C" "/" "-x" "-f" "-"] only, not ["-t"]`)
	dir := t.TempDir()
	assert.Error(t, unpack(archive(t, tar.Header{Name: "../out", Typeflag: tar.TypeReg, Mode: 0o644}), dir))
	assert.ErrorContains(t, unpack(archive(t, tar.Header{Name: "link", Typeflag: tar.TypeSymlink, Linkname: "/etc"}), dir), "link is neither")
	whole := archive(t, tar.Header{Name: "half", Typeflag: tar.TypeReg, Mode: 0o644}).Bytes()
	assert.Error(t, unpack(bytes.NewReader(whole[:514]), dir), "an archive that ends in a file")
	assert.NoFileExists(t, filepath.Join(dir, "half"))
}
