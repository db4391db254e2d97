package api

import (
	"net/http"
	"slices"

	"github.com/go-chi/chi/v5"

	"orderly/services/internal/problem"
	"orderly/services/internal/wire"
	"orderly/services/order/internal/order"
)

func (a *API) get(w http.ResponseWriter, r *http.Request) error {
	o, err := a.Orders.Get(r.Context(), chi.URLParam(r, "id"))
	return answer(w, o, err)
}

func (a *API) pay(w http.ResponseWriter, r *http.Request) error {
	var b paymentBody
	if err := wire.Decode(r, &b); err != nil {
		return err
	}
	o, err := a.Orders.Pay(r.Context(), chi.URLParam(r, "id"),
		order.Payment{Reference: b.Reference, Amount: order.Money(b.Amount), Method: b.Method})
	return answer(w, o, err)
}

func (a *API) ship(w http.ResponseWriter, r *http.Request) error {
	var b shipmentBody
	if err := wire.Decode(r, &b); err != nil {
		return err
	}
	o, err := a.Orders.Ship(r.Context(), chi.URLParam(r, "id"), b.Carrier, b.TrackingNumber)
	return answer(w, o, err)
}

func (a *API) deliver(w http.ResponseWriter, r *http.Request) error {
	if err := wire.DecodeOptional(r, &struct{}{}); err != nil {
		return err
	}
	o, err := a.Orders.Deliver(r.Context(), chi.URLParam(r, "id"))
	return answer(w, o, err)
}

func (a *API) cancel(w http.ResponseWriter, r *http.Request) error {
	var b cancelBody
	if err := wire.DecodeOptional(r, &b); err != nil {
		return err
	}
	o, err := a.Orders.Cancel(r.Context(), chi.URLParam(r, "id"), b.Reason)
	return answer(w, o, err)
}

func (a *API) events(w http.ResponseWriter, r *http.Request) error {
	o, err := a.Orders.Get(r.Context(), chi.URLParam(r, "id"))
	if err != nil {
		return err
	}
	return wire.Reply(w, http.StatusOK, o.History())
}

func (a *API) list(w http.ResponseWriter, r *http.Request) error {
	f, err := filter(r)
	if err != nil {
		return err
	}
	orders, next, err := a.Orders.List(r.Context(), f)
	if err != nil {
		return err
	}
	page := wire.List[orderShape]{Items: make([]orderShape, len(orders)), NextCursor: next}
	for i, o := range orders {
		page.Items[i] = shape(o)
	}
	return wire.Reply(w, http.StatusOK, page)
}

func filter(r *http.Request) (order.Filter, error) {
	var f order.Filter
	if err := wire.KnownQuery(r, "customerId", "status", "attention", "from", "to", "limit", "cursor"); err != nil {
		return f, err
	}
	page, err := wire.ReadPage(r)
	if err != nil {
		return f, err
	}
	q := r.URL.Query()
	f = order.Filter{CustomerID: q.Get("customerId"), Attention: q.Get("attention"), Limit: page.Limit, Cursor: page.Cursor}
	for _, asked := range q["status"] {
		status := order.Status(asked)
		if asked != "" && !status.Valid() {
			return f, wire.Invalid(problem.Field{Field: "status", Rule: "oneof", Message: "must be one of: pending confirmed rejected paid shipped delivered cancelled expired"})
		}
		if asked != "" && !slices.Contains(f.Statuses, status) {
			f.Statuses = append(f.Statuses, status)
		}
	}
	if f.Attention != "" && f.Attention != order.AttentionStock {
		return f, wire.Invalid(problem.Field{Field: "attention", Rule: "oneof", Message: "must be: stock"})
	}
	if f.CustomerID != "" && !wire.ID(f.CustomerID) {
		return f, wire.Invalid(problem.Field{Field: "customerId", Rule: "id", Message: "is no customer id"})
	}
	if f.From, err = wire.ReadTime(r, "from"); err != nil {
		return f, err
	}
	f.To, err = wire.ReadTime(r, "to")
	return f, err
}

func answer(w http.ResponseWriter, o order.Order, err error) error {
	if err != nil {
		return err
	}
	return wire.Reply(w, http.StatusOK, shape(o))
}
