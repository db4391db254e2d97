package local

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// nothing is what a client says to a server that speaks first.
const nothing = ""

// says is ready for a server that answers question with text that begins like answer.
func says(question, answer string) func(host) error {
	return func(h host) error {
		c, err := net.DialTimeout("tcp", h.addr(), time.Second)
		if err != nil {
			return err
		}
		defer c.Close()
		if err := c.SetDeadline(time.Now().Add(2 * time.Second)); err != nil {
			return err
		}
		if _, err := io.WriteString(c, question); err != nil {
			return err
		}
		got := make([]byte, max(len(answer), 1))
		if _, err := io.ReadFull(bufio.NewReader(c), got); err != nil {
			return err
		}
		if !strings.HasPrefix(string(got), answer) {
			return fmt.Errorf("it says %q", got)
		}
		return nil
	}
}

// accepts is ready for a server that listens once it takes work.
func accepts(h host) error {
	c, err := net.DialTimeout("tcp", h.addr(), time.Second)
	if err != nil {
		return err
	}
	return c.Close()
}

// folder makes the data folder.
func folder(_ context.Context, h host) error { return os.MkdirAll(h.data, 0o700) }

// startServer starts a server and waits until it takes work.
func (s *Stack) startServer(ctx context.Context, kind server) error {
	h, p := s.hosts[kind.name], s.Process(kind.name)
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	if kind.prepare != nil {
		if err := kind.prepare(ctx, h); err != nil {
			return fmt.Errorf("%s: %w", kind.name, err)
		}
	}
	if err := p.Start(); err != nil {
		return err
	}
	for {
		err := kind.ready(h)
		if err == nil {
			return nil
		}
		if !p.Running() {
			return p.last()
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s is not ready: %w", kind.name, errors.Join(err, ctx.Err()))
		case <-time.After(poll):
		}
	}
}

// startServers starts all of them side by side.
func (s *Stack) startServers(ctx context.Context) error {
	failed := make([]error, len(s.Run.servers))
	var wg sync.WaitGroup
	for i, kind := range s.Run.servers {
		wg.Go(func() { failed[i] = s.startServer(ctx, kind) })
	}
	wg.Wait()
	return errors.Join(failed...)
}

// Restart starts a process that has ended; of a server it waits until it takes work.
func (s *Stack) Restart(ctx context.Context, name string) error {
	i := slices.IndexFunc(s.Run.servers, func(kind server) bool { return kind.name == name })
	if i < 0 {
		return s.Process(name).Start()
	}
	return s.startServer(ctx, s.Run.servers[i])
}

// settle finds the programs of all servers, and where each is to run.
func (s *Stack) settle() error {
	password, err := ensurePassword(s.Dir)
	if err != nil {
		return err
	}
	state, err := filepath.Abs(filepath.Join(s.Dir, ".data"))
	if err != nil {
		return err
	}
	var missing []error
	for _, kind := range s.Run.servers {
		program, err := kind.find(s.Bin)
		missing = append(missing, err)
		s.hosts[kind.name] = host{set: s.Run.Set, program: program, bin: s.Bin, state: state, data: filepath.Join(state, kind.name), ports: s.Ports.Servers[kind.name], password: password}
	}
	if err := errors.Join(missing...); err != nil {
		return fmt.Errorf("the set %s needs servers:\n%w", s.Run.Set.Name, err)
	}
	return s.named()
}

// named checks that all variables that the component files take will be there. A sidecar would take nothing instead.
func (s *Stack) named() error {
	given := []string{webhookURL}
	for _, kind := range s.Run.servers {
		given = append(given, kind.gives...)
	}
	var missing []error
	for _, v := range s.Run.Set.Variables {
		if _, set := os.LookupEnv(v); !set && !slices.Contains(given, v) {
			missing = append(missing, fmt.Errorf("%s is not set, and the component files of the set %s take it from the environment", v, s.Run.Set.Name))
		}
	}
	return errors.Join(missing...)
}
