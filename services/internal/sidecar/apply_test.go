package sidecar

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync/atomic"
	"testing"

	dapr "github.com/dapr/go-sdk/client"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"orderly/services/internal/problem"
)

// writes is the part of Dapr's API that Apply uses.
type writes struct {
	dapr.Client
	saves, transactions [][]dapr.SetStateItem
	err                 error
}

func (w *writes) SaveBulkState(_ context.Context, _ string, items ...*dapr.SetStateItem) error {
	w.saves = append(w.saves, []dapr.SetStateItem{*items[0]})
	return w.err
}

func (w *writes) ExecuteStateTransaction(_ context.Context, _ string, _ map[string]string, ops []*dapr.StateOperation) error {
	var all []dapr.SetStateItem
	for _, op := range ops {
		all = append(all, *op.Item)
	}
	w.transactions = append(w.transactions, all)
	return w.err
}

// world is a sidecar that has the components it is given.
type world struct {
	*Client
	*writes
	components atomic.Pointer[[]component] // nil while the sidecar is away
}

func newWorld(t *testing.T, components ...component) *world {
	t.Helper()
	w := &world{writes: &writes{}}
	w.components.Store(&components)
	web := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
		if have := w.components.Load(); have != nil {
			_ = json.NewEncoder(rw).Encode(about{Components: *have})
			return
		}
		rw.WriteHeader(http.StatusInternalServerError)
	}))
	t.Cleanup(web.Close)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	srv := grpc.NewServer()
	t.Cleanup(srv.Stop)
	go func() { _ = srv.Serve(ln) }()
	_, webPort, _ := net.SplitHostPort(web.Listener.Addr().String())
	httpPort, _ := strconv.Atoi(webPort)
	w.Client, err = New(Config{HTTPPort: httpPort, GRPCPort: ln.Addr().(*net.TCPAddr).Port})
	require.NoError(t, err)
	t.Cleanup(w.Close)
	w.writes.Client, w.dapr = w.dapr, w.writes
	return w
}

var (
	sqliteStore = component{Name: "s", Type: "state.sqlite", Version: "v1"}
	redisStore  = component{Name: "s", Type: "state.redis", Version: "v1"}
	strange     = component{Name: "s", Type: "state.strange", Version: "v1", Capabilities: []string{"ETAG", "TRANSACTIONAL"}}
)

func TestOneOpAloneIsSavedWhereThatIsBetter(t *testing.T) {
	a, b := Create("a", []byte("1")), Replace(Doc{Key: "b", ETag: "7"}, []byte("2"))
	w := newWorld(t, sqliteStore)
	require.NoError(t, w.State("s").Apply(t.Context()))
	require.NoError(t, w.State("s").Apply(t.Context(), a))
	require.NoError(t, w.State("s").Apply(t.Context(), a, b))
	assert.Equal(t, [][]dapr.SetStateItem{{{Key: "a", Value: []byte("1"), Options: firstWrite}}}, w.saves)
	assert.Equal(t, [][]dapr.SetStateItem{{
		{Key: "a", Value: []byte("1"), Options: firstWrite},
		{Key: "b", Value: []byte("2"), Options: firstWrite, Etag: &dapr.ETag{Value: "7"}},
	}}, w.transactions)

	w = newWorld(t, redisStore)
	require.NoError(t, w.State("s").Apply(t.Context(), a))
	require.NoError(t, w.State("s").Apply(t.Context(), Put("c", nil)))
	assert.Empty(t, w.saves)
	assert.Equal(t, [][]dapr.SetStateItem{
		{{Key: "a", Value: []byte("1"), Options: firstWrite, Etag: &dapr.ETag{Value: "2147483647"}}},
		{{Key: "c", Options: lastWrite}},
	}, w.transactions)
}

