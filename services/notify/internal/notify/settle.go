package notify

import (
	"errors"
	"time"
)

// Failure is why a message could not be sent: public words that name no
// address, and the private cause.
type Failure struct {
	Public string
	Err    error
}

func (f *Failure) Error() string { return f.Public + ": " + f.Err.Error() }
func (f *Failure) Unwrap() error { return f.Err }

// publicWords returns what a customer's operator may read about err.
func publicWords(err error) string {
	if f, ok := errors.AsType[*Failure](err); ok {
		return f.Public
	}
	return "the message could not be made or handed over"
}

// sent settles a notice whose message was accepted, under whatever lease: it
// must not go out again. The next of the order has its turn.
func (w *turns) sent(event string, ch Channel, reference string) (Story, []Told, error) {
	n := w.story.notice(event, ch)
	if n == nil || n.Status != Pending {
		return w.story, nil, ErrNothingToDo
	}
	n = w.edit(event, ch)
	n.Status, n.At, n.Error, n.Reference = Sent, w.now, "", reference
	n.Attempts++
	w.settled(event)
	w.advance(ch)
	return w.result()
}

// failed counts an attempt under the lease that ends at until: the notice comes
// due again after the next pause, or has failed for good after the last.
func (w *turns) failed(event string, ch Channel, until time.Time, cause error) (Story, []Told, error) {
	n := w.story.notice(event, ch)
	if n == nil || n.Status != Pending || !n.Due.Equal(until) {
		return w.story, nil, ErrNothingToDo
	}
	n = w.edit(event, ch)
	n.Attempts++
	n.At, n.Error, n.Leased = w.now, publicWords(cause), false
	if n.Attempts > len(w.rules.Pauses) {
		n.Status = Failed
	} else {
		n.Due = w.now.Add(w.rules.Pauses[n.Attempts-1])
	}
	w.settled(event)
	w.advance(ch)
	return w.result()
}
