package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"time"

	"orderly/tests/k8s/cluster"
)

// overlays are deployed for real: two with servers of their own, and the one that needs none.
var overlays = []string{"staging/redis", "staging/postgres-rabbitmq", "dev/embedded"}

// test checks every overlay, and tries some in a cluster, which is brought up for it unless one is there. A machine that
// cannot have a cluster checks the overlays only, and is told so.
func test(ctx context.Context, c cluster.Cluster, chosen []string) error {
	if lacks := cluster.Missing(); lacks != nil {
		if err := cluster.ServerMissing(); err != nil {
			return fmt.Errorf("not even `make k8s-check` can run here\n%w", lacks)
		}
		fmt.Printf("No cluster can be had here:\n%v\n"+
			"So only the reduced level runs, which is `make k8s-check`: every overlay, against an API server with Dapr's injector. Nothing is deployed.\n", lacks)
		return check(ctx)
	}
	if len(chosen) == 0 {
		chosen = overlays
		if err := check(ctx); err != nil {
			return err
		}
	}
	// Deployed are the product's own images.
	images := exec.CommandContext(ctx, "make", "images")
	images.Stdout, images.Stderr = os.Stdout, os.Stderr
	if err := images.Run(); err != nil {
		return fmt.Errorf("make images: %w", err)
	}
	return inCluster(ctx, c, func() error {
		var failed []error
		for _, overlay := range chosen {
			cmd := c.Command(ctx, "go", "test", "-count=1", "-v", "-timeout=30m", "./tests/k8s/deployed")
			cmd.Env = append(os.Environ(), "OVERLAY="+overlay)
			failed = append(failed, suite(cmd, overlay))
		}
		return errors.Join(failed...)
	})
}

// loop goes through the Tilt loop.
func loop(ctx context.Context, c cluster.Cluster) error {
	if err := errors.Join(cluster.Missing(), c.Build(ctx, cluster.Tilt)); err != nil {
		return err
	}
	return inCluster(ctx, c, func() error {
		return suite(exec.CommandContext(ctx, "go", "test", "-count=1", "-v", "-timeout=45m", "./tests/k8s/loop"), "loop")
	})
}

// inCluster does something while a cluster is up, which is brought up for it unless one is there.
func inCluster(ctx context.Context, c cluster.Cluster, do func() error) (err error) {
	if !c.Running() {
		if err := c.Up(ctx); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, c.Down(context.WithoutCancel(ctx))) }()
	}
	return do()
}

// check is `make k8s-check`.
func check(ctx context.Context) error {
	return suite(exec.CommandContext(ctx, "go", "test", "-count=1", "-v", "-timeout=20m", "./tests/k8s/overlays"), "overlays")
}

// worth is what a person wants to see of a run: what became of each test, and what it found.
var worth = regexp.MustCompile(`^(--- |    --- | {2,}\d+\.\d s |    \w+_test\.go:)`)

// suite runs go test, shows what is worth it and keeps the rest in .dapr/k8s/<name>.log.
func suite(cmd *exec.Cmd, name string) error {
	began := time.Now()
	file := filepath.Join(".dapr", "k8s", filepath.Base(name)+".log")
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	log, err := os.Create(file)
	if err != nil {
		return err
	}
	defer log.Close()
	fmt.Printf("== %s\n", name)
	printed, writer := io.Pipe()
	cmd.Stdout, cmd.Stderr = writer, writer
	shown := make(chan struct{})
	go func() {
		defer close(shown)
		lines := bufio.NewScanner(io.TeeReader(printed, log))
		lines.Buffer(nil, 64<<20)
		for lines.Scan() {
			if worth.MatchString(lines.Text()) {
				fmt.Println(lines.Text())
			}
		}
	}()
	err = cmd.Run()
	_ = writer.Close() // never fails
	<-shown
	if err != nil {
		return fmt.Errorf("%s: FAILED after %s (%w), see %s", name, time.Since(began).Round(time.Second), err, file)
	}
	fmt.Printf("== %s: ok in %s\n", name, time.Since(began).Round(time.Second))
	return nil
}
