package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/types"
	"github.com/sigstore/cosign/v3/pkg/oci"
	ocimutate "github.com/sigstore/cosign/v3/pkg/oci/mutate"
	"github.com/stretchr/testify/require"

	"orderly/k8s/images/check"
)

// An image that ko has built is good, and what is wrong with it otherwise is found.
func TestWrong(t *testing.T) {
	t.Chdir("../..")
	good := order(t)
	require.NoError(t, lay(t, good))
	for what, wrong := range map[string]func(*testing.T, *image){
		`the user is "", not "65532:65532"`:                  configured(func(c *v1.ConfigFile) { c.Config.User = "" }),
		`the entrypoint is ["/bin/sh" "-c" "/ko-app/order"]`: configured(func(c *v1.ConfigFile) { c.Config.Entrypoint = []string{"/bin/sh", "-c", "/ko-app/order"} }),
		`it has arguments of its own: ["serve"]`:             configured(func(c *v1.ConfigFile) { c.Config.Cmd = []string{"serve"} }),
		`the label org.opencontainers.image.revision is ""`:  configured(func(c *v1.ConfigFile) { delete(c.Config.Labels, "org.opencontainers.image.revision") }),
		`it was created at`:                                  configured(func(c *v1.ConfigFile) { c.Created.Time = time.Now() }),
		`GOARCH "amd64", not "arm64"`:                        configured(func(c *v1.ConfigFile) { c.Architecture = "arm64" }),

		`/bin/sh can be executed`:                            with("bin/sh", 0o755, "#!"),
		`/etc/shadow should not be there`:                    with("etc/shadow", 0o600, "root:*:"),
		`/tmp/su gives rights to who runs it`:                with("tmp/su", 0o4755, "#!"),
		`/ko-app/order is -rwxrwxrwx of 0:0`:                 with("ko-app/order", 0o777, "#!"),
		`the user 65532:65532 is not in /etc/passwd`:         with("etc/passwd", 0o644, "root:x:0:0:root:/:/sbin/nologin\n"),
		`there are no certificates of authorities`:           with("etc/ssl/certs/ca-certificates.crt", 0o644, ""),
		`/etc/ssl/certs/ca-certificates.crt is not there`:    with("etc/ssl/certs/.wh.ca-certificates.crt", 0o644, ""),
		`/ko-app/order: unrecognized file format`:            with("ko-app/order", 0o555, "#!/bin/sh\n"),
		`its SBOM lacks orderly`:                             documented(`"name": "orderly"`, `"name": "another"`),
		`its SBOM has github.com/go-chi/chi/v5 in version "`: documented(`"name": "github.com/go-chi/chi/v5"`, `"name": "gone"`),
		`its SBOM is called sbom-sha256:00`:                  documented(`"name": "sbom-sha256:`, `"name": "sbom-sha256:00`),

		`/ko-app/stock is not there`:           func(_ *testing.T, i *image) { i.Want.Name = "stock" },
		`says it is version`:                   func(_ *testing.T, i *image) { i.Want.Version = "1.2.3" },
		`the program was built with vcs.revis`: func(_ *testing.T, i *image) { i.Want.Revision = strings.Repeat("0", 40) },
		`it is for [linux/amd64], not [`:       func(_ *testing.T, i *image) { i.Want.Platforms = []string{"linux/arm64"} },
		`0 manifests are called`:               func(_ *testing.T, i *image) { i.Want.Reference += "-other" },
	} {
		t.Run(what, func(t *testing.T) {
			bad := good
			wrong(t, &bad)
			require.ErrorContains(t, lay(t, bad), what)
		})
	}
}

// What goes wrong on the way to a file is found as well.
func TestDamaged(t *testing.T) {
	t.Chdir("../..")
	good := order(t)
	for what, damage := range map[string]func(*testing.T, string){
		"it has no SBOM": func(t *testing.T, dir string) {
			require.NoError(t, layout.Path(dir).RemoveDescriptors(func(d v1.Descriptor) bool { return d.ArtifactType == check.SBOMType }))
		},
		"validating layers":                    func(t *testing.T, dir string) { lengthen(t, largest(t, dir)) },
		"in the tarball index.json is another": func(t *testing.T, dir string) { lengthen(t, filepath.Join(dir, "index.json")) },
		"the tarball lacks forgotten": func(t *testing.T, dir string) {
			require.NoError(t, os.WriteFile(filepath.Join(dir, "forgotten"), nil, 0o600))
		},
	} {
		t.Run(what, func(t *testing.T) {
			dir := t.TempDir()
			require.NoError(t, good.write(dir))
			damage(t, filepath.Join(dir, good.Name))
			require.ErrorContains(t, check.Layout(t.Context(), filepath.Join(dir, good.Name), good.Want), what)
		})
	}
}

// In an index each platform is looked at.
func TestPlatforms(t *testing.T) {
	t.Chdir("../..")
	both := order(t)
	other := both
	configured(func(c *v1.ConfigFile) { c.Architecture = "arm64" })(t, &other)
	index := mutate.IndexMediaType(empty.Index, types.OCIImageIndex)
	both.Result = ocimutate.AppendManifests(index, addendum(both, "amd64"), addendum(other, "arm64"))
	both.Want.Platforms = []string{"linux/arm64", "linux/amd64"}
	err := lay(t, both)
	require.ErrorContains(t, err, `linux/arm64: the program was built with GOARCH "amd64", not "arm64"`)
	require.NotContains(t, err.Error(), "linux/amd64: ")
}

func addendum(i image, architecture string) ocimutate.IndexAddendum {
	return ocimutate.IndexAddendum{Add: i.Result.(oci.SignedImage), Descriptor: v1.Descriptor{Platform: &v1.Platform{OS: "linux", Architecture: architecture}}}
}
