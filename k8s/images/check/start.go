package check

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// start runs the program as far as it says which version it is. Only on the platform it is for.
func start(ctx context.Context, program []byte, config *v1.ConfigFile, want Want) error {
	if config.OS != runtime.GOOS || config.Architecture != runtime.GOARCH {
		return nil
	}
	dir, err := os.MkdirTemp("", "program-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, want.Name)
	if err := os.WriteFile(file, program, 0o700); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	switch want.Name {
	case "daprd":
		err = sidecar(ctx, file, want)
	case "broker":
		err = broker(ctx, file, dir)
	default:
		err = service(ctx, file, want)
	}
	if err != nil {
		return fmt.Errorf("started, %s: %w", want.Name, err)
	}
	return nil
}

// sidecar is started as Dapr's injector does it: it takes for granted that an image has no entrypoint, and names the
// program in the first argument. With an entrypoint that is one argument too many, and must not matter.
func sidecar(ctx context.Context, file string, want Want) error {
	said, err := exec.CommandContext(ctx, file, "/daprd", "--dapr-http-port", "3500", "--version").CombinedOutput()
	if err != nil {
		return fmt.Errorf("%w: %s", err, said)
	}
	if version := strings.TrimSpace(string(said)); version != want.Version {
		return fmt.Errorf("says it is version %s, not %s", version, want.Version)
	}
	return nil
}

// broker is asked for its streams, as a pod's init container does: by itself, started a second time.
func broker(ctx context.Context, file, dir string) error {
	port, err := free()
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	cmd := exec.CommandContext(ctx, file, "-addr", "127.0.0.1:"+port, "-data", filepath.Join(dir, "data"))
	if err := cmd.Start(); err != nil {
		return err
	}
	defer func() { stop(); _ = cmd.Wait() }() // it was killed
	for {
		said, err := exec.CommandContext(ctx, file, "-streams", "nats://127.0.0.1:"+port).CombinedOutput()
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%w: %s", err, said)
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// service is asked over HTTP, which it answers while it waits for its sidecar.
func service(ctx context.Context, file string, want Want) error {
	port, err := free()
	if err != nil {
		return err
	}
	channel, err := free()
	if err != nil {
		return err
	}
	var said strings.Builder
	cmd := exec.CommandContext(ctx, file)
	cmd.Env = []string{"PUBLIC_PORT=" + port, "APP_PORT=" + channel, "APP_API_TOKEN=sixteen characters"}
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		return err
	}
	ctx, ended := context.WithCancelCause(ctx)
	done := make(chan error, 1)
	go func() {
		err := cmd.Wait()
		ended(errors.New("it ended"))
		done <- err
	}()
	answer, err := ask(ctx, "http://127.0.0.1:"+port+"/version")
	_ = cmd.Process.Signal(syscall.SIGTERM) // when it has ended already, done says how
	if err := errors.Join(err, <-done); err != nil {
		return fmt.Errorf("%w\n%s", err, said.String())
	}
	commit, _ := strings.CutSuffix(want.Revision, "-dirty")
	if answer.Version != want.Version || answer.Commit != commit {
		return fmt.Errorf("says it is version %s of commit %s, not %s of %s", answer.Version, answer.Commit, want.Version, commit)
	}
	return nil
}

func free() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	return port, err
}

type version struct{ Version, Commit string }

// ask asks until there is an answer, or ctx has ended.
func ask(ctx context.Context, url string) (answer version, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return answer, err
	}
	for {
		response, err := http.DefaultClient.Do(request)
		if err == nil {
			defer response.Body.Close()
			return answer, json.NewDecoder(response.Body).Decode(&answer)
		}
		select {
		case <-ctx.Done():
			return answer, errors.Join(context.Cause(ctx), err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}
