package sidecar

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"strings"

	"google.golang.org/grpc/connectivity"
)

// Needs is what a service cannot work without.
type Needs struct {
	Components []string // component names
	PubSub     string   // the component that it publishes by; one of Components
	Topics     []string // topics it subscribes to
}

// about is what the sidecar tells of itself.
type about struct {
	Components    []component `json:"components"`
	Subscriptions []struct {
		Topic string `json:"topic"`
	} `json:"subscriptions"`
}

type component struct {
	Name         string   `json:"name"`
	Type         string   `json:"type"`
	Version      string   `json:"version"`
	Capabilities []string `json:"capabilities"`
}

// Check reports why the sidecar cannot be used yet, nothing when it can: it
// answers its outbound health and has loaded every component and subscription
// needed. The error is for good: a state store in use (see State) is of a type
// that is not known, or of another than before.
func (c *Client) Check(ctx context.Context, needs Needs) (missing []string, err error) {
	if err := c.get(ctx, "/v1.0/healthz/outbound", nil); err != nil {
		return []string{"sidecar: " + err.Error()}, nil
	}
	if err := c.connect(ctx); err != nil {
		return []string{"sidecar gRPC: " + err.Error()}, nil
	}
	meta, err := c.metadata(ctx)
	if err != nil {
		return []string{"sidecar metadata: " + err.Error()}, nil
	}
	has, types := map[string]bool{}, map[string]string{}
	for _, m := range meta.Components {
		has["component "+m.Name], types[m.Name] = true, strings.ToLower(m.Type)
	}
	c.types.Store(&types)
	for _, s := range meta.Subscriptions {
		has["subscription to "+s.Topic] = true
	}
	for _, n := range needs.Components {
		if !has["component "+n] {
			missing = append(missing, "component "+n+" is not loaded")
		}
	}
	for _, n := range needs.Topics {
		if !has["subscription to "+n] {
			missing = append(missing, "subscription to "+n+" is not loaded")
		}
	}
	unusable, err := c.meetStores(ctx, meta)
	return append(missing, unusable...), err
}

// Type returns the type of a component, such as bindings.smtp; nothing before the
// first Check.
func (c *Client) Type(component string) string {
	if types := c.types.Load(); types != nil {
		return (*types)[component]
	}
	return ""
}

func (c *Client) meetStores(ctx context.Context, meta about) (missing []string, err error) {
	c.mu.Lock()
	states := maps.Clone(c.states)
	c.mu.Unlock()
	for _, m := range meta.Components {
		s := states[m.Name]
		if s == nil {
			continue
		}
		if err := s.meet(m); err != nil {
			return missing, err
		}
		if err := s.prove(ctx, s.spoken.Load().Dialect); err != nil {
			if _, forGood := errors.AsType[foldedError](err); forGood {
				return missing, err
			}
			missing = append(missing, "state store "+m.Name+": "+err.Error())
		}
	}
	return missing, nil
}

func (c *Client) metadata(ctx context.Context) (about, error) {
	var meta about
	err := c.get(ctx, "/v1.0/metadata", &meta)
	return meta, err
}

// connect waits until gRPC calls can be made. While the sidecar was away the
// connection pauses between attempts, and calls fail until it tries again: the
// HTTP API may be up for a second by then.
func (c *Client) connect(ctx context.Context) error {
	if c.conn.GetState() != connectivity.Ready {
		c.conn.ResetConnectBackoff() // once: it must not become a busy loop
	}
	for {
		was := c.conn.GetState()
		if was == connectivity.Ready {
			return nil
		}
		c.conn.Connect()
		if !c.conn.WaitForStateChange(ctx, was) {
			return fmt.Errorf("no connection: %s", was)
		}
	}
}

func (c *Client) get(ctx context.Context, path string, into any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+path, nil)
	if err != nil {
		return err
	}
	req.Header.Set("dapr-api-token", c.cfg.Token)
	resp, err := c.http.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode/100 != 2 {
		return fmt.Errorf("%s answers %d", path, resp.StatusCode)
	}
	if into == nil {
		return nil
	}
	return json.NewDecoder(resp.Body).Decode(into)
}
