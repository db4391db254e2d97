package dapr

import (
	"fmt"
	"time"

	"orderly/services/internal/sidecar"
	"orderly/services/stock/internal/stock"
)

type reservationRecord struct {
	V         int           `json:"v"`
	OrderID   string        `json:"orderId"`
	State     stock.State   `json:"state"`
	Lines     []lineRecord  `json:"lines,omitempty"`
	ExpiresAt *time.Time    `json:"expiresAt,omitempty"`
	ChangedAt time.Time     `json:"changedAt"`
	Failed    *failedRecord `json:"failed,omitempty"`
}

type lineRecord struct {
	SKU       string      `json:"sku"`
	Quantity  int64       `json:"quantity"`
	UnitPrice moneyRecord `json:"unitPrice"`
}

type failedRecord struct {
	At        time.Time  `json:"at"`
	Shortages []shortage `json:"shortages"`
}

func reservationRecordOf(s stock.ReservationState) reservationRecord {
	r := reservationRecord{V: recordVersion, OrderID: s.OrderID, State: s.State, ChangedAt: s.ChangedAt}
	for _, l := range s.Lines {
		r.Lines = append(r.Lines, lineRecord{l.SKU, l.Quantity, moneyRecord{l.UnitPrice.Amount(), l.UnitPrice.Currency()}})
	}
	if !s.ExpiresAt.IsZero() {
		r.ExpiresAt = &s.ExpiresAt
	}
	if !s.FailedAt.IsZero() {
		r.Failed = &failedRecord{s.FailedAt, shortagesOf(s.Shortages)}
	}
	return r
}

func readReservation(doc sidecar.Doc) (*stock.Reservation, error) {
	var r reservationRecord
	if err := decode(doc, &r, &r.V); err != nil {
		return nil, err
	}
	s := stock.ReservationState{OrderID: r.OrderID, State: r.State, ChangedAt: r.ChangedAt}
	for _, l := range r.Lines {
		price, err := stock.NewMoney(l.UnitPrice.Amount, l.UnitPrice.Currency)
		if err != nil {
			return nil, fmt.Errorf("%s cannot be read: %w", doc.Key, err)
		}
		s.Lines = append(s.Lines, stock.Line{SKU: l.SKU, Quantity: l.Quantity, UnitPrice: price})
	}
	if r.ExpiresAt != nil {
		s.ExpiresAt = *r.ExpiresAt
	}
	if r.Failed != nil {
		s.FailedAt = r.Failed.At
		for _, short := range r.Failed.Shortages {
			s.Shortages = append(s.Shortages, stock.Shortage(short))
		}
	}
	reservation, err := stock.OpenReservation(s)
	if err == nil && holdKey(r.OrderID) != doc.Key {
		err = fmt.Errorf("it is of %s", r.OrderID)
	}
	if err != nil {
		return nil, fmt.Errorf("%s cannot be read: %w", doc.Key, err)
	}
	return reservation, nil
}

type answerRecord struct {
	V         int        `json:"v"`
	SKU       string     `json:"sku"`
	Reference string     `json:"reference"`
	Kind      stock.Kind `json:"kind"`
	Quantity  int64      `json:"quantity"`
	Reason    string     `json:"reason,omitempty"`
	Counters  [4]int64   `json:"counters"`
	Version   int64      `json:"version"`
}

func answerRecordOf(a stock.Answer) answerRecord {
	c := a.Level.Counters
	return answerRecord{recordVersion, a.Reference.SKU, a.Reference.Name, a.Kind, a.Quantity, a.Reason,
		[4]int64{c.Received, c.Available, c.Reserved, c.Sold}, a.Level.Version}
}

func readAnswer(doc sidecar.Doc) (stock.Answer, error) {
	var r answerRecord
	if err := decode(doc, &r, &r.V); err != nil {
		return stock.Answer{}, err
	}
	if ref := (stock.Reference{SKU: r.SKU, Name: r.Reference}); refKey(ref) != doc.Key {
		return stock.Answer{}, fmt.Errorf("%s cannot be read: it is of %s, %s", doc.Key, r.SKU, r.Reference)
	}
	c := r.Counters
	return stock.Answer{Reference: stock.Reference{SKU: r.SKU, Name: r.Reference}, Kind: r.Kind, Quantity: r.Quantity, Reason: r.Reason,
		Level: stock.Level{SKU: r.SKU, Counters: stock.Counters{Received: c[0], Available: c[1], Reserved: c[2], Sold: c[3]}, Version: r.Version}}, nil
}
