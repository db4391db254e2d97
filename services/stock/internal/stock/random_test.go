package stock_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"orderly/services/stock/internal/stock"
)

// Whatever is asked, in whatever order, however often: the books are right. A
// seed that fails is printed and can be run again.
func TestTheBooksAreRightWhateverHappens(t *testing.T) {
	for seed := range uint64(300) {
		w := newWorld(t)
		r := rand.New(rand.NewPCG(seed, 0))
		for range 4 {
			w.product(fmt.Sprintf("sku%d", len(w.store.Events())), r.Int64N(9)+1)
		}
		for step := range 200 {
			w.random(r)
			require.NoError(t, w.store.Judge(), "seed %d, step %d", seed, step)
		}
	}
}

// random does one thing; most of them are refused, which is no concern here.
func (w *world) random(r *rand.Rand) {
	sku := func() string { return fmt.Sprintf("sku%d", r.IntN(5)) }
	order := fmt.Sprintf("order%d", r.IntN(8))
	items := []stock.Item{{SKU: sku(), Quantity: r.Int64N(4) + 1}}
	if other := sku(); other != items[0].SKU {
		items = append(items, stock.Item{SKU: other, Quantity: r.Int64N(4) + 1})
	}
	reference := fmt.Sprintf("ref%d", r.IntN(30))
	switch r.IntN(11) {
	case 0, 1, 2:
		w.Hold(ctx, ask(order, items...))
	case 3:
		_, _ = w.Commit(ctx, order)
	case 4:
		_, _ = w.Release(ctx, order)
	case 5:
		_, _ = w.GiveBack(ctx, order, "cancelled")
	case 6:
		w.pay(order, items[0].SKU, items[0].Quantity)
	case 7:
		w.later(time.Duration(r.IntN(40)) * time.Second)
	case 8:
		if receipt, err := stock.NewReceipt(sku(), r.Int64N(5)+1, reference); err == nil {
			_, _ = w.Receive(ctx, receipt)
		}
	case 9:
		if delta := r.Int64N(9) - 4; delta != 0 {
			_, _ = w.adjust(sku(), delta, reference)
		}
	case 10:
		if w.Remove(ctx, items[0].SKU) == nil && r.IntN(2) == 0 {
			_, _ = w.Create(ctx, items[0].SKU, details(usd(1), 2))
		}
	}
}
