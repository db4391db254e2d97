package notify

import (
	"slices"
	"time"
)

// turns decides who goes first: on each channel the messages of an order leave in
// the order of the events' sequence. One waits for those before it (not heard yet,
// being sent, or to be tried again) up to Rules.Wait, never longer; an older one
// that comes after a newer was sent is stale, see template.
type turns struct {
	story   Story
	now     time.Time
	lease   map[Channel]time.Duration // see offer
	rules   Rules
	touched []string // keys of the events whose notices changed, each once; of a new event its first
}

// result returns the story, and what changed in it.
func (w *turns) result() (Story, []Told, error) {
	if len(w.touched) == 0 {
		return w.story, nil, ErrNothingToDo
	}
	changed := make([]Told, len(w.touched))
	for i, key := range w.touched {
		changed[i] = w.story.told[w.story.place(key)]
	}
	return w.story, changed, nil
}

// edit returns the notice of an event on a channel, to be changed.
func (w *turns) edit(event string, ch Channel) *Notice {
	i := w.story.place(event)
	t := w.story.told[i].clone()
	w.story, _ = w.story.With(t) // it is there already: there is room
	w.touch(event)
	return w.story.told[w.story.place(event)].notice(ch)
}

func (w *turns) touch(event string) {
	if !slices.Contains(w.touched, event) {
		w.touched = append(w.touched, event)
	}
}

// first gives a notice its turn for the first time.
func (w *turns) first(event string, ch Channel) {
	if w.rules.Wait > 0 && (w.story.missing(event) || len(w.story.before(event, ch)) > 0) {
		n := w.edit(event, ch)
		n.After = w.now.Add(w.rules.Wait)
		n.Due = n.After
		return
	}
	w.take(event, ch)
}

// take leases a notice that is due, unless it has to wait for one before it. One
// before it that is due is taken in its place.
func (w *turns) take(event string, ch Channel) {
	if w.rules.off(ch) {
		w.suppress(event, ch, switchedOff(ch))
		return
	}
	own := w.story.notice(event, ch)
	for _, p := range w.story.before(event, ch) {
		one := w.story.notice(p, ch)
		switch {
		case one.leasedAt(w.now):
			w.wait(event, ch, one.Due)
			return
		case !one.Due.After(w.now):
			w.take(p, ch)
			if one = w.story.notice(p, ch); one.Status != Pending {
				continue
			}
			if one.Due.After(w.now) { // else there is no room for it now
				w.wait(event, ch, one.Due)
			}
			return
		case own.After.IsZero() && w.rules.Wait > 0: // it came after this one
			w.wait(event, ch, w.now.Add(w.rules.Wait))
			return
		case own.After.After(w.now):
			w.wait(event, ch, own.After)
			return
		}
	}
	w.send(event, ch)
}

// send leases a notice that waits for none before it.
func (w *turns) send(event string, ch Channel) {
	newer, until := w.story.after(event, ch, w.now)
	switch {
	case !until.IsZero():
		w.wait(event, ch, until)
	case newer && !w.story.told[w.story.place(event)].Event().template().late:
		w.suppress(event, ch, "a newer message was sent")
	case w.lease[ch] > 0:
		n := w.edit(event, ch)
		n.Due, n.After, n.Leased, n.Late = w.now.Add(w.lease[ch]), time.Time{}, true, newer
	}
}

// wait has a notice look again at until, or when the one before it is settled.
func (w *turns) wait(event string, ch Channel, until time.Time) {
	n := w.edit(event, ch)
	if n.After.IsZero() {
		n.After = until
	}
	n.Due, n.Leased = until, false
}

func (w *turns) suppress(event string, ch Channel, why string) {
	n := w.edit(event, ch)
	n.Status, n.At, n.Error = Suppressed, w.now, why
	w.settled(event)
}

// settled drops what is not needed any more once a notice is.
func (w *turns) settled(event string) {
	w.touch(event)
	t := w.story.told[w.story.place(event)].clone()
	t.forget()
	w.story, _ = w.story.With(t)
}

// advance gives the notice that waits on a channel its turn when nothing is before
// it any more.
func (w *turns) advance(ch Channel) {
	for {
		next := w.story.next(ch)
		if next == "" {
			return
		}
		n := w.story.notice(next, ch)
		if n.After.IsZero() || n.leasedAt(w.now) || (w.story.missing(next) && n.After.After(w.now)) {
			return
		}
		if w.send(next, ch); w.story.notice(next, ch).Status == Pending {
			if n := w.story.notice(next, ch); !n.leasedAt(w.now) && w.lease[ch] == 0 && n.Due.After(w.now) {
				n := w.edit(next, ch)
				n.After, n.Due = time.Time{}, w.now // there is no room: it is due
			}
			return
		}
	}
}
