// Package egress sends messages to addresses that customers chose, and makes the
// tickets by which they get here: sealed by who sends, opened by the route that
// sends on. Only to what was sealed here anything is ever sent.
package egress

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"strings"
	"time"
)

// life of a ticket: it is used at once, and not again.
const life = time.Minute

// ErrTicket says that a ticket was not sealed with this key, or has expired.
var ErrTicket = errors.New("no such ticket")

var text = base64.RawURLEncoding

// Seal returns a ticket for url. Its key is derived from the signing key, which
// all replicas share: the binding may bring it to another one.
func Seal(key []byte, url string, now time.Time) string {
	payload := binary.BigEndian.AppendUint64(nil, uint64(now.Add(life).Unix())) //nolint:gosec // after 1970
	payload = append(payload, url...)
	return text.EncodeToString(payload) + "." + text.EncodeToString(seal(key, payload))
}

// Open returns the URL of a ticket, or ErrTicket.
func Open(key []byte, ticket string, now time.Time) (string, error) {
	left, right, _ := strings.Cut(ticket, ".")
	payload, err := text.DecodeString(left)
	if err != nil || len(payload) <= 8 {
		return "", ErrTicket
	}
	mac, err := text.DecodeString(right)
	if err != nil || !hmac.Equal(mac, seal(key, payload)) {
		return "", ErrTicket
	}
	if until := int64(binary.BigEndian.Uint64(payload)); now.Unix() >= until { //nolint:gosec // sealed above
		return "", ErrTicket
	}
	return string(payload[8:]), nil
}

func seal(key, payload []byte) []byte {
	derived := hmac.New(sha256.New, key)
	derived.Write([]byte("egress ticket"))
	mac := hmac.New(sha256.New, derived.Sum(nil))
	mac.Write(payload)
	return mac.Sum(nil)
}
