package sidecar

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// Dialect is how a type of state store is told what to write, and how it says
// that a document was not as its writer had seen it. What is here was read in the
// source of Dapr 1.16.5.
type Dialect struct {
	never  string   // an ETag that no document has: it says create-only; when empty, first-write without an ETag does
	alone  bool     // one op alone is saved, not a transaction of one
	atomic bool     // a transaction is written whole or not at all
	lost   []string // what Internal errors say of a lost race
	// The components of SQL servers (1.16) never ask whether the rows of a bulk read
	// were all of them: what a lost connection did not bring is answered as missing.
	leavesOut bool
}

// mismatch is how stores that say so say it (state/errors.go of the components).
const mismatch = "possible etag mismatch"

// Saving one op alone costs a SQL store what a transaction of one does (it begins
// none for it), but a lost race comes back as a code of its own, Aborted, and is
// not tried again by a retry policy.
var (
	plain      = Dialect{alone: true, atomic: true, lost: []string{mismatch}}
	postgresql = Dialect{alone: true, atomic: true, leavesOut: true, lost: []string{mismatch,
		"no item was updated",               // create-only, in a save too
		"SQLSTATE 40001", "SQLSTATE 40P01"}} // rolled back: not serializable, or the victim of a deadlock
	// Of two that create one document, the lock that each takes by looking for it
	// makes one the victim. At READ COMMITTED there is no such lock and both succeed
	// (seen on MariaDB 10.11): the server must use REPEATABLE READ, its default.
	mysql = Dialect{alone: true, atomic: true, leavesOut: true, lost: []string{mismatch, "Error 1213"}}
	// In a transaction, first-write is not passed on, and an ETag is compared only
	// with a document that is there: so one that never matches is create-only
	// (versions count from 1). Each op is a script of its own in MULTI, which has
	// no rollback. A save would be worse: it answers any failure with Aborted, and
	// marks the document so that no last-write gets through again. The component
	// must not have a writeTimeout: with one, it sends each command of a
	// transaction twice, and the second does not fit what the first wrote.
	redis = Dialect{never: "2147483647", lost: []string{"failed to set key"}}
	// What nobody has looked at: promises nothing.
	unknown = Dialect{alone: true, lost: []string{mismatch}}
)

var dialects = map[string]Dialect{
	"state.in-memory/v1":   plain,
	"state.sqlite/v1":      plain,
	"state.mysql/v1":       mysql,
	"state.postgresql/v1":  postgresql,
	"state.postgresql/v2":  postgresql,
	"state.cockroachdb/v2": postgresql, // the same code; v1 has its own, where a last-write sets the ETag back to 2
	"state.redis/v1":       redis,
}

// DialectOf returns the dialect of a type of component; false when it is unknown.
func DialectOf(typ, version string) (Dialect, bool) {
	d, known := dialects[fullType(typ, version)]
	if !known {
		return unknown, false
	}
	return d, true
}

// fullType is what the runtime makes of a type and a version.
func fullType(typ, version string) string {
	typ, version = strings.ToLower(typ), strings.ToLower(version)
	switch typ {
	case "state.sqlite3":
		typ = "state.sqlite"
	case "state.postgres":
		typ = "state.postgresql"
	}
	if version == "" || version == "v0" {
		version = "v1"
	}
	return typ + "/" + version
}

// Write returns what the store is told with op: an ETag that the document must
// have (none when empty), and whether it is a first write.
func (d Dialect) Write(op Op) (etag string, firstWrite bool) {
	switch {
	case op.create:
		return d.never, true
	default:
		return op.etag, op.etag != ""
	}
}

// Atomic reports whether a transaction is written whole or not at all.
func (d Dialect) Atomic() bool { return d.atomic }

// conflict recognises a lost race. A transaction answers Internal for it, as for
// any other failure; only the text tells.
func (d Dialect) conflict(err error) bool {
	switch status.Code(err) { //nolint:exhaustive // every other code is no conflict
	case codes.Aborted:
		return d.alone
	case codes.Internal:
		return slices.ContainsFunc(d.lost, func(text string) bool { return strings.Contains(err.Error(), text) })
	}
	return false
}

// usable says why a component cannot be used as a state store, nil when it can.
func usable(c component, allowUnknown bool) error {
	typ := fullType(c.Type, c.Version)
	if _, known := dialects[typ]; known {
		return nil
	}
	if !allowUnknown {
		return fmt.Errorf("state store %s is a %s, and what that promises was never looked at; known are %s. "+
			"STATE_STORE_ALLOW_UNKNOWN=true takes it all the same, for one that knows a first write and an ETag, but not a rollback",
			c.Name, typ, strings.Join(slices.Sorted(maps.Keys(dialects)), ", "))
	}
	for _, need := range []string{"ETAG", "TRANSACTIONAL"} {
		if !slices.Contains(c.Capabilities, need) {
			return fmt.Errorf("state store %s is a %s, which has no %s: it cannot be used", c.Name, typ, need)
		}
	}
	return nil
}
