package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// again runs this command once more in a fresh clone, with nothing built before and some things about the machine
// different, and compares the digests.
func again(ctx context.Context) error {
	dir, err := os.MkdirTemp("", "images-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	clone, program := filepath.Join(dir, "clone"), filepath.Join(dir, "images")
	env := append(os.Environ(), "GOCACHE="+filepath.Join(dir, "cache"), "TZ=Asia/Shanghai", "LC_ALL=C")
	for _, command := range [][]string{
		{"git", "clone", "--quiet", ".", clone},
		{"go", "build", "-C", filepath.Join(clone, "k8s", "images"), "-o", program, "."},
		{program},
	} {
		fmt.Println("again:", filepath.Base(command[0]), command[1:])
		cmd := exec.CommandContext(ctx, command[0], command[1:]...)
		cmd.Env, cmd.Stderr = env, os.Stderr
		if command[0] == program {
			cmd.Dir = clone
		}
		if err := cmd.Run(); err != nil {
			return fmt.Errorf("again: %s: %w", filepath.Base(command[0]), err)
		}
	}
	first, err := os.ReadFile(filepath.Join(out, digests))
	if err != nil {
		return err
	}
	second, err := os.ReadFile(filepath.Join(clone, out, digests))
	if err != nil {
		return err
	}
	if string(first) != string(second) {
		return fmt.Errorf("built again, the images are others:\n%sand not\n%s", second, first)
	}
	fmt.Println("again: the same digests")
	return nil
}
