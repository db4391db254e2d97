package notify

import "time"

// tell decides what becomes of an event: one notice for each channel of the
// customer, or one that says why there is none. A channel that can take it is
// leased at once: its due time is the end of the lease.
func tell(e Event, c Contact, newest int64, now time.Time, lease map[Channel]time.Duration, rules Rules) Told {
	t := Told{ToldFields{Event: e.f, Locale: c.f.Locale, Late: e.f.Sequence < newest}, e.key}
	if t.f.Locale == "" {
		t.f.Locale = DefaultLocale
	}
	for _, ch := range c.f.Channels {
		to, _ := c.f.address(ch)
		n := Notice{Channel: ch, Status: Pending, At: now, To: to}
		hold, open := lease[ch]
		n.Due = now.Add(hold)
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
	t.forget()
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
			n.To, n.Due = "", time.Time{}
		}
	}
	if t.Due().IsZero() {
		t.f.Event.Details = Details{}
	}
}
