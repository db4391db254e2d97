package sidecar

import (
	"context"
	"strings"
	"testing"

	dapr "github.com/dapr/go-sdk/client"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// reads is a store whose bulk reads bring only the first document, so many times.
type reads struct {
	dapr.Client
	docs   map[string]string
	broken int
	fold   func(string) string // how the store compares keys
	asked  [][]string
	away   bool // each document has an error of its own
}

func (r *reads) SaveBulkState(_ context.Context, _ string, items ...*dapr.SetStateItem) error {
	r.docs[r.fold(items[0].Key)] = string(items[0].Value)
	return nil
}

func (r *reads) GetState(_ context.Context, _, key string, _ map[string]string) (*dapr.StateItem, error) {
	return &dapr.StateItem{Key: key, Value: []byte(r.docs[r.fold(key)])}, nil
}

func (r *reads) GetBulkState(_ context.Context, _ string, keys []string, _ map[string]string, _ int32) ([]*dapr.BulkStateItem, error) {
	r.asked = append(r.asked, keys)
	var items []*dapr.BulkStateItem
	for i, k := range keys {
		it := &dapr.BulkStateItem{Key: k}
		if r.away {
			it.Error = "connection refused"
		}
		if (i == 0 && r.broken < 2) || r.broken <= 0 { // of the first of two nothing at all
			it.Value = []byte(r.docs[r.fold(k)])
		}
		items = append(items, it)
	}
	r.broken--
	return items, nil
}

func reading(t *testing.T, c component, r *reads) *State {
	t.Helper()
	w := newWorld(t, c)
	if r.fold == nil {
		r.fold = strings.Clone
	}
	r.Client, w.dapr = w.dapr, r
	return w.State("s")
}

func TestWhatABulkReadLeavesOutIsAskedForAgain(t *testing.T) {
	for typ, want := range map[string][][]string{
		"state.postgresql": {{"a", "b", "none"}, {"b", "none", landmark}}, "state.mysql": {{"a", "b", "none"}, {"b", "none", landmark}},
		"state.redis": {{"a", "b", "none"}},
	} {
		r := &reads{docs: map[string]string{"a": "1", "b": "2"}}
		if len(want) > 1 {
			r.broken = 1
		}
		docs, err := reading(t, component{Name: "s", Type: typ}, r).GetMany(t.Context(), []string{"a", "b", "none"})
		require.NoError(t, err)
		assert.Equal(t, want, r.asked, typ)
		assert.Equal(t, map[string]string{"a": "1", "b": "2", "none": ""}, values(docs), typ)
	}
}

// Redis has no bulk read of its own: Dapr asks for each document, and the call succeeds whatever comes of that.
func TestABulkReadOfErrorsIsNoUseThatSucceeded(t *testing.T) {
	s := reading(t, component{Name: "s", Type: "state.redis"}, &reads{away: true})
	_, err := s.GetMany(t.Context(), []string{"a", "b"})
	require.ErrorContains(t, err, "connection refused")
	assert.Zero(t, s.reads.last.Load(), "it keeps probes from finding the store away")
	assert.True(t, s.reads.failing.Load())
}

func values(docs map[string]Doc) map[string]string {
	out := map[string]string{}
	for k, d := range docs {
		out[k] = string(d.Value)
	}
	return out
}

// Each connection of a pool that a dead server has left answers a bulk read with nothing, one after the other.
func TestAnAnswerWithoutTheLandmarkIsNoAnswer(t *testing.T) {
	r := &reads{docs: map[string]string{"a": "1", "b": "2"}, broken: 2}
	s := reading(t, component{Name: "s", Type: "state.postgresql", Version: "v2"}, r)
	_, err := s.GetMany(t.Context(), []string{"a", "b"})
	require.ErrorIs(t, err, errNotWhole)
	docs, err := s.GetMany(t.Context(), []string{"a", "b"})
	require.NoError(t, err)
	assert.Equal(t, map[string]string{"a": "1", "b": "2"}, values(docs))
}

func TestAStoreThatTakesOneKeyForAnotherIsRefused(t *testing.T) {
	for name, fold := range map[string]func(string) string{
		"case": strings.ToLower, "trailing blanks": strings.TrimSpace, "accents": func(k string) string { return strings.ReplaceAll(k, "é", "e") },
	} {
		r := &reads{docs: map[string]string{}, fold: fold}
		s := reading(t, component{Name: "s", Type: "state.mysql"}, r)
		_, err := s.c.Check(t.Context(), Needs{})
		require.ErrorContains(t, err, "utf8mb4_nopad_bin", name)
		require.ErrorContains(t, s.Apply(t.Context(), Put("a", nil)), "utf8mb4_nopad_bin", name)
	}
	s := reading(t, component{Name: "s", Type: "state.mysql"}, &reads{docs: map[string]string{}})
	missing, err := s.c.Check(t.Context(), Needs{})
	require.NoError(t, err)
	assert.Empty(t, missing)
}
