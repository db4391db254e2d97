package sidecar

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"time"
)

const (
	// health is the key of the document, and the topic, that probes write: nobody
	// else writes either, and nobody subscribes.
	health = "health"

	busyTime = 100 * time.Millisecond // in which a sidecar that is not busy says that it is well
	rest     = time.Second            // without a use, until a probe

	creation  = 1 << 10   // what creating a document demands, in bytes beside its own
	probeRoom = 256 << 10 // the largest document of a probe in bytes: less than any store refuses
)

var errStale = errors.New("what was written is not what is read")

func (s *State) probeRead(ctx context.Context, _ int64) error {
	_, err := s.get(ctx, health)
	return err
}

// demandOf is what ops demand of a store: room for their bytes, and to create demands more than to replace. (daprd 1.16
// creates by way of a temporary table in MySQL and MariaDB, and a full disk has no room for one.)
func demandOf(ops []Op) (bytes int64) {
	for _, op := range ops {
		bytes += int64(len(op.value))
		if op.create {
			bytes += creation
		}
	}
	return bytes
}

// probeWrite writes the document and reads it back. Replicas share it: what is read
// may be of another one, but not what this one wrote the time before. Where more was
// demanded in vain the document is as large, and one is created that is there.
func (s *State) probeWrite(ctx context.Context, demand int64) error {
	d, err := s.told(ctx) // to prove it is a use
	if err != nil {
		return err
	}
	before := s.probed
	s.probed = strconv.Quote(strconv.FormatInt(time.Now().UnixNano(), 10) + filling(min(demand, probeRoom)))
	if err := s.send(ctx, d, []Op{Put(health, []byte(s.probed))}); err != nil && !d.conflict(err) {
		return err
	}
	doc, err := s.get(ctx, health)
	if err == nil && (!doc.Found() || string(doc.Value) == before) {
		err = errStale
	}
	if err != nil || demand < creation {
		return err
	}
	if err := s.send(ctx, d, []Op{Create(health, []byte(s.probed))}); err != nil && !d.conflict(err) {
		return err
	}
	return nil
}

// filling is that many characters that no store can pack.
func filling(n int64) string {
	raw := make([]byte, n*3/4)
	_, _ = rand.Read(raw) // never fails
	return base64.RawURLEncoding.EncodeToString(raw)
}

// busy reports whether the sidecar is slow to say that it is well.
func (c *Client) busy(ctx context.Context) bool {
	limited, cancel := context.WithTimeout(ctx, busyTime)
	defer cancel()
	return c.get(limited, "/v1.0/healthz/outbound", nil) != nil
}

// broker is the usage of a pub/sub component for publishing.
func (c *Client) broker(name string) *usage {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.brokers[name] == nil {
		c.brokers[name] = newUsage(name, "cannot be published to", rest, func(ctx context.Context, _ int64) error {
			return c.publishAsIs(ctx, name, health, []byte(`{}`))
		})
		c.brokers[name].busy = c.busy
	}
	return c.brokers[name]
}

// Watch finds out again and again, until ctx ends, whether the state stores in use
// (see State) can be read and written and the broker takes events.
func (c *Client) Watch(ctx context.Context, needs Needs) {
	var wg sync.WaitGroup
	for _, u := range c.usages(needs) {
		wg.Go(func() { u.watch(ctx) })
	}
	wg.Wait()
}

// Away says why components cannot be used now, as Watch has found; nothing when all
// can. It asks nobody.
func (c *Client) Away(needs Needs) []string {
	var reasons []string
	for _, u := range c.usages(needs) {
		if r := u.reason(); r != "" && !slices.Contains(reasons, r) {
			reasons = append(reasons, r)
		}
	}
	return reasons
}

// Unwritable is the problem of a state store in use that is known not to be writable
// now; nil when all are.
func (c *Client) Unwritable(needs Needs) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, name := range needs.Components {
		if s := c.states[name]; s != nil {
			if why := s.writes.why(); why != nil {
				return s.failed(fmt.Errorf("%w: %w", ErrAway, *why))
			}
		}
	}
	return nil
}

func (c *Client) usages(needs Needs) []*usage {
	var all []*usage
	if needs.PubSub != "" {
		all = append(all, c.broker(needs.PubSub))
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, name := range needs.Components {
		if s := c.states[name]; s != nil {
			all = append(all, s.reads, s.writes)
		}
	}
	return all
}
