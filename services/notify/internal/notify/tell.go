package notify

import (
	"slices"
	"time"
)

// tell decides what becomes of an event: one notice for each channel of the
// customer, or one that says why there is none. A channel that can take it is
// leased at once, or when it is its turn: its due time is the end of the lease.
func (s Story) tell(e Event, c Contact, now time.Time, lease map[Channel]time.Duration, rules Rules) (Story, []Told, error) {
	t := noticesOf(e, c, s.Newest(), now, lease, rules)
	t.forget()
	story, err := s.With(t)
	if err != nil {
		return s, nil, err
	}
	w := &turns{story: story, now: now, lease: lease, rules: rules, touched: []string{t.event}}
	for _, n := range t.f.Notices {
		if n.Status == Pending {
			w.first(t.event, n.Channel)
		}
	}
	for ch := range lease {
		w.advance(ch)
	}
	return w.result()
}

// pass notes an event that customers are not told of: what waits for it may go.
func (s Story) pass(sequence int64, now time.Time, lease map[Channel]time.Duration, rules Rules) (Story, []Told, error) {
	w := &turns{story: s.Passed(sequence), now: now, lease: lease, rules: rules}
	for ch := range lease {
		w.advance(ch)
	}
	story, changed, err := w.result()
	if len(story.other) > len(s.other) {
		err = nil
	}
	return story, changed, err
}

func noticesOf(e Event, c Contact, newest int64, now time.Time, lease map[Channel]time.Duration, rules Rules) Told {
	t := Told{ToldFields{Event: e.f, Locale: c.f.Locale, Late: e.f.Sequence < newest}, e.key}
	if t.f.Locale == "" {
		t.f.Locale = DefaultLocale
	}
	for _, ch := range c.f.Channels {
		to, _ := c.f.address(ch)
		n := Notice{Channel: ch, Status: Pending, At: now, Due: now, To: to}
		_, open := lease[ch]
		if why := whyNot(ch, to, open, rules); why != "" {
			n = suppressed(ch, why, now)
		}
		t.f.Notices = append(t.f.Notices, n)
	}
	switch {
	case !c.Known():
		t.f.Notices = []Notice{suppressed(Email, "no contact", now)}
	case len(c.f.Channels) == 0:
		t.f.Notices = []Notice{suppressed(Email, "customer wants no messages", now)}
	}
	return t
}

// whyNot says why nothing is sent on a channel; empty when it is.
func whyNot(ch Channel, to string, open bool, rules Rules) string {
	var bad Faults
	if ch == Webhook && to != "" {
		bad.webhook("webhookUrl", to, rules.Reach)
	}
	switch {
	case !open:
		return "no " + string(ch) + " component"
	case rules.off(ch):
		return switchedOff(ch)
	case to == "":
		return "no address for " + string(ch)
	case len(bad) > 0:
		return "webhookUrl " + bad[0].Message
	}
	return ""
}

func switchedOff(ch Channel) string { return string(ch) + " is switched off" }

func suppressed(ch Channel, why string, now time.Time) Notice {
	return Notice{Channel: ch, Status: Suppressed, At: now, Error: why}
}

// forget drops what was only kept to send with: addresses of settled notices,
// and the order's details once all are settled.
func (t *Told) forget() {
	for i := range t.f.Notices {
		if n := &t.f.Notices[i]; n.Status != Pending {
			n.To, n.Due, n.After, n.Leased = "", time.Time{}, time.Time{}, false
		}
	}
	if !slices.ContainsFunc(t.f.Notices, func(n Notice) bool { return n.Status == Pending }) {
		t.f.Event.Details = Details{}
	}
}
