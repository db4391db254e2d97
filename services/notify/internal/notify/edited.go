package notify

import (
	"bytes"
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"
)

// ReplayRecord is one wish to publish a dead letter again.
type ReplayRecord struct {
	At      time.Time `json:"at"`
	By      string    `json:"by"`                // the app id of who called by invocation; direct
	Changed []string  `json:"changed,omitempty"` // members that were edited: type, data.items
}

// replaysKept is how many of them are kept, the newest.
const replaysKept = 20

// kept are the members that say which event it is. An edited body has them as they
// came: whoever may mend an event may not make another one.
var kept = []string{"id", "source", "type", "subject"}

// edit returns what an edited body changes. What does not say which event it was
// cannot be edited.
func (d DeadLetter) edit(edited []byte) (changed []string, err error) {
	was, is := members(d.f.Body), members(edited)
	var bad Faults
	for _, name := range kept {
		if text, ok := was[name].(string); !ok || text == "" {
			return nil, ErrNotReplayable
		}
		if was[name] != is[name] {
			bad.add("body."+name, "kept", "must be as it came: an edited replay is the same event")
		}
	}
	data, _ := is["data"].(map[string]any)
	for name, order := range data { // receivers in Go take any case of a name for it
		if strings.EqualFold(name, "orderId") && order != is["subject"] {
			bad.add("body.data."+name, "kept", "must be the subject of the event")
		}
	}
	if err := bad.err(); err != nil {
		return nil, err
	}
	before, _ := was["data"].(map[string]any)
	delete(was, "data")
	delete(is, "data")
	return append(differing("", was, is), differing("data.", before, data)...), nil
}

func members(body []byte) map[string]any {
	in := json.NewDecoder(bytes.NewReader(body))
	in.UseNumber()
	var all map[string]any
	if in.Decode(&all) != nil {
		return nil
	}
	return all
}

// differing returns the names whose values are not the same, sorted.
func differing(prefix string, was, is map[string]any) (names []string) {
	all := maps.Clone(is)
	if all == nil {
		all = map[string]any{}
	}
	maps.Copy(all, was)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if !reflect.DeepEqual(was[name], is[name]) {
			names = append(names, prefix+name)
		}
	}
	return names
}
