package local

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// Options say what to run and where.
type Options struct {
	Root  string              // the project: components and dapr files are read from here
	Dir   string              // working directory of every process: state in .data, tokens and logs in .dapr
	Bin   Bin                 // what Build made
	Run   RunFile             // what ReadRunFile read
	Ports Ports               // from DefaultPorts or FreePorts
	Env   map[string][]string // further environment ("KEY=value") by process name; "" is for every process
	Args  map[string][]string // further arguments by process name
	Logs  int64               // limit of each log in bytes, as much again is kept of what it had before; no limit if 0
}

// Stack is the whole system as processes: servers of the component set, services, and a sidecar for each.
type Stack struct {
	Options
	Tokens Tokens

	hosts     map[string]host // where each server runs
	processes map[string]*Process
	deaths    chan Exit
	unlock    func()
}

// New prepares directories, tokens and secrets, and takes the directory for this stack until Stop or Kill; nothing
// runs yet.
func New(o Options) (*Stack, error) {
	s := &Stack{Options: o, hosts: map[string]host{}, processes: map[string]*Process{}, deaths: make(chan Exit, 64)}
	logs := filepath.Join(o.Dir, ".dapr", "logs")
	for _, dir := range []string{logs, filepath.Join(o.Dir, ".data")} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, err
		}
	}
	var err error
	if s.unlock, err = tryLock(filepath.Join(o.Dir, ".data", "lock")); err != nil {
		return nil, fmt.Errorf("another stack works with the state in %s: stop it first (%w)", filepath.Join(o.Dir, ".data"), err)
	}
	if err := s.prepare(logs); err != nil {
		s.unlock()
		return nil, err
	}
	return s, nil
}

func (s *Stack) prepare(logs string) (err error) {
	if err := checkResources(s.Run.Common.ResourcesPaths); err != nil {
		return err
	}
	if err := ensureSecrets(s.Dir); err != nil {
		return err
	}
	if s.Tokens, err = NewTokens(s.Dir); err != nil {
		return err
	}
	if err := s.settle(); err != nil {
		return err
	}
	// Who was killed is still registered, for a minute, perhaps on other ports, and callers would be sent there.
	names := filepath.Join(s.Dir, ".data", "names.db")
	if err := remove(names, names+"-wal", names+"-shm"); err != nil {
		return err
	}
	for name, command := range s.commands() {
		log := filepath.Join(logs, name+".log")
		if err := remove(log, older(log)); err != nil {
			return err
		}
		s.processes[name] = &Process{Name: name, Log: log, command: command, died: s.died, limit: s.Logs}
	}
	for _, kind := range s.Run.servers {
		s.Process(kind.name).stop = kind.stop
	}
	return nil
}

// Apps returns the names of the services, in the order of the run file.
func (s *Stack) Apps() []string {
	var names []string
	for _, a := range s.Run.Apps {
		names = append(names, a.Process())
	}
	return names
}

// Servers returns the names of the servers behind the components.
func (s *Stack) Servers() []string {
	var names []string
	for _, kind := range s.Run.servers {
		names = append(names, kind.name)
	}
	return names
}

// Awaited says whether sidecars may start before the servers; they end at once where they do not wait.
func (s *Stack) Awaited() bool {
	return !slices.ContainsFunc(s.Run.servers, func(kind server) bool { return !kind.awaited })
}

// Given returns the value of a variable that component files take, as the servers of the set give it.
func (s *Stack) Given(variable string) string {
	for _, kind := range s.Run.servers {
		for _, v := range kind.env(s.hosts[kind.name]) {
			if value, found := strings.CutPrefix(v, variable+"="); found {
				return value
			}
		}
	}
	return ""
}

// Keeps says whether a process is a server that keeps the documents of services.
func (s *Stack) Keeps(name string) bool {
	return slices.ContainsFunc(s.Run.servers, func(kind server) bool { return kind.name == name && kind.keeps })
}

// Process returns one process by name: "broker", "order", "order.sidecar". It panics on any other name.
func (s *Stack) Process(name string) *Process {
	p, ok := s.processes[name]
	if !ok {
		panic(fmt.Sprintf("no process is called %q", name))
	}
	return p
}

// AppURL is the address of a service itself.
func (s *Stack) AppURL(app string) string {
	return "http://" + address(cmp.Or(s.Ports.Apps[app].Public, s.Ports.Apps[app].App))
}

// ChannelURL is where the sidecar of an app calls it.
func (s *Stack) ChannelURL(app string) string { return "http://" + address(s.Ports.Apps[app].App) }

// SidecarURL is the address of a service's sidecar.
func (s *Stack) SidecarURL(app string) string { return "http://" + address(s.Ports.Apps[app].HTTP) }

// ServerAddress is where a server listens.
func (s *Stack) ServerAddress(name string) string { return s.hosts[name].addr() }

// Died reports every process that ended without being asked to.
func (s *Stack) Died() <-chan Exit { return s.deaths }

func (s *Stack) died(e Exit) {
	select {
	case s.deaths <- e:
	default: // nobody listens, and 64 deaths tell enough
	}
}

// Start starts every process and waits until the system is ready. A process that dies on the way is the error.
func (s *Stack) Start(ctx context.Context) error {
	if err := s.startServers(ctx); err != nil {
		return err
	}
	for _, app := range s.Run.Apps {
		// The first sidecar makes the tables of a store. Two that make PostgreSQL's in the same instant: one of them ends.
		if app.Replica > 0 {
			if err := s.until(ctx, app.ID+" to be ready", s.AppURL(app.ID)+"/readyz"); err != nil {
				return err
			}
		}
		for _, name := range []string{app.Process(), app.Process() + ".sidecar"} {
			if err := s.Process(name).Start(); err != nil {
				return err
			}
		}
	}
	return s.Ready(ctx)
}

// Each process has this long to end by itself; a service drains for up to 10 s.
const grace = 12 * time.Second

// Stop ends everything in the order that loses least: services drain while their sidecars still work, then the
// sidecars, the servers last. It returns the exits of those that did not end with code 0.
func (s *Stack) Stop(ctx context.Context) error {
	var apps, sidecars []string
	for _, app := range s.Apps() {
		apps, sidecars = append(apps, app), append(sidecars, app+".sidecar")
	}
	defer s.unlock()
	return errors.Join(s.stop(ctx, apps), s.stop(ctx, sidecars), s.stop(ctx, s.Servers()))
}

func (s *Stack) stop(ctx context.Context, names []string) error {
	ctx, cancel := context.WithTimeout(ctx, grace)
	defer cancel()
	failed := make([]error, len(names))
	var wg sync.WaitGroup
	for i, name := range names {
		if !s.Process(name).Running() {
			continue // its end was reported when it came
		}
		wg.Go(func() {
			if e := s.Process(name).Stop(ctx); e.Code != 0 && !e.harmless() {
				failed[i] = e
			}
		})
	}
	wg.Wait()
	return errors.Join(failed...)
}

// Kill ends every process at once.
func (s *Stack) Kill() {
	for _, p := range s.processes {
		p.Kill()
	}
	s.unlock()
}
