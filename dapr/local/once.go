package local

import (
	"context"
	"errors"
	"fmt"
	"io"
)

// Once starts the servers and the sidecar of one service, runs the service's program with args until it ends, and stops
// what it started. What the program prints goes to out.
func (s *Stack) Once(ctx context.Context, app string, out io.Writer, args ...string) error {
	defer func() {
		stopping := context.WithoutCancel(ctx)
		_ = s.stop(stopping, []string{app + ".sidecar"}) // it did its work
		_ = s.stop(stopping, s.Servers())
	}()
	if err := s.startServers(ctx); err != nil {
		return err
	}
	if err := s.Process(app + ".sidecar").Start(); err != nil {
		return err
	}
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
