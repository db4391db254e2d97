package main

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// growing is a box to which a mail comes that is not whole when it is read first.
type growing struct {
	mu    sync.Mutex
	mails map[string][]string // what reads give, one after the other
	lists int
	fail  error
}

func (g *growing) list(context.Context) ([]string, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.lists++
	var ids []string
	for id := range g.mails {
		ids = append(ids, id)
	}
	return ids, g.fail
}

func (g *growing) read(_ context.Context, id string) ([]byte, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	mail := g.mails[id][0]
	g.mails[id] = g.mails[id][1:]
	return []byte(mail), nil
}

func TestMailsThatAreNewAreCopiedWhole(t *testing.T) {
	dir := t.TempDir()
	box := &growing{mails: map[string][]string{"old": nil}}
	ended := make(chan error, 1)
	go func() { ended <- follow(t.Context(), box, dir) }()
	mails := filepath.Join(dir, ".data", "mail")
	require.Eventually(t, func() bool { // the old one is seen
		box.mu.Lock()
		defer box.mu.Unlock()
		return box.lists > 0
	}, 2*time.Second, time.Millisecond)
	box.mu.Lock()
	box.mails["a/new"] = []string{"ha", "half and half"}
	box.mu.Unlock()
	assert.Eventually(t, func() bool {
		body, err := os.ReadFile(filepath.Join(mails, "a%2Fnew"))
		return err == nil && string(body) == "half and half"
	}, 2*time.Second, 10*time.Millisecond)
	box.mu.Lock()
	box.fail = errors.New("it has gone")
	box.mu.Unlock()
	require.ErrorContains(t, <-ended, "it has gone")
	all, err := os.ReadDir(mails)
	require.NoError(t, err)
	assert.Len(t, all, 1)
}

func TestBoxes(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v1.0/bindings/mail", func(w http.ResponseWriter, r *http.Request) {
		var asked struct {
			Operation string
			Metadata  struct{ FileName string }
		}
		if json.NewDecoder(r.Body).Decode(&asked) != nil || r.Header.Get("dapr-api-token") != "secret" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		answer := "mail " + asked.Metadata.FileName
		if asked.Operation == "list" {
			answer = `["/.data/mail/a/1"]`
		}
		_, _ = w.Write([]byte(answer))
	})
	answers := func(body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(body)) }
	}
	mux.HandleFunc("GET /api/v1/messages", answers(`{"messages": [{"ID": "a/1"}]}`))
	mux.HandleFunc("GET /api/v1/message/a/1", answers(`{"Subject": "mail", "HTML": "a/1", "Text": "made of it"}`))
	there := httptest.NewServer(mux)
	t.Cleanup(there.Close)
	for want, b := range map[string]box{"mail a/1": files{there.URL, "secret"}, "mail\n\na/1": server{there.URL}} {
		ids, err := b.list(t.Context())
		require.NoError(t, err)
		require.Equal(t, []string{"a/1"}, ids)
		mail, err := b.read(t.Context(), ids[0])
		require.NoError(t, err)
		assert.Equal(t, want, string(mail))
	}
	_, err := files{there.URL, "wrong"}.list(t.Context())
	require.ErrorContains(t, err, "401")
}
