package loop

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"orderly/tests/k8s/cluster"
)

// tilt is a `tilt up` that runs, and how to ask it.
type tilt struct {
	project string
	env     []string
	context string // of its own API
	home    string
	up      *exec.Cmd
	log     *os.File
}

// start starts `tilt up` for the project; what it says is in dir/tilt.log.
func start(ctx context.Context, project, dir string) (*tilt, error) {
	free, err := cluster.FreeAddresses(1)
	if err != nil {
		return nil, err
	}
	port := cluster.Port(free[0])
	t := &tilt{project: project, home: filepath.Join(dir, "home"), context: "tilt-" + port}
	programs, err := withoutPage(ctx, dir)
	if err != nil {
		return nil, err
	}
	if t.env, err = environment(ctx, t.home, programs); err != nil {
		return nil, err
	}
	if t.log, err = os.Create(filepath.Join(dir, "tilt.log")); err != nil {
		return nil, err
	}
	t.up = t.command(ctx, "up", "-f", filepath.Join(project, "Tiltfile"), "--stream", "--web-mode=local", "--port="+port)
	t.up.Dir = dir // of withoutPage
	t.up.Stdout, t.up.Stderr = t.log, t.log
	t.up.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // its children end with it
	return t, t.up.Start()
}

// withoutPage makes Tilt do without its page, which is no part of its module: in its place there is a folder of no page, and a
// program that builds none. It returns where that is.
func withoutPage(ctx context.Context, dir string) (programs string, err error) {
	list := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Path}}@{{.Version}}", "github.com/tilt-dev/tilt")
	list.Dir = filepath.Join(node.Root, "tests", "k8s", "tools", "tilt")
	module, err := list.Output()
	if err != nil {
		return "", err
	}
	page := filepath.Join(dir, strings.TrimSpace(string(module)), "web")
	programs = filepath.Join(dir, "programs")
	return programs, errors.Join(os.MkdirAll(page, 0o755), os.MkdirAll(programs, 0o755),
		os.WriteFile(filepath.Join(page, "package.json"), []byte("{}"), 0o600),
		os.WriteFile(filepath.Join(programs, "yarn"), []byte("#!/bin/sh\n[ \"$1\" = install ] || exec sleep 3600\n"), 0o700)) //nolint:gosec // it is run
}

// environment is that of a developer who has a cluster and its tools, and no Tilt yet.
func environment(ctx context.Context, home, programs string) ([]string, error) {
	chart, err := node.Chart(ctx)
	if err != nil {
		return nil, err
	}
	out, err := exec.CommandContext(ctx, "go", "env", "GOPATH", "GOCACHE", "GOMODCACHE").Output()
	if err != nil {
		return nil, err
	}
	caches := strings.Fields(string(out))
	return append(os.Environ(), "HOME="+home, "KUBECONFIG="+node.KubeconfigOutside(), "TILT_DISABLE_ANALYTICS=1", "DO_NOT_TRACK=1",
		"DAPR_CHART="+chart, "DAPR_VALUES="+node.DaprValues(), // nothing can be downloaded, nor pulled
		"PATH="+programs+":"+filepath.Dir(node.Bin("kubectl"))+":"+os.Getenv("PATH"),
		"GOPATH="+caches[0], "GOCACHE="+caches[1], "GOMODCACHE="+caches[2]), os.MkdirAll(home, 0o755)
}

func (t *tilt) command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, node.Bin(cluster.Tilt), args...)
	cmd.Dir, cmd.Env = t.project, t.env
	return cmd
}

// do runs a command of Tilt's in the project and returns what it said; the error has it too.
func (t *tilt) do(ctx context.Context, args ...string) (string, error) {
	return cluster.Output(t.command(ctx, args...))
}

// api asks Tilt's own API server.
func (t *tilt) api(ctx context.Context, stdin string, into any, args ...string) error {
	cmd := exec.CommandContext(ctx, node.Bin("kubectl"), append([]string{"--kubeconfig=" + filepath.Join(t.home, ".tilt-dev", "config"), "--context=" + t.context}, args...)...)
	cmd.Env, cmd.Stdin = t.env, strings.NewReader(stdin)
	out, err := cmd.Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			err = fmt.Errorf("%w: %s", err, exit.Stderr)
		}
		return err
	}
	if into == nil {
		return nil
	}
	return json.Unmarshal(out, into)
}

// stop ends Tilt, and what it has started, as Ctrl-C would.
func (t *tilt) stop() error {
	defer t.log.Close()
	err := syscall.Kill(-t.up.Process.Pid, syscall.SIGINT)
	late := time.AfterFunc(20*time.Second, func() { _ = syscall.Kill(-t.up.Process.Pid, syscall.SIGKILL) }) // it may have ended just now
	defer late.Stop()
	return errors.Join(err, t.up.Wait())
}
