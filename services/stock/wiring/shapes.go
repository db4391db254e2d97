package wiring

import (
	"time"

	"orderly/services/stock/internal/stock"
)

// Level is how much there is of a SKU after Version changes.
type Level struct {
	SKU                                 string
	Received, Available, Reserved, Sold int64
	Version                             int64
}

func levelOf(l stock.Level) Level {
	return Level{l.SKU, l.Received, l.Available, l.Reserved, l.Sold, l.Version}
}

// Entry is one change of a SKU.
type Entry struct {
	Sequence                   int64
	Kind                       string
	Quantity                   int64
	OrderID, Reference, Reason string
	At                         time.Time
}

// Reservation is what one order has set aside. Status is held, committed or
// released.
type Reservation struct {
	OrderID, Status string
	Lines           []Line
}

// Line is one SKU of a reservation, at its price in minor units.
type Line struct {
	SKU             string
	Quantity, Price int64
}

func reservationOf(r stock.Reservation) Reservation {
	out := Reservation{OrderID: r.OrderID(), Status: r.State().Status()}
	for _, l := range r.Lines() {
		out.Lines = append(out.Lines, Line{l.SKU, l.Quantity, l.UnitPrice.Amount()})
	}
	return out
}
