package harness

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"time"

	"orderly/dapr/local"
)

// Options say how a stack differs from the one of `make run`.
type Options struct {
	Env   map[string][]string // further environment ("KEY=value") by process name; "" is for every process
	Args  map[string][]string // further arguments by process name
	Build Flavour             // of the services
	Idle  bool                // everything is prepared, nothing is started
	Twice bool                // two replicas of every service
	Swap  map[string]string   // component files of the set by name, and what takes their place: paths in the project
	Files map[string]string   // further component or subscription files by name
	Logs  int64               // limit of each log in bytes; none if 0
	Disk  int                 // MB that all state has room for, on a file system of its own, see DiskFull; 0 is what there is
}

// Stack is a running system: broker, services, probe, and a sidecar for each app.
type Stack struct {
	*local.Stack
	opts      Options
	there     *Elsewhere           // nil for a stack of processes of our own
	contracts map[string]*contract // OpenAPI, by service
	events    map[string]*contract // AsyncAPI, by service
	release   func()
	disk      *disk   // nil without Options.Disk
	dead      []error // deaths that nothing in the story explains
}

func newStack(dir string, o Options) (*Stack, error) {
	bin, err := Binaries(o.Build)
	if err != nil {
		return nil, err
	}
	run, err := local.ReadRunFile(Root(), Set())
	if err != nil {
		return nil, err
	}
	more := []local.App{{ID: probeID}}
	env := maps.Clone(o.Env)
	if env == nil {
		env = map[string][]string{}
	}
	env["notify"] = append([]string{"NOTIFY_PRIVATE_WEBHOOKS=true"}, env["notify"]...) // the stories' receivers are here
	if o.Twice {
		for _, app := range run.Apps {
			app.Replica++
			more = append(more, app)
			env[app.Process()] = env[app.ID]
		}
	}
	ports, release, err := reserve(run, more)
	if err != nil {
		return nil, err
	}
	resources, err := writeResources(dir, o.Files)
	if err != nil {
		return nil, err
	}
	if len(o.Swap) > 0 {
		if err := swap(&run, dir, o.Swap); err != nil {
			return nil, err
		}
	}
	run.Apps = append(run.Apps, more...)
	run.Common.ResourcesPaths = append(run.Common.ResourcesPaths, resources)
	s := &Stack{opts: o, contracts: map[string]*contract{}, events: map[string]*contract{}, release: release}
	if o.Disk > 0 {
		if s.disk, err = mountDisk(filepath.Join(dir, ".data"), o.Disk); err != nil {
			return nil, err
		}
	}
	s.Stack, err = local.New(local.Options{Root: Root(), Dir: dir, Bin: bin, Run: run, Ports: ports, Env: env, Args: o.Args, Logs: o.Logs})
	if err != nil {
		return nil, errors.Join(err, s.disk.unmount())
	}
	for _, app := range Services {
		s.contracts[app] = &contract{url: s.AppURL(app) + "/openapi.yaml"}
		s.events[app] = &contract{url: s.AppURL(app) + "/asyncapi.yaml"}
	}
	return s, nil
}

// reserve takes one block of ports for the system and one for the probe and other replicas: a block is too small for all.
func reserve(run local.RunFile, more []local.App) (local.Ports, func(), error) {
	ports, release, err := local.FreePorts(run)
	if err != nil {
		return ports, nil, err
	}
	extra, releaseExtra, err := local.FreePorts(local.RunFile{Apps: more})
	if err != nil {
		release()
		return ports, nil, err
	}
	maps.Copy(ports.Apps, extra.Apps)
	return ports, func() { release(); releaseExtra() }, nil
}

// Up starts everything and waits until it is ready.
func (s *Stack) Up() error {
	ctx, cancel := context.WithTimeout(context.Background(), 2*Patience)
	defer cancel()
	if err := s.Start(ctx); err != nil {
		return err
	}
	return s.listening(ctx)
}

// Ready waits until the system is ready again, and the probe hears what is published.
func (s *Stack) Ready(ctx context.Context) error {
	if err := s.Stack.Ready(ctx); err != nil {
		return err
	}
	return s.listening(ctx)
}

// Down ends everything in order and returns what was wrong with it: a process that died, one that did not end with
// code 0 within 12 s, and what nobody wants to read in a log.
func (s *Stack) Down() error {
	defer s.release()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	s.collectDeaths()
	undocumented := s.undocumented()
	err := errors.Join(append(s.dead, undocumented, s.End(ctx), s.badNews())...)
	s.Kill()
	return errors.Join(err, s.disk.unmount())
}

// End stops every process in order; the stack may be started again. The probe outlives its sidecar: an event delivered
// to an app that is gone holds up the end of the sidecar.
func (s *Stack) End(ctx context.Context) error {
	if e := s.Process(probeID + ".sidecar").Stop(ctx); e.Code != 0 {
		return errors.Join(e, s.Stop(ctx))
	}
	return s.Stop(ctx)
}

// collectDeaths notes who died on its own, but for those that a fault of the story explains.
func (s *Stack) collectDeaths(explained ...string) {
	for {
		select {
		case e := <-s.Died():
			if !slices.Contains(explained, e.Process) {
				s.dead = append(s.dead, fmt.Errorf("died on its own: %w", e))
			}
		default:
			return
		}
	}
}

// Murder ends a process as a crash would.
func (s *Stack) Murder(name string) { _ = s.Process(name).Kill() } // its exit is what was asked for

// Restart starts a process that was stopped or killed; a server takes work when it returns.
func (s *Stack) Restart(name string) error { return s.Stack.Restart(context.Background(), name) }
