package notify

import (
	"errors"
	"slices"
)

// Why a dead letter cannot be replayed.
var (
	ErrNotReplayable = errors.New("not an event that can be known again")
	ErrDiscarded     = errors.New("it was discarded")
	ErrPublish       = errors.New("it could not be published")
)

// came takes in the same message once more. After a replay it means that the
// replay did not help; before, it is only delivered again.
func (d DeadLetter) came(again DeadLetter) (DeadLetter, error) {
	if d.f.Status == Open && !d.f.Replaying {
		return d, ErrNothingToDo
	}
	again.f.Times, again.f.Replays, again.f.Wished = d.f.Times+1, d.f.Replays, d.f.Wished
	return again, nil
}

// replaying says, before it is published, that it will be: it may be back
// before the publisher returns. Who wished it is noted in the same change, with
// what is edited; a nil body is the one that came.
func (d DeadLetter) replaying(edited []byte, r ReplayRecord) (DeadLetter, error) {
	switch {
	case d.f.Status == Discarded:
		return d, ErrDiscarded
	case !d.isObject():
		return d, ErrNotReplayable
	case edited != nil:
		var err error
		if r.Changed, err = d.edit(edited); err != nil {
			return d, err
		}
	}
	d.f.Replaying, d.f.Wished = true, d.Replayed()+1
	d.f.Replays = append(slices.Clone(d.f.Replays[max(0, len(d.f.Replays)-replaysKept+1):]), r)
	return d, nil
}

// replayed says that it was published, unless it came back since, or was discarded.
func (d DeadLetter) replayed(times int) (DeadLetter, error) {
	if d.f.Times != times || !d.f.Replaying || d.f.Status == Discarded {
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
