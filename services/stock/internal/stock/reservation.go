package stock

import (
	"errors"
	"fmt"
	"time"
)

// Limits of one reservation.
const (
	MaxLines    = 100
	MaxQuantity = 1_000_000
	MaxTTL      = 30 * 24 * time.Hour
)

// Line is one SKU of a reservation, at the price it had when it was held.
type Line struct {
	SKU       string
	Quantity  int64
	UnitPrice Money
}

// Reservation is what one order has set aside. Its lines never change.
type Reservation struct {
	orderID   string
	state     State
	lines     []Line
	expiresAt time.Time
	changedAt time.Time
	failedAt  time.Time // when its payment found no stock
	shortages []Shortage
}

// OrderID returns the order it is for.
func (r Reservation) OrderID() string { return r.orderID }

// State returns where it stands.
func (r Reservation) State() State { return r.state }

// Lines returns what it holds; a release that came before its hold has none.
func (r Reservation) Lines() []Line { return r.lines }

// ExpiresAt returns when an uncommitted hold lapses; zero when it never was held.
func (r Reservation) ExpiresAt() time.Time { return r.expiresAt }

// Shortages returns what was missing when its order was paid, if anything was.
func (r Reservation) Shortages() []Shortage { return r.shortages }

// ReservationState is a reservation as it is kept.
type ReservationState struct {
	OrderID              string
	State                State
	Lines                []Line
	ExpiresAt, ChangedAt time.Time
	FailedAt             time.Time
	Shortages            []Shortage
}

// OpenReservation returns the reservation that was kept as s.
func OpenReservation(s ReservationState) (*Reservation, error) {
	if _, known := transitions[GiveBack][s.State]; !known || s.State == None {
		return nil, fmt.Errorf("reservation %s has no such state: %q", s.OrderID, s.State)
	}
	if len(s.Lines) > 0 {
		if err := checkLines(s.Lines); err != nil {
			return nil, err
		}
	} else if s.State.place() != "available" {
		return nil, errors.New("a reservation without lines cannot hold goods")
	}
	return &Reservation{orderID: s.OrderID, state: s.State, lines: s.Lines, expiresAt: s.ExpiresAt, changedAt: s.ChangedAt,
		failedAt: s.FailedAt, shortages: s.Shortages}, nil
}

// Kept returns the reservation as it is to be kept.
func (r Reservation) Kept() ReservationState {
	return ReservationState{OrderID: r.orderID, State: r.state, Lines: r.lines, ExpiresAt: r.expiresAt, ChangedAt: r.changedAt,
		FailedAt: r.failedAt, Shortages: r.shortages}
}

func checkLines(lines []Line) error {
	if len(lines) < 1 || len(lines) > MaxLines {
		return invalid("items", "range", "must be 1 to 100 entries")
	}
	seen := map[string]bool{}
	for i, l := range lines {
		if l.SKU == "" {
			return invalid(fmt.Sprintf("items[%d].sku", i), "required", "is required")
		}
		if seen[l.SKU] {
			return invalid("items", "unique", "must not repeat a sku")
		}
		seen[l.SKU] = true
		if l.Quantity < 1 || l.Quantity > MaxQuantity {
			return invalid(fmt.Sprintf("items[%d].quantity", i), "range", "must be a whole number from 1 to 1000000")
		}
	}
	return nil
}

func skusOf(lines []Line) []string {
	skus := make([]string, len(lines))
	for i, l := range lines {
		skus[i] = l.SKU
	}
	return skus
}
