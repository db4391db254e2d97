package sidecar

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

func TestEachOpIsSaidAsItsStoreUnderstandsIt(t *testing.T) {
	seen := Doc{Key: "k", Value: []byte("1"), ETag: "7"}
	type said struct {
		etag  string
		first bool
	}
	for typ, create := range map[string]said{
		"state.sqlite/v1": {"", true}, "state.in-memory/v1": {"", true}, "state.mysql/v1": {"", true},
		"state.postgresql/v1": {"", true}, "state.postgresql/v2": {"", true}, "state.cockroachdb/v2": {"", true},
		"state.redis/v1": {"2147483647", true},
	} {
		d, known := dialects[typ]
		assert.True(t, known, typ)
		for name, c := range map[string]struct {
			op   Op
			want said
		}{
			"create":                  {Create("k", nil), create},
			"replace one seen absent": {Replace(Doc{Key: "k"}, nil), create},
			"replace":                 {Replace(seen, nil), said{"7", true}},
			"replace one of no ETag":  {Replace(Doc{Key: "k", Value: []byte("1")}, nil), create}, // never unconditionally
			"put":                     {Put("k", nil), said{"", false}},
		} {
			etag, first := d.Write(c.op)
			assert.Equal(t, c.want, said{etag, first}, "%s: %s", typ, name)
		}
	}
	assert.Len(t, dialects, 7)
}

func TestATypeIsReadAsTheRuntimeReadsIt(t *testing.T) {
	for _, same := range [][2]string{
		{"state.sqlite/", "state.sqlite/v1"}, {"state.SQLite3/V1", "state.sqlite/v1"}, {"state.redis/v0", "state.redis/v1"},
		{"state.postgres/", "state.postgresql/v1"}, {"state.postgres/v2", "state.postgresql/v2"},
	} {
		typ, version, _ := strings.Cut(same[0], "/")
		assert.Equal(t, same[1], fullType(typ, version))
	}
	for _, c := range []string{"state.cockroachdb/v1", "state.cockroachdb/", "state.mongodb/v1", "state.redis/v2", "pubsub.redis/v1"} {
		typ, version, _ := strings.Cut(c, "/")
		d, known := DialectOf(typ, version)
		assert.False(t, known, c)
		assert.False(t, d.Atomic(), c)
	}
}

func TestALostRaceIsToldFromAFailure(t *testing.T) {
	internal := func(text string) error {
		return fmt.Errorf("error saving state: %w", status.Error(codes.Internal, text))
	}
	txn := "error while executing state transaction: "
	for _, c := range []struct {
		typ  string
		err  error
		lost bool
	}{
		{"state.sqlite", status.Error(codes.Aborted, "failed saving state in state store x: possible etag mismatch. error from state store"), true},
		{"state.sqlite", internal(txn + "possible etag mismatch. error from state store"), true},
		{"state.sqlite", internal(txn + "database is locked (5) (SQLITE_BUSY)"), false},
		{"state.sqlite", status.Error(codes.Unavailable, "connection refused"), false},
		{"state.in-memory", internal(txn + "possible etag mismatch. error from state store: item already exists and no etag was passed"), true},
		{"state.postgresql", internal("failed saving state in state store x: no item was updated"), true},
		{"state.postgresql", internal(txn + "ERROR: deadlock detected (SQLSTATE 40P01)"), true},
		{"state.postgresql", internal(txn + "ERROR: disk full (SQLSTATE 53100)"), false},
		{"state.mysql", internal(txn + "Error 1213 (40001): Deadlock found when trying to get lock; try restarting transaction"), true},
		{"state.redis", internal(txn + "ERR user_script:13: failed to set key a script: 8e1, on @user_script:13."), true},
		{"state.redis", internal(txn + "dial tcp 127.0.0.1:6379: connect: connection refused"), false},
		// A save answers so when the server is away, too.
		{"state.redis", status.Error(codes.Aborted, "possible etag mismatch. error from state store: EOF"), false},
	} {
		d, _ := DialectOf(c.typ, "")
		assert.Equal(t, c.lost, d.conflict(c.err), "%s: %v", c.typ, c.err)
	}
}
