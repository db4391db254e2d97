package ledger

import (
	"bytes"
	"encoding/json"
	"strconv"
)

// cutGroup is openGroup for what looks as group.write left it. It only looks for where
// a document ends that nobody wants: encoding/json would read all of them, to find one.
func cutGroup(value []byte, wanted func(key string) bool) (members map[string]member, ok bool) {
	rest, ok := bytes.CutPrefix(value, []byte(`{"m":[`))
	rest, closed := bytes.CutSuffix(rest, []byte(`]}`))
	if !ok || !closed {
		return nil, false
	}
	members = map[string]member{}
	for len(rest) > 0 {
		end := commaAfter(rest, 1)
		m, ok := cutMember(rest[:end], wanted)
		if !ok {
			return nil, false
		}
		if m.Key != "" {
			members[m.Key] = m
		}
		rest = rest[min(end+1, len(rest)):]
	}
	return members, true
}

// cutMember reads {"k":"<key>","n":<page>,"d":<body>}; without a key it is not wanted.
func cutMember(text []byte, wanted func(key string) bool) (m member, ok bool) {
	rest, ok := bytes.CutPrefix(text, []byte(`{"k":"`))
	key, rest, found := bytes.Cut(rest, []byte(`","n":`))
	if !ok || !found || bytes.ContainsAny(key, "\\\"") {
		return m, false
	}
	if !wanted(string(key)) {
		return m, true
	}
	number, rest, found := bytes.Cut(rest, []byte(`,"d":`))
	n, err := strconv.ParseInt(string(number), 10, 64)
	body, closed := bytes.CutSuffix(rest, []byte("}"))
	if !found || err != nil || !closed || !json.Valid(body) {
		return m, false
	}
	return member{Key: string(key), N: n, Body: body}, true
}
