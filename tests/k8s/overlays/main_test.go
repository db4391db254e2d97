// Package overlays looks at what k8s/ renders to, for every environment and component set: with a real API server that
// knows Dapr's objects too, with Dapr's sidecar injector, and with kubeconform. It needs etcd, and no root.
package overlays

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"orderly/tests/harness"
	"orderly/tests/k8s/cluster"
)

var (
	node    = cluster.Cluster{Root: harness.Root(), Progress: os.Stderr}
	server  *cluster.Server
	schemas string // folder of JSON Schemas, for kubeconform

	notApart error // why the injector does not run
)

func TestMain(m *testing.M) {
	flag.Parse()
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func run(m *testing.M) (int, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Minute)
	defer cancel()
	if testing.Short() {
		if err := node.Build(ctx, "kustomize"); err != nil {
			return 1, err
		}
		return m.Run(), nil
	}
	if !cluster.IsApart() {
		if err := node.BuildServer(ctx); err != nil {
			return 1, err
		}
		code, err := cluster.Apart()
		if err == nil {
			return code, nil
		}
		notApart = err
	}
	dir, err := os.MkdirTemp("", "orderly-server-")
	if err != nil {
		return 1, err
	}
	defer os.RemoveAll(dir)
	if server, err = node.Serve(ctx, dir); err != nil {
		return 1, err
	}
	defer server.Close()
	for _, environment := range []string{"dev", "staging", "prod"} { // what is in a namespace is taken only when it is there
		if _, err := server.Kubectl(ctx, "apply", "--server-side", "-f", filepath.Join(node.Root, "k8s", "environments", environment, "namespace.yaml")); err != nil {
			return 1, err
		}
	}
	schemas = filepath.Join(dir, "schemas")
	if err := writeSchemas(ctx, schemas); err != nil {
		return 1, err
	}
	return m.Run(), nil
}

// overlays are all there are, such as staging/redis, by their folders.
func overlays(t *testing.T) map[string]string {
	t.Helper()
	dirs, err := filepath.Glob(filepath.Join(node.Root, "k8s", "overlays", "*", "*", "kustomization.yaml"))
	if err != nil || len(dirs) == 0 {
		t.Fatalf("no overlays: %v", err)
	}
	all := map[string]string{}
	for _, d := range dirs {
		d = filepath.Dir(d)
		all[filepath.Base(filepath.Dir(d))+"/"+filepath.Base(d)] = d
	}
	return all
}

var renderings = map[string][]byte{}

// render returns what a folder is with kustomize.
func render(t *testing.T, dir string) []byte {
	t.Helper()
	if text, done := renderings[dir]; done {
		return text
	}
	cmd := exec.CommandContext(t.Context(), node.Bin("kustomize"), "build", dir)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("kustomize %s: %v %s", dir, err, errorText(err))
	}
	renderings[dir] = out
	return out
}

// needsServer leaves out what takes a server, which is ten minutes to build.
func needsServer(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("make k8s-check has it")
	}
}

func errorText(err error) string {
	if exit, ok := err.(*exec.ExitError); ok { //nolint:errorlint // of Output itself
		return string(exit.Stderr)
	}
	return ""
}
