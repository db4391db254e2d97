package dapr

import (
	"context"
	"encoding/base64"
	"hash/crc32"
	"strconv"
	"strings"
	"time"

	"orderly/services/internal/ledger"
	"orderly/services/notify/internal/notify"
)

const (
	chunk   = 50   // entries looked at together
	maxScan = 1000 // entries that one call looks at; a page may be short, its cursor goes on
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

// In an index it is the instant of the last mark, and its id.

func openPlace(cursor, of string) (ledger.Place, error) {
	if cursor == "" {
		return ledger.Place{}, nil
	}
	text, err := base64.RawURLEncoding.DecodeString(cursor)
	sum, rest, bound := strings.Cut(string(text), " ")
	digits, id, ok := strings.Cut(rest, " ")
	at, perr := strconv.ParseInt(digits, 10, 64)
	if err != nil || perr != nil || !ok || at < 0 || !bound || sum != sumOf(of) {
		return ledger.Place{}, notify.ErrCursor
	}
	return ledger.Place{At: time.Unix(0, at).UTC(), ID: id}, nil
}

func closePlace(p ledger.Place, of string) string {
	if p == (ledger.Place{}) {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString([]byte(sumOf(of) + " " + strconv.FormatInt(p.At.UnixNano(), 10) + " " + p.ID))
}

// find looks for what is wanted in an index, until use answers false or enough was
// looked at. use is given what was found, and answers with the last one it took.
func (s *Store) find(ctx context.Context, index string, want func(label string) bool, after ledger.Place, use func([]ledger.Mark) (taken int, more bool, err error)) (ledger.Place, error) {
	for scanned := 0; scanned < maxScan; scanned += chunk {
		found, next, err := s.book.Search(ctx, ledger.Search{Index: index, Want: want, After: after, Limit: chunk})
		if err != nil {
			return after, err
		}
		taken, more, err := use(found)
		if err != nil {
			return after, err
		}
		if taken < len(found) {
			return ledger.Place{At: found[taken-1].At, ID: found[taken-1].ID}, nil
		}
		if after = next; !more || after == (ledger.Place{}) {
			return after, nil
		}
	}
	return after, nil
}

// closeCursor returns no cursor at the beginning of a list, where nothing is left.
func closeCursor(at int64, ended bool, of string) string {
	if at == 0 || ended {
		return ""
	}
	return strconv.FormatInt(at, 36) + "." + sumOf(of)
}
