package event

import (
	"net/http"
	"strings"

	"orderly/services/internal/problem"
)

// KnownVersion refuses another version of a type that a service acts upon, for good: who passed it over would not do
// what the event asks for, and nobody would know. Types are named NAME.vN; a service reads one version of each.
func KnownVersion(typ string, known func(typ string) bool) error {
	name := typ
	if i := strings.LastIndex(typ, ".v"); i > 0 {
		name = typ[:i]
	}
	if read := name + ".v1"; typ != read && known(read) {
		return problem.New(http.StatusUnprocessableEntity, "unknown-event-version",
			"This service reads %s, not %s.", read, typ)
	}
	return nil
}
