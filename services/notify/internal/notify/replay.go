package notify

import "errors"

// Why a dead letter cannot be replayed.
var (
	ErrNotReplayable = errors.New("not a JSON object, so no event: it needs an edited body")
	ErrDiscarded     = errors.New("it was discarded")
	ErrPublish       = errors.New("it could not be published")
)

// came takes in the same message once more. After a replay it means that the
// replay did not help; before, it is only delivered again.
func (d DeadLetter) came(again DeadLetter) (DeadLetter, error) {
	if d.f.Status == Open && !d.f.Replaying {
		return d, ErrNothingToDo
	}
	again.f.Times = d.f.Times + 1
	return again, nil
}

// replaying says, before it is published, that it will be: it may be back
// before the publisher returns.
func (d DeadLetter) replaying(edited bool) (DeadLetter, error) {
	switch {
	case d.f.Status == Discarded:
		return d, ErrDiscarded
	case !edited && !d.isObject():
		return d, ErrNotReplayable
	}
	d.f.Replaying = true
	return d, nil
}

// replayed says that it was published, unless it came back since.
func (d DeadLetter) replayed(times int) (DeadLetter, error) {
	if d.f.Times != times || !d.f.Replaying {
		return d, ErrNothingToDo
	}
	d.f.Status = Replayed
	return d, nil
}

func (d DeadLetter) discarded() (DeadLetter, error) {
	if d.f.Status == Discarded {
		return d, ErrNothingToDo
	}
	d.f.Status = Discarded
	return d, nil
}
