package harness

import "slices"

// Next is the promised life of an order: what may follow each status.
var Next = map[string][]string{
	"pending":   {"confirmed", "rejected", "cancelled", "expired"},
	"confirmed": {"paid", "cancelled", "expired"},
	"paid":      {"shipped", "cancelled"},
	"shipped":   {"delivered"},
	"rejected":  {},
	"delivered": {},
	"cancelled": {},
	"expired":   {},
}

// TypeOf is the event that brings an order into a status.
func TypeOf(status string) string {
	if status == "pending" {
		return "order.placed.v1"
	}
	return "order." + status + ".v1"
}

// canBecome says whether an order that was in one status may be in another now.
func canBecome(was, is string) bool {
	return was == is || slices.ContainsFunc(Next[was], func(next string) bool { return canBecome(next, is) })
}
