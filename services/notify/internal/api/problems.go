package api

import (
	"errors"
	"net/http"
	"time"

	"orderly/services/internal/problem"
	"orderly/services/internal/wire"
	"orderly/services/notify/internal/egress"
	"orderly/services/notify/internal/notify"
)

// Problems is the one table of what notify's errors mean to a caller.
func Problems(err error) *problem.Problem {
	if bad, ok := errors.AsType[notify.Faults](err); ok {
		return wire.Invalid(fields(bad)...)
	}
	if errors.Is(err, notify.ErrCursor) {
		return wire.BadCursor()
	}
	for _, row := range table {
		if errors.Is(err, row.err) {
			return row.problem
		}
	}
	return nil
}

var table = []struct {
	err     error
	problem *problem.Problem
}{
	{errNoContact, problem.New(http.StatusNotFound, "no-contact", "This customer has no contact; PUT one here.")},
	{notify.ErrNotFound, problem.New(http.StatusNotFound, "not-found", "There is no dead letter with this id.")},
	{notify.ErrNotReplayable, problem.New(http.StatusConflict, "not-replayable", "This is no event that says its id, source, type and subject, so nothing tells what it should have been. Discard it, and have the app that owns the topic publish the right event.")},
	{notify.ErrDiscarded, problem.New(http.StatusConflict, "discarded", "This dead letter was discarded and is not replayed.")},
	{notify.ErrPublish, problem.New(http.StatusServiceUnavailable, "publish-failed", "The event could not be published; the dead letter is kept, replay it again.").After(time.Second)},
	{notify.ErrTooManyFeeds, problem.New(http.StatusTooManyRequests, "too-many-feeds", "Too many feeds are open, for this customer or in all: close some, or come back later.").After(5 * time.Second)},
	{notify.ErrStoryFull, problem.New(http.StatusUnprocessableEntity, "too-many-events", "An order has had more events than are told of one.")},
	{egress.ErrTicket, problem.New(http.StatusNotFound, "no-such-ticket", "Only the sidecar's webhook binding comes here, with a ticket of ours.")},
}

// errNoContact is what ErrNotFound means on the contact route.
var errNoContact = errors.New("no contact")

func fields(bad notify.Faults) []problem.Field {
	out := make([]problem.Field, len(bad))
	for i, f := range bad {
		out[i] = problem.Field(f)
	}
	return out
}
