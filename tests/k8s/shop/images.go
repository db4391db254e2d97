package shop

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
)

// Version is the tag of the product's images in the cluster.
const Version = "test"

func (s *Shop) images(ctx context.Context) error {
	dir := filepath.Join(s.Root, ".dapr", "k8s", "images")
	build := func(out, in, pkg string, args ...string) error {
		cmd := exec.CommandContext(ctx, "go", append(append([]string{"build", "-C", in, "-trimpath", "-o", filepath.Join(dir, out)}, args...), pkg)...)
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
		if b, err := cmd.CombinedOutput(); err != nil {
			os.Stderr.Write(b)
			return err
		}
		return nil
	}
	for _, n := range services {
		if err := build(n, s.Root, "./services/"+n); err != nil {
			return err
		}
		if err := s.Load(ctx, "docker.io/orderly/"+n+":"+Version, map[string]string{"/" + n: filepath.Join(dir, n)}, "/"+n); err != nil {
			return err
		}
	}
	if err := build("daprd", filepath.Join(s.Root, "dapr/runtime/daprd"), ".", "-tags", "stablecomponents", "-ldflags", "-s -w"); err != nil {
		return err
	}
	if err := s.Load(ctx, "docker.io/orderly/daprd:"+Version, map[string]string{"/daprd": filepath.Join(dir, "daprd")}); err != nil {
		return err
	}
	if err := build("broker", filepath.Join(s.Root, "dapr/runtime/broker"), "."); err != nil {
		return err
	}
	if err := s.Load(ctx, "docker.io/orderly/broker:"+Version, map[string]string{"/broker": filepath.Join(dir, "broker")}, "/broker"); err != nil {
		return err
	}
	if err := build("probe", s.Root, "./tests/harness/probe"); err != nil {
		return err
	}
	return s.Load(ctx, "docker.io/local/probe:1", map[string]string{"/probe": filepath.Join(dir, "probe")}, "/probe")
}
