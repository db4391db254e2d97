package dapr

import (
	"context"
	"hash/crc32"
	"strconv"
	"strings"

	"orderly/services/internal/ledger"
	"orderly/services/notify/internal/notify"
)

const (
	chunk   = 50   // entries looked at together
	maxScan = 2000 // entries that one call looks at; a page may be short, its cursor goes on
)

// walk goes through a list newest first, from before position before (or from
// the end, when it is negative), in chunks, until use answers false or enough
// was looked at. ended says that the list's beginning was reached.
func (s *Store) walk(ctx context.Context, list string, before int64, use func([]ledger.Entry) (more bool, err error)) (ended bool, err error) {
	for scanned := 0; scanned < maxScan && before != 0; scanned += chunk {
		part := make([]ledger.Entry, 0, chunk)
		err := s.book.Back(ctx, list, before, func(e ledger.Entry) (bool, error) {
			part = append(part, e)
			return len(part) < chunk, nil
		})
		if err != nil || len(part) == 0 {
			return true, err
		}
		before = part[len(part)-1].Pos
		if more, err := use(part); err != nil || !more {
			return false, err
		}
	}
	return before == 0, nil
}

// A cursor is the position that a page ended at, what is before it comes next, and
// a sum of what the list was of: it is of no use for another.

func openCursor(cursor, of string) (int64, error) {
	if cursor == "" {
		return -1, nil
	}
	at, sum, _ := strings.Cut(cursor, ".")
	n, err := strconv.ParseInt(at, 36, 64)
	if err != nil || n < 1 || sum != sumOf(of) {
		return 0, notify.ErrCursor
	}
	return n, nil
}

func sumOf(list string) string {
	return strconv.FormatUint(uint64(crc32.ChecksumIEEE([]byte(list))), 36)
}

// closeCursor returns no cursor at the beginning of a list, where nothing is left.
func closeCursor(at int64, ended bool, of string) string {
	if at == 0 || ended {
		return ""
	}
	return strconv.FormatInt(at, 36) + "." + sumOf(of)
}
