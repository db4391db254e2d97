package fakestore

import (
	"context"
	"errors"
	"testing"

	"orderly/services/internal/journal"
	"orderly/services/internal/sidecar"
)

var _ journal.Store = (*Store)(nil)

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
