package simulation

import (
	"context"
	"time"

	"orderly/services/internal/ledger"
	notify "orderly/services/notify/wiring"
	order "orderly/services/order/wiring"
	stock "orderly/services/stock/wiring"
)

var derived = map[string]ledger.Derived{"order": order.Derived, "stock": stock.Derived, "notify": notify.Derived}

// rebuild derives every document and list of a service from the pages again, after
// all processes have ended: what is stored must be the same. The services take
// turns, as it is a good part of a run.
func (w *world) rebuild(ctx context.Context, e *evidence) {
	for i, s := range services {
		if int(w.Seed/2)%len(services) != i {
			continue
		}
		found, err := ledger.Rebuild(ctx, w.stores[s], derived[s], time.Time{}, func(int64) {})
		if err != nil {
			e.say("%s cannot be rebuilt: %v", s, err)
		}
		for _, what := range found.Wrong {
			e.say("the pages of %s say otherwise: %s", s, what)
		}
		if found.Late > 0 {
			e.say("%s has %d documents or lists that were not written before its end", s, found.Late)
		}
	}
}
