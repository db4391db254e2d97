package api

import (
	"encoding/base64"
	"strings"

	"orderly/services/internal/wire"
)

// cursorOf returns the cursor behind an item of a list, which is named with what
// it is a list of: a cursor is of no use for another.
func cursorOf(list, last string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(list + " " + last))
}

// lastOf reads a cursor that cursorOf made for this list; "" is the list's start.
func lastOf(list, cursor string) (string, error) {
	if cursor == "" {
		return "", nil
	}
	text, err := base64.RawURLEncoding.DecodeString(cursor)
	last, ours := strings.CutPrefix(string(text), list+" ")
	if err != nil || !ours || last == "" {
		return "", wire.BadCursor()
	}
	return last, nil
}
