package stock

import "time"

// Types of the events that stock tells.
const (
	TypeReceived     = "stock.received.v1"
	TypeAdjusted     = "stock.adjusted.v1"
	TypeLow          = "stock.low.v1"  // available fell to LowStockAt or below
	TypeOut          = "stock.out.v1"  // available became 0
	TypeBack         = "stock.back.v1" // available rose from 0, not for the first time
	TypeCommitFailed = "stock.commit-failed.v1"
)

// Event is something that others are told. Subject is a SKU, or the order of a
// commit that failed; Sequence counts the events of a subject from 1.
type Event struct {
	Type       string
	Subject    string
	Sequence   int64
	At         time.Time
	Level      Level      // of the SKU, after the change
	Cause      Entry      // the change
	LowStockAt int64      // of the product, or of all that say none
	Shortages  []Shortage // of a commit that failed
}

// tell returns the events that follow from e, the newest entry of s; before is
// what was available until then, and at low or below it is low.
func (s *Shelf) tell(before, low int64, e Entry) (news []Event) {
	note := func(typ string) {
		s.told++
		news = append(news, Event{Type: typ, Subject: s.sku, Sequence: s.told, At: e.At,
			Level: s.Level(), Cause: e, LowStockAt: low})
	}
	now := s.counters.Available
	switch e.Kind { //nolint:exhaustive // the rest is told by level only
	case KindReceived:
		note(TypeReceived)
	case KindAdjusted:
		note(TypeAdjusted)
	}
	if low > 0 && before > low && now <= low {
		note(TypeLow)
	}
	if before > 0 && now == 0 {
		note(TypeOut)
	}
	if before == 0 && now > 0 && e.Sequence > 1 { // what was never there cannot come back
		note(TypeBack)
	}
	return news
}
