package harness

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// Story is one test and the system it speaks to.
type Story struct {
	T *testing.T
	*Stack
	Tag   string // part of every name the story makes
	Trace string // trace id of every request the story sends

	Order, Stock, Notify Client
}

func newStory(t *testing.T, stack *Stack) *Story {
	s := &Story{T: t, Stack: stack, Tag: strings.ToLower(rand.Text()[:8]), Trace: randomHex(16)}
	s.enter("")
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(s.about(s.Tag, s.Trace))
		}
	})
	return s
}

// enter makes the three clients; with a caller, calls go through that app's sidecar.
func (s *Story) enter(caller string) {
	s.Order, s.Stock, s.Notify = s.client("order", caller), s.client("stock", caller), s.client("notify", caller)
}

func (s *Story) client(app, caller string) Client { return Client{s, app, app, caller, Patience} }

// Second returns the story with its calls made to the second replica of each service; see Options.Twice.
func (s *Story) Second() *Story {
	c := *s
	for _, client := range []*Client{&c.Order, &c.Stock, &c.Notify} {
		client.story, client.process = &c, client.app+"-2"
	}
	return &c
}

// Through returns the story with its calls made by Dapr invocation, from the sidecar of app caller.
func (s *Story) Through(caller string) *Story {
	c := *s
	c.enter(caller)
	return &c
}

// In returns the story for a subtest.
func (s *Story) In(t *testing.T) *Story {
	c := *s
	c.T = t
	c.enter(s.Order.caller)
	return &c
}

// BothDoors tells a story twice on the shared stack: by direct calls, and through Dapr invocation.
func BothDoors(t *testing.T, tell func(s *Story)) {
	for name, caller := range map[string]string{"direct": "", "through dapr": probeID} {
		t.Run(name, func(t *testing.T) { tell(Shared(t).Through(caller)) })
	}
}

// SKU, Customer and Key return names that only this story uses.
func (s *Story) SKU(name string) string      { return s.Tag + "-" + name }
func (s *Story) Customer(name string) string { return s.Tag + "-" + name }
func (s *Story) Key(name string) string      { return s.Tag + "-" + name }

func randomHex(bytes int) string {
	b := make([]byte, bytes)
	_, _ = rand.Read(b) // never fails
	return hex.EncodeToString(b)
}

// Answers returns an error unless an app can be called through another's sidecar.
func (s *Story) Answers(app string) error {
	s.T.Helper()
	status, body := s.Sidecar(probeID, http.MethodGet, "/v1.0/invoke/"+app+"/method/healthz", "", nil)
	if status != http.StatusOK {
		return fmt.Errorf("%s is not called: %d %s", app, status, body)
	}
	return nil
}

// NewTrace returns a trace id; Door is the app through whose sidecar the story calls, if any.
func (s *Story) NewTrace() string { return randomHex(16) }
func (s *Story) Door() string     { return s.Order.caller }
