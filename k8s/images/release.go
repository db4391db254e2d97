package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
)

// release is what the images are built from.
type release struct {
	Version  string // of the services: VERSION, or what git says
	Revision string // the commit, and "-dirty" if files differ from it
	Dapr     string // version of the Dapr runtime
	NATS     string // version of the NATS server in the broker
}

// Dirty reports whether files differ from the commit, or are not in it. It is what go build means by vcs.modified.
func (r release) Dirty() bool { return strings.HasSuffix(r.Revision, dirty) }

const dirty = "-dirty"

// describe asks git what this is: 1.2.0 at a tag, 1.2.0-3-g<commit> after one, 0.0.0-g<commit> before the first.
func describe(ctx context.Context) (release, error) {
	commit, err := say(ctx, "git", "rev-parse", "HEAD")
	if err != nil {
		return release{}, fmt.Errorf("images carry the commit they are built from: %w", err)
	}
	// Twelve digits: how many git takes by itself depends on how much it has in store, and a clone may have less.
	version, err := say(ctx, "git", "describe", "--tags", "--abbrev=12")
	if err != nil {
		version = "0.0.0-g" + commit[:12]
	}
	changed, err := say(ctx, "git", "status", "--porcelain")
	if err != nil {
		return release{}, err
	}
	if changed != "" {
		version, commit = version+dirty, commit+dirty
	}
	r := release{Version: cmp.Or(os.Getenv("VERSION"), strings.TrimPrefix(version, "v")), Revision: commit}
	if r.Dapr, err = moduleVersion(ctx, "daprd", "github.com/dapr/dapr"); err != nil {
		return release{}, err
	}
	r.NATS, err = moduleVersion(ctx, "broker", "github.com/nats-io/nats-server/v2")
	return r, err
}

// moduleVersion is that of a module in a program of dapr/runtime, without its v.
func moduleVersion(ctx context.Context, program, module string) (string, error) {
	version, err := say(ctx, "go", "list", "-C", "dapr/runtime/"+program, "-m", "-f", "{{.Version}}", module)
	return strings.TrimPrefix(version, "v"), err
}

// say runs a command and returns what it printed.
func say(ctx context.Context, name string, args ...string) (string, error) {
	printed, err := exec.CommandContext(ctx, name, args...).Output()
	if err != nil {
		reason := err.Error()
		if exit, ok := errors.AsType[*exec.ExitError](err); ok {
			reason = strings.TrimSpace(string(exit.Stderr))
		}
		return "", fmt.Errorf("%s %s: %s", name, args[0], reason)
	}
	return strings.TrimSpace(string(printed)), nil
}
