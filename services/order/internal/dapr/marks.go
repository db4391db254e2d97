package dapr

import (
	"strings"

	"orderly/services/internal/ledger"
	"orderly/services/order/internal/order"
)

// byCreation is the index of all orders: by createdAt, labelled with status and
// attention.
const byCreation = "orders"

// Marks is the ledger's Options.Marks for orders.
func Marks(_ string, value any) []ledger.Mark {
	o, ok := value.(order.Order)
	if !ok {
		return nil
	}
	return []ledger.Mark{{Index: byCreation, ID: o.ID(), At: o.CreatedAt(), Label: label(o.Status(), o.Attention())}}
}

func label(status order.Status, attention string) string {
	if attention == "" {
		return string(status)
	}
	return string(status) + " " + attention
}

// wantsLabel reports whether a filter may want an order with this label.
func wantsLabel(f order.Filter) func(string) bool {
	return func(label string) bool {
		status, attention, _ := strings.Cut(label, " ")
		return f.WantsStatus(order.Status(status), attention)
	}
}
