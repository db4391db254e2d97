package harness

import (
	"encoding/json"
	"fmt"
	"os"
	"sync"
	"testing"

	"orderly/dapr/local"
)

// Elsewhere describes a system that stories find running, such as one in a cluster: they neither start nor end it. The
// file that SYSTEM names has it as JSON.
type Elsewhere struct {
	Apps     map[string]string // base URL of each service, and of the probe
	Sidecars map[string]string // base URL of each one's sidecar
	Metrics  map[string]string // where each sidecar shows its metrics
	Tokens   local.Tokens
	Hooks    string // base URL of the probe as the services reach it, for webhooks
	Dir      string // with what a stack keeps in its folder: .dapr/logs/*.log, .data/mail, .data/secrets.json
}

var elsewhere = sync.OnceValues(func() (*Elsewhere, error) {
	file := os.Getenv("SYSTEM")
	if file == "" {
		return nil, nil
	}
	body, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var e Elsewhere
	if err := json.Unmarshal(body, &e); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return &e, nil
})

// attach is the stack of a system elsewhere.
func attach(e *Elsewhere) *Stack {
	s := &Stack{Stack: &local.Stack{Options: local.Options{Dir: e.Dir}, Tokens: e.Tokens}, there: e, contracts: map[string]*contract{}, events: map[string]*contract{}}
	for _, app := range Services {
		s.contracts[app] = &contract{url: s.AppURL(app) + "/openapi.yaml"}
		s.events[app] = &contract{url: s.AppURL(app) + "/asyncapi.yaml"}
	}
	return s
}

// own leaves out a story that starts, breaks or ends a system, where that is not its own.
func own(t *testing.T) {
	t.Helper()
	e, err := elsewhere()
	if err != nil {
		t.Fatal(err)
	}
	if e != nil {
		t.Skip("it needs a system of its own, and is told where SYSTEM is not set")
	}
}

// AppURL is the address of a service itself.
func (s *Stack) AppURL(app string) string {
	if s.there != nil {
		return s.there.Apps[app]
	}
	return s.Stack.AppURL(app)
}

// SidecarURL is the address of a service's sidecar.
func (s *Stack) SidecarURL(app string) string {
	if s.there != nil {
		return s.there.Sidecars[app]
	}
	return s.Stack.SidecarURL(app)
}

// ChannelURL is where the sidecar of an app calls it; nothing where that is on another machine.
func (s *Stack) ChannelURL(app string) string {
	if s.there != nil {
		return ""
	}
	return s.Stack.ChannelURL(app)
}

// GRPCAddress is where a sidecar of a stack of our own takes calls by gRPC.
func (s *Stack) GRPCAddress(app string) string {
	return fmt.Sprintf("127.0.0.1:%d", s.Ports.Apps[app].GRPC)
}

// MetricsURL is where a sidecar shows its own metrics.
func (s *Stack) MetricsURL(app string) string {
	if s.there != nil {
		return s.there.Metrics[app]
	}
	return fmt.Sprintf("http://127.0.0.1:%d", s.Ports.Apps[app].Metrics)
}

// hooksURL is the address under which the services reach the probe.
func (s *Stack) hooksURL() string {
	if s.there != nil {
		return s.there.Hooks
	}
	return s.AppURL(probeID)
}
