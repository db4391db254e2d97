package event

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// Attributes that a dead letter carries beside those it came with.
const (
	deadReason = "deadletterreason"
	deadApp    = "deadletterapp"
)

// DeadLetter returns body, a JSON object, with the app that could not handle it
// and the reason as attributes of its own. A repeat replaces both. Anything else
// has no place for them and comes back as it is, as the runtime would keep it.
func DeadLetter(body []byte, app, reason string) ([]byte, error) {
	members, err := object(body)
	if err != nil {
		return body, nil //nolint:nilerr // see above
	}
	for name, value := range map[string]string{deadApp: app, deadReason: reason} {
		if members[name], err = json.Marshal(value); err != nil {
			return nil, fmt.Errorf("dead letter: %w", err)
		}
	}
	return encode(members)
}

// OpenDeadLetter is the way back: the event without what DeadLetter added, and
// the app and reason, which are empty when there are none. A body that is not a
// JSON object comes back as it is.
func OpenDeadLetter(body []byte) (original []byte, app, reason string) {
	members, err := object(body)
	if err != nil {
		return body, "", ""
	}
	_ = json.Unmarshal(members[deadApp], &app)       // absent, or not ours:
	_ = json.Unmarshal(members[deadReason], &reason) // then they stay empty
	delete(members, deadApp)
	delete(members, deadReason)
	if original, err = encode(members); err != nil {
		return body, app, reason
	}
	return original, app, reason
}

// object reads the members of a JSON object and leaves their values untouched:
// numbers keep every digit.
func object(body []byte) (map[string]json.RawMessage, error) {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(body, &members); err != nil {
		return nil, err
	}
	if members == nil {
		return nil, errors.New("null is not an object")
	}
	return members, nil
}

// encode is json.Marshal without its escaping of <, > and &.
func encode(members map[string]json.RawMessage) ([]byte, error) {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	err := e.Encode(members)
	return bytes.TrimSpace(out.Bytes()), err
}
