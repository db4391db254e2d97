package local

import (
	"context"
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"time"
)

// DaprVersion is that of the runtime, and of Dapr wherever this project installs it.
const DaprVersion = "1.16.5"

// daprd returns the runtime to use: an installed one that has every component, else our own, built into dir if it is
// not there or what it is made of has changed.
func (b Build) daprd(ctx context.Context, dir string) (string, error) {
	out, stamp := filepath.Join(dir, "daprd"), filepath.Join(dir, "daprd.stamp")
	if found := installed(ctx); found != "" {
		fmt.Fprintln(b.Progress, "using the installed", found)
		return found, link(found, out, stamp)
	}
	source := filepath.Join(b.Root, "dapr", "runtime", "daprd")
	want, err := fingerprint(source)
	if err != nil {
		return "", err
	}
	if have, err := os.ReadFile(stamp); err == nil && string(have) == want && exists(out) {
		return out, nil
	}
	if err := remove(stamp, out); err != nil { // out may be a link to an installed one, which go build would write into
		return "", err
	}
	done := b.tick("building daprd " + DaprVersion + ", about 5 minutes the first time")
	defer done()
	err = b.compile(ctx, source, out, "-tags", "stablecomponents", "-trimpath", "-ldflags",
		"-s -w -X github.com/dapr/dapr/pkg/buildinfo.version="+DaprVersion+" -X github.com/dapr/kit/logger.DaprVersion="+DaprVersion, ".")
	if err != nil {
		return "", err
	}
	return out, os.WriteFile(stamp, []byte(want), 0o600)
}

// installed finds a daprd 1.16 or later that was built with every component: the released one.
func installed(ctx context.Context) string {
	candidates := []string{}
	if p, err := exec.LookPath("daprd"); err == nil {
		candidates = append(candidates, p)
	}
	if home, err := os.UserHomeDir(); err == nil {
		candidates = append(candidates, filepath.Join(home, ".dapr", "bin", "daprd"))
	}
	i := slices.IndexFunc(candidates, func(p string) bool { return complete(ctx, p) })
	if i < 0 {
		return ""
	}
	return candidates[i]
}

func complete(ctx context.Context, path string) bool {
	info, err := buildinfo.ReadFile(path)
	if err != nil || !slices.ContainsFunc(info.Settings, func(s debug.BuildSetting) bool {
		return s.Key == "-tags" && strings.Contains(s.Value, "allcomponents")
	}) {
		return false
	}
	version, err := exec.CommandContext(ctx, path, "--version").Output()
	if err != nil {
		return false
	}
	var major, minor int
	_, err = fmt.Sscanf(strings.TrimPrefix(string(version), "v"), "%d.%d", &major, &minor)
	return err == nil && major == 1 && minor >= 16
}

// link puts an installed runtime where the run file looks for one.
func link(found, out, stamp string) error {
	if err := remove(stamp, out); err != nil {
		return err
	}
	return os.Symlink(found, out)
}

func remove(paths ...string) error {
	for _, p := range paths {
		if err := os.Remove(p); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// fingerprint changes when the runtime would: its module files, its code, the Go version.
func fingerprint(source string) (string, error) {
	sum := sha256.New()
	fmt.Fprintln(sum, DaprVersion, runtime.Version())
	err := filepath.WalkDir(source, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || strings.HasSuffix(path, "_test.go") {
			return err
		}
		body, err := os.ReadFile(path)
		fmt.Fprintln(sum, e.Name(), len(body))
		sum.Write(body)
		return err
	})
	return hex.EncodeToString(sum.Sum(nil)), err
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// tick prints a line at once and then how long it has been taking, until done is called.
func (b Build) tick(what string) (done func()) {
	began := time.Now()
	fmt.Fprintln(b.Progress, what)
	stop := make(chan struct{})
	go func() {
		for t := time.NewTicker(15 * time.Second); ; {
			select {
			case <-stop:
				return
			case <-t.C:
				fmt.Fprintf(b.Progress, "  still building, %s so far\n", time.Since(began).Round(time.Second))
			}
		}
	}()
	return func() { close(stop) }
}
