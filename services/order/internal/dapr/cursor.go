package dapr

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"orderly/services/internal/ledger"
	"orderly/services/order/internal/order"
)

// A cursor is where a page ended: "o2:<digest of the filter>:<place>", encoded. So one
// list's cursor is refused by another. A forged place is a place like any other.

// seal makes a cursor of a place in the list of f; the place of a list's end is "".
func seal(f order.Filter, place string) string {
	if place == "" {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString([]byte("o2:" + digest(f) + ":" + place))
}

// unseal returns the place in a cursor of this list; "" is the list's beginning.
func unseal(f order.Filter) (string, error) {
	if f.Cursor == "" {
		return "", nil
	}
	b, err := base64.RawURLEncoding.DecodeString(f.Cursor)
	place, ours := strings.CutPrefix(string(b), "o2:"+digest(f)+":")
	if err != nil || !ours || place == "" {
		return "", order.ErrCursor
	}
	return place, nil
}

// digest is the same for filters that list the same, whatever their pages' size.
func digest(f order.Filter) string {
	statuses := slices.Sorted(slices.Values(f.Statuses))
	text, _ := json.Marshal([]any{f.CustomerID, slices.Compact(statuses), f.Attention, f.From.UTC(), f.To.UTC()}) // strings and times can always be
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:6])
}

// A place in a list of entries is a position, one in the index <nanoseconds>.<id>.

func position(before int64) string {
	if before == 0 {
		return ""
	}
	return strconv.FormatInt(before, 10)
}

// readPosition returns the position that a page ends before; -1 for the newest.
func readPosition(place string) (int64, error) {
	if place == "" {
		return -1, nil
	}
	pos, err := strconv.ParseInt(place, 10, 64)
	if err != nil || pos < 1 {
		return 0, order.ErrCursor
	}
	return pos, nil
}

func instant(p ledger.Place) string {
	if p == (ledger.Place{}) {
		return ""
	}
	return strconv.FormatInt(p.At.UnixNano(), 10) + "." + p.ID
}

func readInstant(place string) (ledger.Place, error) {
	if place == "" {
		return ledger.Place{}, nil
	}
	digits, id, ok := strings.Cut(place, ".")
	at, err := strconv.ParseInt(digits, 10, 64)
	if !ok || err != nil || at < 0 {
		return ledger.Place{}, order.ErrCursor
	}
	return ledger.Place{At: time.Unix(0, at).UTC(), ID: id}, nil
}
