package dapr

import (
	"orderly/services/stock/internal/stock"
)

type holdRecord struct {
	V
	State   stock.State  `json:"s"`
	Lines   []lineRecord `json:"l,omitempty"`
	Expires millis       `json:"e,omitempty"`
	Changed millis       `json:"c"`
	Failed  millis       `json:"f,omitempty"` // when its payment found no stock
	Short   []shortage   `json:"short,omitempty"`
}

type lineRecord struct {
	SKU      string `json:"s"`
	Quantity int64  `json:"q"`
	Amount   int64  `json:"a"`
	Currency string `json:"c"`
}

func holdRecordOf(s stock.ReservationState) holdRecord {
	r := holdRecord{V{recordVersion}, s.State, make([]lineRecord, len(s.Lines)), millisOf(s.ExpiresAt), millisOf(s.ChangedAt), millisOf(s.FailedAt), shortagesOf(s.Shortages)}
	for i, l := range s.Lines {
		r.Lines[i] = lineRecord{l.SKU, l.Quantity, l.UnitPrice.Amount(), l.UnitPrice.Currency()}
	}
	return r
}

func (r holdRecord) open(orderID string) (*stock.Reservation, error) {
	s := stock.ReservationState{OrderID: orderID, State: r.State, ExpiresAt: r.Expires.time(), ChangedAt: r.Changed.time(), FailedAt: r.Failed.time()}
	for _, l := range r.Lines {
		price, err := stock.NewMoney(l.Amount, l.Currency)
		if err != nil {
			return nil, err
		}
		s.Lines = append(s.Lines, stock.Line{SKU: l.SKU, Quantity: l.Quantity, UnitPrice: price})
	}
	for _, short := range r.Short {
		s.Shortages = append(s.Shortages, stock.Shortage(short))
	}
	return stock.OpenReservation(s)
}
