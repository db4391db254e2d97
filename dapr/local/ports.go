package local

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"
)

// AppPorts are the ports of one service and its sidecar.
type AppPorts struct {
	Public   int `yaml:"-"`       // for direct calls: PUBLIC_PORT in the run file; 0 for an app without one
	App      int `yaml:"appPort"` // for its sidecar; for everyone where it is the only one
	HTTP     int `yaml:"daprHTTPPort"`
	GRPC     int `yaml:"daprGRPCPort"`
	Internal int `yaml:"daprInternalGRPCPort"`
	Metrics  int `yaml:"metricsPort"`
}

// Ports are all ports of one stack, each on 127.0.0.1.
type Ports struct {
	Servers map[string][]int
	Apps    map[string]AppPorts
}

const maxBase = 50000

// DefaultPorts returns the ports of the run file, each moved up by base, which is what PORT_BASE is. A port above
// 65535 is brought back by 40000, so every base from 0 to 50000 gives ports that differ from each other.
func DefaultPorts(run RunFile, base int) (Ports, error) {
	if base < 0 || base > maxBase {
		return Ports{}, fmt.Errorf("PORT_BASE must be from 0 to %d, not %d: it is added to every port", maxBase, base)
	}
	return assign(run, func(p int) int {
		if p += base; p > 65535 {
			p -= 40000
		}
		return p
	}), nil
}

// Blocks of ports for tests lie below the range that Linux hands out to outgoing connections (32768 and up): a port
// of a stopped process stays free for its next start. They also lie below what `make run` takes with a base of BaseApart,
// so that it can be tried beside them.
const (
	blockFirst = 12000
	blockSize  = 32
	blocks     = 300

	BaseApart = 20_000
)

// FreePorts reserves a block of ports that no other stack gets until release is called: the first port of the block
// is listened on as its guard, the others are left to the stack.
func FreePorts(run RunFile) (ports Ports, release func(), err error) {
	for range 200 {
		first := blockFirst + blockSize*rand.IntN(blocks)
		guard, err := net.Listen("tcp", address(first))
		if err != nil {
			continue
		}
		next := first
		ports := assign(run, func(int) int { next++; return next })
		if next >= first+blockSize {
			guard.Close()
			return Ports{}, nil, fmt.Errorf("a stack needs %d ports, a block has %d", next-first, blockSize-1)
		}
		if ports.Check() == nil {
			return ports, func() { guard.Close() }, nil
		}
		guard.Close()
	}
	return Ports{}, nil, errors.New("no free block of ports found")
}

func assign(run RunFile, move func(int) int) Ports {
	p := Ports{Servers: map[string][]int{}, Apps: map[string]AppPorts{}}
	for _, kind := range run.servers {
		for i := range kind.ports {
			p.Servers[kind.name] = append(p.Servers[kind.name], move(kind.port+i))
		}
	}
	for _, a := range run.Apps {
		moved := AppPorts{0, move(a.App), move(a.HTTP), move(a.GRPC), move(a.Internal), move(a.Metrics)}
		if a.Public != 0 {
			moved.Public = move(a.Public)
		}
		p.Apps[a.Process()] = moved
	}
	return p
}

// Check names every port that is taken; nil means that all are free.
func (p Ports) Check() error {
	var lines []string
	for _, use := range p.taken() {
		lines = append(lines, fmt.Sprintf("  %d (%s)", use.port, use.what))
	}
	if len(lines) == 0 {
		return nil
	}
	return fmt.Errorf("these ports are taken:\n%s\nstop what uses them, or move all of ours: PORT_BASE=10000 make run", strings.Join(lines, "\n"))
}

// Settle is Check, but it has patience with ports on which nobody listens. A high PORT_BASE moves ports into the range that
// Linux gives to outgoing connections, and one that has ended keeps its port for a minute.
func (p Ports) Settle(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 65*time.Second)
	defer cancel()
	for {
		taken := p.taken()
		if len(taken) == 0 || slices.ContainsFunc(taken, listening) {
			return p.Check()
		}
		select {
		case <-ctx.Done():
			return p.Check()
		case <-time.After(100 * time.Millisecond):
		}
	}
}

func (p Ports) taken() (taken []use) {
	for _, use := range p.uses() {
		l, err := net.Listen("tcp", address(use.port))
		if err != nil {
			taken = append(taken, use)
			continue
		}
		l.Close()
	}
	return taken
}

func listening(u use) bool {
	c, err := net.DialTimeout("tcp", address(u.port), time.Second)
	if err == nil {
		c.Close()
	}
	return err == nil
}

func address(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }

type use struct {
	port int
	what string
}

func (p Ports) uses() []use {
	var all []use
	for _, name := range slices.Sorted(maps.Keys(p.Servers)) {
		for _, port := range p.Servers[name] {
			all = append(all, use{port, name})
		}
	}
	for _, id := range slices.Sorted(maps.Keys(p.Apps)) {
		a := p.Apps[id]
		if a.Public != 0 {
			all = append(all, use{a.Public, id})
		}
		all = append(all, use{a.App, id + " app channel"}, use{a.HTTP, id + " sidecar HTTP"}, use{a.GRPC, id + " sidecar gRPC"},
			use{a.Internal, id + " sidecar to sidecar"}, use{a.Metrics, id + " sidecar metrics"})
	}
	return all
}
