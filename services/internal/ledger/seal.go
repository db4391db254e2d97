package ledger

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"

	"orderly/services/internal/sidecar"
)

// A sealed document is {"n":<page>,"d":<body>}.
const (
	sealFront  = `{"n":`
	sealMiddle = `,"d":`
)

// seal puts around a body which page it is as of.
func seal(n int64, body []byte) []byte {
	out := append(make([]byte, 0, len(body)+32), sealFront...)
	out = strconv.AppendInt(out, n, 10)
	out = append(append(out, sealMiddle...), body...)
	return append(out, '}')
}

// unseal is the inverse of seal; a missing document is as of page 0.
func unseal(doc sidecar.Doc) (n int64, body []byte, err error) {
	if !doc.Found() {
		return 0, nil, nil
	}
	if n, body := unwrap(doc.Value); n > 0 {
		return n, body, nil
	}
	var s struct { // a store may have written the JSON anew, in its own way
		N int64           `json:"n"`
		D json.RawMessage `json:"d"`
	}
	if err := json.Unmarshal(doc.Value, &s); err != nil || s.N == 0 {
		return 0, nil, fmt.Errorf("%s cannot be read: %w", doc.Key, err)
	}
	return s.N, s.D, nil
}

// unwrap is unseal for what looks as seal left it; 0 where it does not.
func unwrap(value []byte) (n int64, body []byte) {
	rest, found := bytes.CutPrefix(value, []byte(sealFront))
	if !found {
		return 0, nil
	}
	number, rest, found := bytes.Cut(rest, []byte(sealMiddle))
	n, err := strconv.ParseInt(string(number), 10, 64)
	body, closed := bytes.CutSuffix(rest, []byte("}"))
	if !found || err != nil || !closed || !json.Valid(body) {
		return 0, nil
	}
	return n, body
}
