package local

import (
	"context"
	"errors"
	"fmt"
	"io"
)

// Once starts the broker and the sidecar of one service, runs the service's program with args until it ends, and stops
// what it started. What the program prints goes to out.
func (s *Stack) Once(ctx context.Context, app string, out io.Writer, args ...string) error {
	helpers := []string{app + ".sidecar", "broker"}
	for i := range helpers {
		if err := s.Process(helpers[len(helpers)-1-i]).Start(); err != nil {
			return err
		}
	}
	defer func() {
		stopping := context.WithoutCancel(ctx)
		for _, name := range helpers {
			_ = s.stop(stopping, []string{name}) // it did its work
		}
	}()
	cmd := s.Process(app).command()
	cmd.Args, cmd.Env = append(cmd.Args, args...), append(cmd.Env, "LOG_LEVEL=warn") // its configuration is nobody's question
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Start(); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	select {
	case err := <-ended:
		if err != nil {
			return fmt.Errorf("%s: %w", app, err)
		}
		return nil
	case <-ctx.Done():
		_ = cmd.Process.Kill() // it may have ended just now
		return errors.Join(ctx.Err(), <-ended)
	}
}
