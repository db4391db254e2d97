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
// must not go out again.
func (t Told) sent(ch Channel, reference string, now time.Time) (Told, error) {
	t = t.clone()
	n := t.notice(ch)
	if n == nil || n.Status != Pending {
		return t, ErrNothingToDo
	}
	n.Status, n.At, n.Error, n.Reference = Sent, now, "", reference
	n.Attempts++
	t.forget()
	return t, nil
}

// failed counts an attempt under the lease that ends at until: the notice comes
// due again after the next pause, or has failed for good after the last.
func (t Told) failed(ch Channel, until time.Time, cause error, now time.Time, pauses []time.Duration) (Told, error) {
	t = t.clone()
	n := t.notice(ch)
	if n == nil || n.Status != Pending || !n.Due.Equal(until) {
		return t, ErrNothingToDo
	}
	n.Attempts++
	n.At, n.Error = now, publicWords(cause)
	if n.Attempts > len(pauses) {
		n.Status = Failed
	} else {
		n.Due = now.Add(pauses[n.Attempts-1])
	}
	t.forget()
	return t, nil
}
