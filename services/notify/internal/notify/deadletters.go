package notify

import (
	"context"
	"fmt"
	"time"
)

// DeadLetterStore keeps dead letters.
type DeadLetterStore interface {
	// KeepDeadLetter saves d, or what merge makes of the one that is there.
	KeepDeadLetter(ctx context.Context, d DeadLetter, merge func(was DeadLetter) (DeadLetter, error)) error
	// ChangeDeadLetter returns ErrNotFound for an unknown id.
	ChangeDeadLetter(ctx context.Context, id string, change func(DeadLetter) (DeadLetter, error)) (DeadLetter, error)
	// DeadLetters lists newest first; empty topic and status want all.
	DeadLetters(ctx context.Context, topic string, status DeadStatus, after string, limit int) (page []DeadLetter, next string, err error)
}

// Publisher puts a message on a topic, unchanged.
type Publisher interface {
	Publish(ctx context.Context, topic string, body []byte) error
}

// DeadLetters is what can be done about messages that nobody could take.
type DeadLetters struct {
	Store     DeadLetterStore
	Publisher Publisher
	Now       func() time.Time
}

// Keep takes in a dead letter, however often it is delivered.
func (s DeadLetters) Keep(ctx context.Context, topic, app, reason string, body []byte) error {
	d := NewDeadLetter(topic, app, reason, body, s.Now())
	err := s.Store.KeepDeadLetter(ctx, d, func(was DeadLetter) (DeadLetter, error) { return was.came(d) })
	if isNothing(err) {
		return nil
	}
	return err
}

// List lists newest first; empty topic and status want all.
func (s DeadLetters) List(ctx context.Context, topic string, status DeadStatus, after string, limit int) ([]DeadLetter, string, error) {
	return s.Store.DeadLetters(ctx, topic, status, after, limit)
}

// Replay publishes it to its topic again: as it came, or the edited body when
// there is one, for whom by names.
func (s DeadLetters) Replay(ctx context.Context, id, by string, edited []byte) (DeadLetter, error) {
	record := ReplayRecord{At: s.Now(), By: by}
	d, err := s.Store.ChangeDeadLetter(ctx, id, func(d DeadLetter) (DeadLetter, error) { return d.replaying(edited, record) })
	if err != nil {
		return d, err
	}
	body := d.f.Body
	if edited != nil {
		body = edited
	}
	if err := s.Publisher.Publish(ctx, d.f.Topic, body); err != nil {
		return d, fmt.Errorf("%w: %w", ErrPublish, err)
	}
	return s.unlessSame(s.Store.ChangeDeadLetter(ctx, id, func(now DeadLetter) (DeadLetter, error) { return now.replayed(d.f.Times) }))
}

// Discard says that it need not be looked at any more.
func (s DeadLetters) Discard(ctx context.Context, id string) (DeadLetter, error) {
	return s.unlessSame(s.Store.ChangeDeadLetter(ctx, id, DeadLetter.discarded))
}

func (DeadLetters) unlessSame(d DeadLetter, err error) (DeadLetter, error) {
	if isNothing(err) {
		return d, nil
	}
	return d, err
}
