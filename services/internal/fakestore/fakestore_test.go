package fakestore

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"orderly/services/internal/ledger"
	"orderly/services/internal/sidecar"
)

var _ ledger.Store = (*Store)(nil)

func TestATransactionIsAllOrNothing(t *testing.T) {
	s, ctx := &Store{}, context.Background()
	if err := s.Apply(ctx, sidecar.Create("a", []byte("1"))); err != nil {
		t.Fatal(err)
	}
	seen, _ := s.Get(ctx, "a")
	missing, _ := s.Get(ctx, "b")
	for name, op := range map[string]sidecar.Op{
		"create what exists":       sidecar.Create("a", []byte("2")),
		"replace what has changed": sidecar.Replace(sidecar.Doc{Key: "a", Value: []byte("0"), ETag: "0"}, []byte("2")),
		"replace what is gone":     sidecar.Replace(sidecar.Doc{Key: "z", Value: []byte("0"), ETag: "0"}, []byte("2")),
	} {
		if err := s.Apply(ctx, sidecar.Put("b", []byte("1")), op); !errors.Is(err, sidecar.ErrConflict) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if doc, _ := s.Get(ctx, "b"); doc.Found() {
		t.Error("half a transaction was written")
	}
	if err := s.Apply(ctx, sidecar.Replace(seen, []byte("2")), sidecar.Replace(missing, []byte("1"))); err != nil {
		t.Error(err)
	}
}

func TestAFaultAfterTheWriteLeavesItWritten(t *testing.T) {
	lost := errors.New("the answer was lost")
	s := &Store{Fault: func(call string, _ []string) error {
		if call == "applied" {
			return lost
		}
		return nil
	}}
	if err := s.Apply(context.Background(), sidecar.Put("a", []byte("1"))); !errors.Is(err, lost) {
		t.Error(err)
	}
	if !s.Docs()["a"].Found() {
		t.Error("nothing was written")
	}
}

// What a store like Redis does with each op, alone and beside another one.
func TestAPartialStoreSkipsWhatDoesNotFit(t *testing.T) {
	ctx := context.Background()
	s := &Store{Partial: true}
	require.NoError(t, s.Apply(ctx, sidecar.Create("a", []byte("1")), sidecar.Create("b", []byte("1"))))
	old := s.Docs()
	require.NoError(t, s.Apply(ctx, sidecar.Replace(old["b"], []byte("2"))))
	for name, late := range map[string]sidecar.Op{
		"create what exists":       sidecar.Create("b", []byte("x")),
		"replace what has changed": sidecar.Replace(old["b"], []byte("x")),
	} {
		require.ErrorIs(t, s.Apply(ctx, late), sidecar.ErrConflict, name)
		require.ErrorIs(t, s.Apply(ctx, late, sidecar.Put("beside", []byte(name))), sidecar.ErrConflict, name)
		docs := s.Docs()
		assert.Equal(t, "2", string(docs["b"].Value), name)
		assert.Equal(t, name, string(docs["beside"].Value))
	}
	assert.Equal(t, "2", s.Docs()["b"].ETag, "versions count for each document")
	require.NoError(t, s.Apply(ctx, sidecar.Replace(sidecar.Doc{Key: "gone", ETag: "7"}, []byte("1"))), "an ETag is not missed")
	require.NoError(t, s.Apply(ctx, sidecar.Put("b", []byte("3"))))
}

func TestAFaultSkipsOneDocumentOfAPartialStore(t *testing.T) {
	torn := errors.New("torn")
	s := &Store{Partial: true, Fault: func(call string, keys []string) error {
		if call == "write" && keys[0] == "b" {
			return torn
		}
		return nil
	}}
	require.ErrorIs(t, s.Apply(context.Background(), sidecar.Put("a", nil), sidecar.Put("b", nil), sidecar.Put("c", nil)), torn)
	assert.ElementsMatch(t, []string{"a", "c"}, slices.Collect(maps.Keys(s.Docs())))
}

// A store that is spoken to as if it were another shows what would become of it.
func TestTheWrongDialectLosesDocuments(t *testing.T) {
	ctx := context.Background()
	s := &Store{Partial: true, Dialect: &sqlite}
	require.NoError(t, s.Apply(ctx, sidecar.Create("a", []byte("1"))))
	require.NoError(t, s.Apply(ctx, sidecar.Create("a", []byte("2"))))
	assert.Equal(t, "2", string(s.Docs()["a"].Value))

	s = &Store{Dialect: &redis}
	require.ErrorIs(t, s.Apply(ctx, sidecar.Create("a", []byte("1"))), sidecar.ErrConflict)
}

func TestOneTransactionMayWriteADocumentTwice(t *testing.T) {
	ctx := context.Background()
	s := &Store{}
	require.ErrorIs(t, s.Apply(ctx, sidecar.Put("a", []byte("1")), sidecar.Put("a", []byte("2")), sidecar.Create("a", []byte("3"))), sidecar.ErrConflict)
	assert.Empty(t, s.Docs())
	require.NoError(t, s.Apply(ctx, sidecar.Create("a", []byte("1")), sidecar.Put("a", []byte("2"))))
	assert.Equal(t, "2", string(s.Docs()["a"].Value))
}

func BenchmarkApply(b *testing.B) {
	s, ctx := &Store{}, context.Background()
	for i := range 100_000 {
		_ = s.Apply(ctx, sidecar.Put(strconv.Itoa(i), []byte("v")))
	}
	b.ReportAllocs()
	for b.Loop() {
		_ = s.Apply(ctx, sidecar.Put("1", []byte("v")), sidecar.Put("2", []byte("v")))
	}
}
