package notify

import (
	"errors"
	"slices"
)

// Story is all that was told of one order, an event at a time, in the order in
// which it was told. It never changes: what is added makes another one.
type Story struct{ told []Told }

// storyEnd is how many events of one order are told. No order has a tenth of it;
// a story without an end would be written anew, whole, with each event.
const storyEnd = 1000

// ErrStoryFull says that an order has had more events than any order should.
var ErrStoryFull = errors.New("too many events of one order")

// RestoreStory returns a Story as it was stored.
func RestoreStory(all []ToldFields) (Story, error) {
	s := Story{make([]Told, len(all))}
	for i, f := range all {
		var err error
		if s.told[i], err = RestoreTold(f); err != nil {
			return Story{}, err
		}
	}
	return s, nil
}

// Fields returns the values of s.
func (s Story) Fields() []ToldFields {
	out := make([]ToldFields, len(s.told))
	for i, t := range s.told {
		out[i] = t.f
	}
	return out
}

// Told returns what was told, the oldest first.
func (s Story) Told() []Told { return slices.Clone(s.told) }

// Find returns what was told of the event with this key.
func (s Story) Find(event string) (t Told, found bool) {
	if i := s.place(event); i >= 0 {
		return s.told[i], true
	}
	return Told{}, false
}

// With returns s with t at its end, or in the place of what was told of the same
// event before.
func (s Story) With(t Told) (Story, error) {
	if i := s.place(t.event); i >= 0 {
		told := slices.Clone(s.told)
		told[i] = t
		return Story{told}, nil
	}
	if len(s.told) >= storyEnd {
		return s, ErrStoryFull
	}
	return Story{append(s.told[:len(s.told):len(s.told)], t)}, nil
}

// Newest returns the highest sequence that was told of; 0 before the first.
func (s Story) Newest() int64 {
	newest := int64(0)
	for _, t := range s.told {
		newest = max(newest, t.f.Event.Sequence)
	}
	return newest
}

func (s Story) place(event string) int {
	return slices.IndexFunc(s.told, func(t Told) bool { return t.event == event })
}
