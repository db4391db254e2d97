// Command matrix is `make components`: it tells every story and tests every promise on every component set, and prints what
// was found, set by promise. SET=redis takes one set. In CI (CI=true) the embedded set is left
// to make stories, which is the same, and the longest stories are left to SET=redis and the others, one by one.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"orderly/dapr/local"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Getenv("SET"), os.Getenv("CI") != ""); err != nil {
		fmt.Fprintln(os.Stderr, "\ncomponents: "+err.Error())
		os.Exit(1)
	}
}

// run goes through the sets. A server that is not installed is named; where nothing may be missing, as in CI, or where the
// set was asked for, it fails the run.
func run(ctx context.Context, only string, strict bool) error {
	names, err := local.Sets(".")
	if err != nil {
		return err
	}
	if only != "" {
		names, strict = []string{only}, true
	} else if strict { // make stories has told all of it
		names = slices.DeleteFunc(names, func(name string) bool { return name == "embedded" })
	}
	if err := compile(ctx); err != nil {
		return err
	}
	var all []*column
	for _, name := range names {
		set, err := local.ReadSet(".", name)
		if err != nil {
			return err
		}
		c := newColumn(name)
		c.brief = only == "" && strict
		if all = append(all, c); set.Missing() != nil {
			c.missing = set.Missing()
			fmt.Printf("%-18s not run: %v\n", name, c.missing)
			continue
		}
		if err := c.fill(ctx); err != nil {
			return err
		}
	}
	fmt.Println()
	print(os.Stdout, all)
	return verdict(all, strict)
}

func verdict(all []*column, strict bool) error {
	var wrong []error
	for _, c := range all {
		if c.missing != nil && strict {
			wrong = append(wrong, fmt.Errorf("%s was not run: %w", c.set, c.missing))
		}
		if len(c.failed) > 0 {
			wrong = append(wrong, fmt.Errorf("%s: %v, see %s", c.set, c.failed, c.log()))
		}
	}
	return errors.Join(wrong...)
}

// suites are the packages of tests that are run on each set.
var suites = []string{"e2e", "components"}

const out = ".dapr/test"

// compile builds the tests once; a set is only their environment.
func compile(ctx context.Context) error {
	began := time.Now()
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	for _, suite := range suites {
		cmd := exec.CommandContext(ctx, "go", "test", "-c", "-o", filepath.Join(out, suite+".test"), "./tests/"+suite)
		if text, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("go test -c ./tests/%s: %w\n%s", suite, err, text)
		}
	}
	fmt.Printf("%-18s in %s\n", "compiled", time.Since(began).Round(time.Second))
	return nil
}
