package harness

import (
	"encoding/json"
	"fmt"
	"slices"
)

// InSequence returns the events of one subject, each once, and an error when they do not run from 1 without a gap, or
// when one id was published with two contents.
func InSequence(raw []json.RawMessage) ([]CloudEvent, error) {
	byID := map[string]CloudEvent{}
	var events []CloudEvent
	for _, body := range raw {
		var e CloudEvent
		if err := json.Unmarshal(body, &e); err != nil {
			return nil, fmt.Errorf("%w: %s", err, body)
		}
		first, repeated := byID[e.ID]
		if repeated && (first.Type != e.Type || first.Sequence != e.Sequence || string(first.Data) != string(e.Data)) {
			return nil, fmt.Errorf("event %s was published as two different ones:\n%+v\n%+v", e.ID, first, e)
		}
		if !repeated {
			byID[e.ID] = e
			events = append(events, e)
		}
	}
	number := func(e CloudEvent) int64 { n, _ := e.Sequence.Int64(); return n }
	slices.SortFunc(events, func(a, b CloudEvent) int { return int(number(a) - number(b)) })
	for i, e := range events {
		if number(e) != int64(i+1) {
			return events, fmt.Errorf("event %d of %s has sequence %s", i+1, e.Subject, e.Sequence)
		}
	}
	return events, nil
}
