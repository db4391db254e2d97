package api

import (
	"net/http"
	"slices"
	"time"

	"orderly/services/internal/problem"
	"orderly/services/internal/wire"
	"orderly/services/notify/internal/notify"
)

// notification is one as it is read. Reference is the name under which the
// mail binding was given the message.
type notification struct {
	ID         string         `json:"id"`
	EventID    string         `json:"eventId"`
	CustomerID string         `json:"customerId"`
	OrderID    string         `json:"orderId"`
	Channel    notify.Channel `json:"channel"`
	Template   string         `json:"template"`
	Status     notify.Status  `json:"status"`
	Attempts   int            `json:"attempts"`
	At         time.Time      `json:"at"`
	Error      string         `json:"error,omitempty"`
	Locale     string         `json:"locale"`
	TraceID    string         `json:"traceId,omitempty"`
	Reference  string         `json:"reference,omitempty"`
	Late       bool           `json:"late,omitempty"`
}

func showNotification(n notify.Notification) notification {
	return notification{n.ID, n.EventID, n.CustomerID, n.OrderID, n.Channel, n.Template, n.Status,
		n.Attempts, n.At, n.Error, n.Locale, n.TraceID, n.Reference, n.Late}
}

func (a *API) notifications(w http.ResponseWriter, r *http.Request) error {
	page, err := wire.ReadPage(r)
	if err != nil {
		return err
	}
	want, err := readFilter(r)
	if err != nil {
		return err
	}
	found, next, err := a.Notify.Notifications(r.Context(), want, page.Cursor, page.Limit)
	if err != nil {
		return err
	}
	return wire.Reply(w, http.StatusOK, listOf(found, next, showNotification))
}

func readFilter(r *http.Request) (notify.Filter, error) {
	q := r.URL.Query()
	f := notify.Filter{CustomerID: q.Get("customerId"), OrderID: q.Get("orderId"), Status: notify.Status(q.Get("status"))}
	if f.Status != "" && !slices.Contains([]notify.Status{notify.Sent, notify.Failed, notify.Suppressed}, f.Status) {
		return f, wire.Invalid(problem.Field{Field: "status", Rule: "oneof", Message: "must be one of: sent failed suppressed"})
	}
	return f, wire.KnownQuery(r, "customerId", "orderId", "status", "limit", "cursor")
}

// listOf is a page of what show makes of each item.
func listOf[T, U any](items []T, next string, show func(T) U) wire.List[U] {
	out := wire.List[U]{Items: make([]U, len(items)), NextCursor: next}
	for i, it := range items {
		out.Items[i] = show(it)
	}
	return out
}
