// Command images is `make images`: it builds the container images of the services, of daprd and of the broker with ko,
// looks at what came out, and says what is where. It needs neither Docker nor a registry.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"text/tabwriter"

	"orderly/k8s/images/check"
)

const out = ".dapr/images"

func main() {
	twice := flag.Bool("again", false, "then build everything once more, from a fresh clone and with an empty build cache, and compare")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *twice); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, twice bool) error {
	release, err := describe(ctx)
	if err != nil {
		return err
	}
	if twice && release.Dirty() {
		return errors.New("a fresh clone has no changes that are not committed: commit or stash them first")
	}
	images, err := release.build(ctx, platforms())
	if err != nil {
		return err
	}
	if err := images.write(out); err != nil {
		return err
	}
	for _, image := range images {
		if err := check.Layout(ctx, filepath.Join(out, image.Name), image.Want); err != nil {
			return fmt.Errorf("the image %s is not as it should be:\n%w", image.Name, err)
		}
	}
	if err := images.list(filepath.Join(out, digests)); err != nil {
		return err
	}
	if err := images.print(); err != nil {
		return err
	}
	if twice {
		return again(ctx)
	}
	return nil
}

// platforms are those of PLATFORMS, with commas between them.
func platforms() []string {
	if p := os.Getenv("PLATFORMS"); p != "" {
		return strings.Split(p, ",")
	}
	return []string{"linux/amd64"}
}

// print says what is where.
func (all images) print() error {
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "image\tplatform\tsize\tdigest")
	for _, image := range all {
		parts, err := image.parts()
		if err != nil {
			return err
		}
		for _, p := range parts {
			fmt.Fprintf(table, "%s\t%s\t%.1f MB\t%s\n", image.Want.Reference, p.platform, float64(p.size)/1e6, p.descriptor.Digest)
		}
	}
	if err := table.Flush(); err != nil {
		return err
	}
	fmt.Printf("\nin %s: a layout and a .tar of each, SBOMs, and %s\n", out, digests)
	return nil
}
