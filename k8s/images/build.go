package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log"
	"maps"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/ko/pkg/build"
	"github.com/google/ko/pkg/commands/options"
	"github.com/sigstore/cosign/v3/pkg/oci"

	"orderly/k8s/images/check"
	"orderly/k8s/images/rootfs"
)

// image is one that ko has built.
type image struct {
	Name   string
	Tag    name.Tag
	Want   check.Want
	Result oci.SignedEntity // an index if it is for more than one platform
}

type images []image

const config = "k8s/images/.ko.yaml"

// The time of everything in an image: there is no other that is the same wherever and whenever it is built. In UTC, as
// an image says the zone, too.
var epoch = v1.Time{Time: time.Unix(0, 0).UTC()}

// build builds what is in ko's configuration, one after the other.
func (r release) build(ctx context.Context, platforms []string) (images, error) {
	ko, err := configuration(platforms)
	if err != nil {
		return nil, err
	}
	var all images
	for _, importPath := range slices.Sorted(maps.Keys(ko.BuildConfigs)) {
		built, err := r.one(ctx, ko, importPath)
		if err != nil {
			return nil, err
		}
		all = append(all, built)
	}
	return all, nil
}

// configuration reads ko's, in the project's root.
func configuration(platforms []string) (options.BuildOptions, error) {
	ko := options.BuildOptions{Platforms: platforms}
	for _, v := range []string{"GOOS", "GOARCH", "GOARM"} { // ko would put them above the platform
		if err := os.Unsetenv(v); err != nil {
			return ko, err
		}
	}
	if err := os.Setenv("KO_CONFIG_PATH", config); err != nil {
		return ko, err
	}
	if err := ko.LoadConfig(); err != nil {
		return ko, fmt.Errorf("%s: %w", config, err)
	}
	return ko, nil
}

// one builds an image. The program's version is that of the services, or of what it runs.
func (r release) one(ctx context.Context, ko options.BuildOptions, importPath string) (image, error) {
	built := image{Name: ko.BuildConfigs[importPath].ID}
	var err error
	if built.Tag, err = name.NewTag("docker.io/orderly/"+built.Name+":"+r.Version, name.StrictValidation); err != nil {
		return built, err
	}
	built.Want = check.Want{Name: built.Name, Reference: built.Tag.String(), Version: r.Version, Revision: r.Revision, Platforms: ko.Platforms, OwnBase: ko.BaseImage == ownBase}
	if of, found := map[string]string{"daprd": r.Dapr, "broker": r.NATS}[built.Name]; found {
		built.Want.Version, built.Want.Revision = of, ""
	}
	if err := os.Setenv("VERSION", built.Want.Version); err != nil { // ko's configuration has it
		return built, err
	}
	with := []build.Option{
		build.WithBaseImages(baseOf(ko.BaseImage, ko.Platforms)),
		build.WithConfig(ko.BuildConfigs),
		build.WithDefaultEnv(ko.DefaultEnv),
		build.WithPlatforms(ko.Platforms...),
		build.WithTrimpath(true),
		build.WithCreationTime(epoch),
		build.WithKoDataCreationTime(epoch),
		build.WithUser(rootfs.User),
		build.WithSPDX(koVersion()),
	}
	for label, value := range built.Want.Labels() {
		with = append(with, build.WithLabel(label, value))
	}
	builder, err := build.NewGobuilds(ctx, ko.WorkingDirectory, ko.BuildConfigs, with...)
	if err != nil {
		return built, err
	}
	fmt.Printf("building %s for %s\n", built.Tag, strings.Join(ko.Platforms, " and "))
	var said bytes.Buffer // of git's state, four times
	log.SetOutput(&said)
	result, err := builder.Build(ctx, build.StrictScheme+importPath)
	log.SetOutput(os.Stderr)
	if err != nil {
		return built, fmt.Errorf("%s%w", said.String(), err)
	}
	var ok bool
	if built.Result, ok = result.(oci.SignedEntity); !ok {
		return built, errors.New("ko has built an image that has no SBOM")
	}
	return built, nil
}

// koVersion is the version of ko in this program.
func koVersion() string {
	info, _ := debug.ReadBuildInfo()
	i := slices.IndexFunc(info.Deps, func(m *debug.Module) bool { return m.Path == "github.com/google/ko" })
	return info.Deps[i].Version
}
