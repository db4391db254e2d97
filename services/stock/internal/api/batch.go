package api

import (
	"encoding/json"
	"net/http"

	"orderly/services/internal/wire"
	"orderly/services/stock/internal/stock"
)

func (a *api) holdBatch(w http.ResponseWriter, r *http.Request) error {
	if err := wire.WantType(r, "application/json"); err != nil {
		return err
	}
	body, err := wire.Body(r)
	if err != nil {
		return err
	}
	out, err := a.Reserve(r.Context(), r.URL.Path, body)
	if err != nil {
		return err
	}
	return wire.Reply(w, http.StatusOK, out)
}

// readAsk is one reservation of a batch as it was read, or what is wrong with it.
type readAsk struct {
	orderID string
	versed  bool // it says newSince
	ask     stock.Ask
	err     error
}

// readBatch reads a batch at once. Only when that fails, each is read on its own,
// which takes longer and says which is wrong. The error is of the batch itself.
func (c Calls) readBatch(body []byte) ([]readAsk, error) {
	var all struct {
		Reservations []holdRequest `json:"reservations" validate:"required,min=1,max=500"`
	}
	if err := wire.Unmarshal(body, &all); err != nil {
		return c.readEach(body)
	}
	if err := wire.Validate(all); err != nil {
		return nil, err
	}
	asks := make([]readAsk, len(all.Reservations))
	for i, in := range all.Reservations {
		asks[i].orderID, asks[i].versed = in.OrderID, in.NewSince != nil
		asks[i].ask, asks[i].err = in.checked(c.HoldTTL())
	}
	return asks, nil
}

func (c Calls) readEach(body []byte) ([]readAsk, error) {
	var each struct {
		Reservations []json.RawMessage `json:"reservations" validate:"required,min=1,max=500"`
	}
	if err := wire.Unmarshal(body, &each); err != nil {
		return nil, err
	}
	if err := wire.Validate(each); err != nil {
		return nil, err
	}
	asks := make([]readAsk, len(each.Reservations))
	for i, raw := range each.Reservations {
		var in holdRequest
		if asks[i].err = wire.Unmarshal(raw, &in); asks[i].err == nil {
			asks[i].orderID, asks[i].versed = in.OrderID, in.NewSince != nil
			asks[i].ask, asks[i].err = in.checked(c.HoldTTL())
		}
	}
	return asks, nil
}
