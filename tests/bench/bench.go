package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"orderly/dapr/local"
)

// bench is one run.
type bench struct {
	o      options
	root   string
	dir    string // everything temporary: programs, state and logs of each stack
	bin    local.Bin
	screen *screen
	rows   []*row

	beside   *system // the echo stack, which runs beside every other
	lastPace pace    // what it did last; zero when that is no longer true
}

// newBench builds the programs, into a folder of this run: who builds meanwhile does not change what is measured.
func newBench(ctx context.Context, o options) (*bench, error) {
	b := &bench{o: o, screen: newScreen(os.Stdout)}
	var err error
	if b.root, err = os.Getwd(); err != nil {
		return nil, err
	}
	if b.dir, err = os.MkdirTemp("", "orderly-bench-"); err != nil {
		return nil, err
	}
	if err = b.build(ctx); err != nil {
		b.clean(false)
	}
	return b, err
}

func (b *bench) build(ctx context.Context) (err error) {
	defer b.screen.during("building", nil)()
	set, err := local.ReadSet(b.root, b.o.set)
	if err != nil {
		return err
	}
	build := local.Build{Root: b.root, Set: set, Services: []string{"order", "stock", "notify"}, Out: filepath.Join(b.dir, "bin"), Progress: os.Stdout}
	if b.bin, err = build.Run(ctx); err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	for _, app := range []string{"echo", "caller"} {
		if err := os.Symlink(self, b.bin.Path(app)); err != nil {
			return err
		}
	}
	return nil
}

// clean removes what is temporary; with keepLogs all but the logs.
func (b *bench) clean(keepLogs bool) {
	if !keepLogs {
		_ = os.RemoveAll(b.dir)
		return
	}
	_ = os.RemoveAll(filepath.Join(b.dir, "bin"))
	states, _ := filepath.Glob(filepath.Join(b.dir, "*", ".data"))
	for _, s := range states {
		_ = os.RemoveAll(s)
	}
	fmt.Println("logs are in", filepath.Join(b.dir, "*", ".dapr", "logs"))
}