func TestTheSidecarIsAskedAgainUntilItKnowsTheStore(t *testing.T) {
	w := newWorld(t, component{Name: "other", Type: "state.sqlite"})
	missing := w.State("s").Apply(t.Context(), Put("a", nil))
	require.ErrorContains(t, missing, "component s is not loaded")
	w.components.Store(nil)
	away := w.State("s").Apply(t.Context(), Put("a", nil))
	for _, err := range []error{missing, away} {
		p, ok := errors.AsType[*problem.Problem](err)
		require.True(t, ok, err)
		assert.Equal(t, http.StatusServiceUnavailable, p.Status)
	}
	assert.Empty(t, w.saves)

	w.components.Store(&[]component{sqliteStore})
	require.NoError(t, w.State("s").Apply(t.Context(), Put("a", nil)))
	w.components.Store(nil) // and not again
	require.NoError(t, w.State("s").Apply(t.Context(), Put("a", nil)))
	assert.Len(t, w.saves, 2)
}

func TestALostRaceIsAConflictAndAFailureIsNot(t *testing.T) {
	w := newWorld(t, sqliteStore)
	w.err = status.Error(codes.Aborted, "possible etag mismatch. error from state store")
	require.ErrorIs(t, w.State("s").Apply(t.Context(), Create("a", nil)), ErrConflict)
	w.err = status.Error(codes.Internal, "database is locked")
	err := w.State("s").Apply(t.Context(), Create("a", nil))
	require.NotErrorIs(t, err, ErrConflict)
	_, ok := errors.AsType[*problem.Problem](err)
	assert.True(t, ok)
}

func TestAStoreNobodyLookedAtIsRefused(t *testing.T) {
	w := newWorld(t, strange)
	_, err := w.Check(t.Context(), Needs{})
	require.NoError(t, err, "it is not used")
	s := w.State("s")
	_, err = w.Check(t.Context(), Needs{Components: []string{"s"}})
	for _, word := range []string{"state store s", "state.strange/v1", "state.redis/v1, state.sqlite/v1", "STATE_STORE_ALLOW_UNKNOWN=true"} {
		require.ErrorContains(t, err, word)
	}
	require.ErrorContains(t, s.Apply(t.Context(), Put("a", nil)), "state.strange/v1")
	assert.Empty(t, w.saves)

	w.AllowUnknownStores()
	missing, err := w.Check(t.Context(), Needs{Components: []string{"s"}})
	require.NoError(t, err)
	assert.Empty(t, missing)
	require.NoError(t, s.Apply(t.Context(), Create("a", nil)))
	assert.Equal(t, [][]dapr.SetStateItem{{{Key: "a", Options: firstWrite}}}, w.saves)
}

func TestAStoreWithoutETagsIsNeverUsed(t *testing.T) {
	w := newWorld(t, component{Name: "s", Type: "state.strange", Capabilities: []string{"TRANSACTIONAL"}})
	w.AllowUnknownStores()
	w.State("s")
	_, err := w.Check(t.Context(), Needs{})
	require.ErrorContains(t, err, "has no ETAG")
}

// What is in memory is of the other store, and so is the way it is spoken to.
func TestAStoreMustNotBecomeAnotherUnderWay(t *testing.T) {
	w := newWorld(t, sqliteStore)
	w.State("s")
	_, err := w.Check(t.Context(), Needs{})
	require.NoError(t, err)
	w.components.Store(&[]component{redisStore})
	_, err = w.Check(t.Context(), Needs{})
	require.ErrorContains(t, err, "was a state.sqlite/v1 and is a state.redis/v1 now")
}

func BenchmarkApply(b *testing.B) {
	c := &Client{dapr: nothing{}, states: map[string]*State{}}
	s := c.State("s")
	if err := s.meet(sqliteStore); err != nil {
		b.Fatal(err)
	}
	ops := make([]Op, 64)
	for i := range ops {
		ops[i] = Replace(Doc{Key: strconv.Itoa(i), ETag: "1"}, []byte("v"))
	}
	b.ReportAllocs()
	for b.Loop() {
		_ = s.Apply(b.Context(), ops...)
	}
}

type nothing struct{ dapr.Client }

func (nothing) ExecuteStateTransaction(context.Context, string, map[string]string, []*dapr.StateOperation) error {
	return nil
}
