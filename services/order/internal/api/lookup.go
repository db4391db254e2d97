package api

import (
	"context"
	"net/http"

	"orderly/services/internal/wire"
	"orderly/services/order/internal/order"
)

type lookupBody struct {
	IDs []string `json:"ids" validate:"min=1,max=500"`
}

// lookup answers with those of many orders that exist. The caller is stock, before it
// believes that an order's goods are nobody's, or anybody's.
func (a *API) lookup(w http.ResponseWriter, r *http.Request) error {
	if err := wire.WantType(r, "application/json"); err != nil {
		return err
	}
	body, err := wire.Body(r)
	if err != nil {
		return err
	}
	found, err := Lookup(r.Context(), a.Orders, body)
	if err != nil {
		return err
	}
	return wire.Reply(w, http.StatusOK, found)
}

// Found is the answer to a lookup.
type Found struct {
	Items []orderShape `json:"items"`
}

// Lookup answers the body of a lookup.
func Lookup(ctx context.Context, orders *order.Service, body []byte) (Found, error) {
	var b lookupBody
	if err := wire.Unmarshal(body, &b); err != nil {
		return Found{}, err
	}
	if err := wire.Validate(b); err != nil {
		return Found{}, err
	}
	all, err := orders.Lookup(ctx, b.IDs)
	if err != nil {
		return Found{}, err
	}
	found := Found{Items: make([]orderShape, len(all))}
	for i, o := range all {
		found.Items[i] = shape(o)
	}
	return found, nil
}
