package notify

import (
	"cmp"
	"errors"
	"slices"
	"time"
)

// Story is all that was told of one order, an event at a time, in the order in
// which it was told. It never changes: what is added makes another one.
type Story struct {
	told  []Told
	other []int64 // sequences of events that customers are not told of
}

// storyEnd is how many events of one order are told. No order has a tenth of it;
// a story without an end would be written anew, whole, with each event.
const storyEnd = 1000

// ErrStoryFull says that an order has had more events than any order should.
var ErrStoryFull = errors.New("too many events of one order")

// RestoreStory returns a Story as it was stored.
func RestoreStory(all []ToldFields, other []int64) (Story, error) {
	s := Story{make([]Told, len(all)), other}
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
		return Story{told, s.other}, nil
	}
	if len(s.told) >= storyEnd {
		return s, ErrStoryFull
	}
	return Story{append(s.told[:len(s.told):len(s.told)], t), s.other}, nil
}

// Other returns the sequences of events that customers are not told of.
func (s Story) Other() []int64 { return slices.Clone(s.other) }

// Passed returns s with the sequence of an event that customers are not told of.
func (s Story) Passed(sequence int64) Story {
	if slices.Contains(s.other, sequence) || len(s.other) >= storyEnd {
		return s
	}
	return Story{s.told, append(s.other[:len(s.other):len(s.other)], sequence)}
}

func (s Story) notice(event string, ch Channel) *Notice { return s.told[s.place(event)].notice(ch) }

// missing reports whether an event before this one was not heard of yet.
func (s Story) missing(event string) bool {
	sequence := s.told[s.place(event)].f.Event.Sequence
	for n := sequence - 1; n > 0; n-- { // the newest first: they are missing most
		heard := slices.ContainsFunc(s.told, func(t Told) bool { return t.f.Event.Sequence == n })
		if !heard && !slices.Contains(s.other, n) {
			return true
		}
	}
	return false
}

// before lists the events before this one whose notices on a channel are pending,
// the oldest first.
func (s Story) before(event string, ch Channel) []string {
	sequence := s.told[s.place(event)].f.Event.Sequence
	var pending []Told
	for _, t := range s.told {
		if n := t.notice(ch); n != nil && n.Status == Pending && t.f.Event.Sequence < sequence {
			pending = append(pending, t)
		}
	}
	slices.SortFunc(pending, bySequence)
	keys := make([]string, len(pending))
	for i, t := range pending {
		keys[i] = t.event
	}
	return keys
}

// after reports whether a message after this one was sent on a channel, and until
// when one may be on its way.
func (s Story) after(event string, ch Channel, now time.Time) (sent bool, until time.Time) {
	sequence := s.told[s.place(event)].f.Event.Sequence
	for _, t := range s.told {
		n := t.notice(ch)
		if n == nil || t.f.Event.Sequence <= sequence {
			continue
		}
		sent = sent || n.Status == Sent
		if n.leasedAt(now) && n.Due.After(until) {
			until = n.Due
		}
	}
	return sent, until
}

// next is the first event whose notice on a channel is pending; empty when there
// is none.
func (s Story) next(ch Channel) (event string) {
	var first *Told
	for i, t := range s.told {
		if n := t.notice(ch); n != nil && n.Status == Pending && (first == nil || bySequence(t, *first) < 0) {
			first = &s.told[i]
		}
	}
	if first == nil {
		return ""
	}
	return first.event
}

func bySequence(a, b Told) int { return cmp.Compare(a.f.Event.Sequence, b.f.Event.Sequence) }

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
