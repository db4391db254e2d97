package order_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"orderly/services/order/internal/order"
)

func TestPlaceKeepsWhatStockDecides(t *testing.T) {
	s, _, _ := service(holds)
	p, err := place(t, s, request)
	require.NoError(t, err)
	assert.Equal(t, order.Confirmed, p.Order.Status())
	assert.Equal(t, total, *p.Order.Total())

	s, m, _ := service(short)
	_, err = place(t, s, request)
	var out *order.OutOfStock
	require.ErrorAs(t, err, &out)
	assert.Equal(t, order.Rejected, m.orders[out.OrderID].Status())

	s, m, _ = service(func(string, []order.Item) ([]order.Item, error) { return nil, &order.Refused{Code: "unknown-product"} })
	_, err = place(t, s, request)
	var no *order.Refused
	require.ErrorAs(t, err, &no)
	assert.Empty(t, m.orders)

	s, _, _ = service(silent)
	p, err = place(t, s, request)
	require.NoError(t, err)
	assert.Equal(t, order.Pending, p.Order.Status())
}

func TestTheFirstAnswerIsRepeated(t *testing.T) {
	ctx := t.Context()
	s, _, st := service(holds)
	first, err := place(t, s, keyed("k"))
	require.NoError(t, err)
	_, err = s.Pay(ctx, first.Order.ID(), order.Payment{Reference: "r", Amount: total})
	require.NoError(t, err)
	st.reserve = func(string, []order.Item) ([]order.Item, error) { return nil, errors.New("stock is not asked again") }
	again, err := place(t, s, keyed("k"))
	require.NoError(t, err)
	assert.True(t, again.Replayed)
	assert.Equal(t, first.Order, again.Order, "as it was answered, though it was paid since")

	other := keyed("k")
	other.Items = []order.Item{{SKU: "tea", Quantity: 3}}
	_, err = place(t, s, other)
	require.ErrorIs(t, err, order.ErrKeyReused)

	s, _, _ = service(short)
	_, err = place(t, s, keyed("k"))
	require.Error(t, err)
	_, err = place(t, s, keyed("k"))
	var out *order.OutOfStock
	require.ErrorAs(t, err, &out)
	assert.True(t, out.Replayed)
}

func TestSideBySideOneKeyIsOneOrder(t *testing.T) {
	s, m, _ := service(holds)
	var wg sync.WaitGroup
	for range 32 {
		wg.Go(func() {
			_, err := place(t, s, keyed("k"))
			assert.NoError(t, err)
		})
	}
	wg.Wait()
	assert.Len(t, m.orders, 1)
}

func TestTwinsInOneBatchAreOneOrder(t *testing.T) {
	other := keyed("k")
	other.Items = []order.Item{{SKU: "tea", Quantity: 3}}
	bobs := keyed("k")
	bobs.CustomerID = "bob"
	s, m, st := service(holds)
	gets := m.gets
	placed := placeAll(t, s, keyed("k"), other, keyed("k"), bobs)
	for i, want := range []struct {
		err      error
		replayed bool
	}{{nil, false}, {order.ErrKeyReused, false}, {nil, true}, {nil, false}} {
		require.ErrorIs(t, placed[i].Err, want.err, i)
		assert.Equal(t, want.replayed, placed[i].Replayed, i)
	}
	assert.Equal(t, placed[0].Order, placed[2].Order)
	assert.Len(t, m.orders, 2)
	assert.Equal(t, []string{placed[0].Order.ID(), placed[3].Order.ID()}, st.asked, "once per order")
	assert.Equal(t, gets+1, m.gets, "keyed requests are looked up at once")

	placed = placeAll(t, s, other, keyed("k")) // it is not the first of the batch that counts, but the first of all
	require.ErrorIs(t, placed[0].Err, order.ErrKeyReused)
	require.NoError(t, placed[1].Err)
	assert.True(t, placed[1].Replayed)

	s, m, st = service(func(string, []order.Item) ([]order.Item, error) { return nil, &order.Refused{Code: "unknown-product"} })
	placed = placeAll(t, s, keyed("k"), keyed("k"), other)
	var no *order.Refused
	require.ErrorAs(t, placed[0].Err, &no)
	require.ErrorAs(t, placed[1].Err, &no)
	require.ErrorIs(t, placed[2].Err, order.ErrKeyReused)
	assert.Empty(t, m.orders)
	assert.Len(t, st.asked, 1)

	s, _, _ = service(short)
	placed = placeAll(t, s, keyed("k"), keyed("k"))
	for i, p := range placed {
		var out *order.OutOfStock
		require.ErrorAs(t, p.Err, &out)
		assert.Equal(t, i == 1, out.Replayed)
	}
}

func TestAHoldWhoseOrderFoundNoRoomIsGivenBack(t *testing.T) {
	for name, c := range map[string]struct {
		r        order.Request
		fault    error
		released int
	}{
		"no room":             {request, order.ErrBusy, 1},
		"no room, with a key": {keyed("k"), order.ErrBusy, 0}, // its repeat finds the hold
		"nobody knows":        {request, errors.New("the store does not answer"), 0},
	} {
		s, m, st := service(holds)
		m.fault = c.fault
		p, err := place(t, s, c.r)
		require.ErrorIs(t, err, c.fault, name)
		assert.Zero(t, p.Order.Version(), name)
		assert.Len(t, st.released, c.released, name)
	}
}

func TestABatchIsAnsweredInItsOrder(t *testing.T) {
	s, m, st := service(nil)
	n := 0
	s.NewID = func() string { n++; return fmt.Sprint("o", n) }
	st.reserve = func(id string, items []order.Item) ([]order.Item, error) {
		switch items[0].SKU {
		case "none":
			return nil, &order.Refused{Code: "unknown-product"}
		case "short":
			return short(id, items)
		}
		return held, nil
	}
	var requests []order.Request
	for i := range 60 {
		r := request
		r.Items = []order.Item{{SKU: []string{"tea", "none", "short", ""}[i%4], Quantity: 2}}
		requests = append(requests, r)
	}
	for i, p := range placeAll(t, s, requests...) {
		var no *order.Refused
		var out *order.OutOfStock
		var bad *order.Invalid
		switch i % 4 {
		case 0:
			require.NoError(t, p.Err)
			assert.Equal(t, order.Confirmed, p.Order.Status())
		case 1:
			require.ErrorAs(t, p.Err, &no)
		case 2:
			require.ErrorAs(t, p.Err, &out)
		case 3:
			require.ErrorAs(t, p.Err, &bad)
		}
	}
	assert.Len(t, m.orders, 30)
	assert.Equal(t, 1, st.calls, "stock is asked once for all")
}

func TestATotalThatIsNoMoneyIsRefusedAndGivenBack(t *testing.T) {
	dear := []order.Item{{SKU: "tea", Quantity: 2, UnitPrice: &order.Money{Amount: 1 << 62, Currency: "USD"}}}
	s, m, st := service(func(string, []order.Item) ([]order.Item, error) { return dear, nil })
	_, err := place(t, s, request)
	require.ErrorIs(t, err, order.ErrOverflow)
	assert.Empty(t, m.orders)
	assert.Equal(t, []string{"o1"}, st.released)
}
