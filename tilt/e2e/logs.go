package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// followLocal keeps what a service prints that runs on this machine, which Tilt has, until ctx ends; it is where stories look.
func followLocal(ctx context.Context, service, dir string) error {
	file, err := os.Create(filepath.Join(dir, ".dapr", "logs", service+".log"))
	if err != nil {
		return err
	}
	defer file.Close()
	cmd := exec.CommandContext(ctx, "tilt", "logs", "--follow", "--json", "--source=runtime", service+" here")
	lines, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		return err
	}
	err = messages(lines, file)
	if wait := cmd.Wait(); ctx.Err() == nil {
		return fmt.Errorf("tilt logs of %s has ended: %w", service, errors.Join(err, wait))
	}
	return nil
}

// messages writes the messages of Tilt's logs, each a line.
func messages(from io.Reader, to io.Writer) error {
	lines := json.NewDecoder(from)
	for {
		var line struct{ Message string }
		if err := lines.Decode(&line); err != nil {
			return err
		}
		if _, err := fmt.Fprintln(to, strings.TrimRight(line.Message, "\n")); err != nil {
			return err
		}
	}
}
