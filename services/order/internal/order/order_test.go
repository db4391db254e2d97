package order_test

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"orderly/services/order/internal/order"
)

var (
	noon    = time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)
	request = order.Request{CustomerID: "alice", Items: []order.Item{{SKU: "tea", Quantity: 2}}}
	held    = []order.Item{{SKU: "tea", Quantity: 2, UnitPrice: &order.Money{Amount: 1999, Currency: "USD"}}}
	total   = order.Money{Amount: 3998, Currency: "USD"}
)

// verbs are everything that can be done to an order, with the status it leads to.
var verbs = map[string]struct {
	to order.Status
	do func(order.Order) (order.Order, error)
}{
	"confirm": {order.Confirmed, func(o order.Order) (order.Order, error) { return o.Confirm(held, noon) }},
	"reject":  {order.Rejected, func(o order.Order) (order.Order, error) { return o.Reject(nil, nil, "out-of-stock", noon) }},
	"pay": {order.Paid, func(o order.Order) (order.Order, error) {
		return o.Pay(order.Payment{Reference: "r" + string(o.Status()), Amount: total}, noon)
	}},
	"ship":    {order.Shipped, func(o order.Order) (order.Order, error) { return o.Ship("DHL", "1", noon) }},
	"deliver": {order.Delivered, func(o order.Order) (order.Order, error) { return o.Deliver(noon) }},
	"cancel":  {order.Cancelled, func(o order.Order) (order.Order, error) { return o.Cancel("", noon) }},
}

// legal is the state machine as the contract tells it.
var legal = map[order.Status]map[string]bool{
	order.Pending:   {"confirm": true, "reject": true, "cancel": true},
	order.Confirmed: {"pay": true, "cancel": true},
	order.Paid:      {"ship": true, "cancel": true},
	order.Shipped:   {"deliver": true},
	order.Rejected:  {}, order.Delivered: {}, order.Cancelled: {}, order.Expired: {},
}

// in returns an order in each status.
func in(t *testing.T) map[order.Status]order.Order {
	t.Helper()
	do := func(o order.Order, verb string) order.Order {
		o, err := verbs[verb].do(o)
		require.NoError(t, err)
		return o
	}
	pending, err := order.NewPending(request, "o1", noon, time.Minute)
	require.NoError(t, err)
	confirmed := do(pending, "confirm")
	expired, err := confirmed.Expire(noon.Add(time.Minute))
	require.NoError(t, err)
	paid := do(confirmed, "pay")
	shipped := do(paid, "ship")
	return map[order.Status]order.Order{
		order.Pending: pending, order.Confirmed: confirmed, order.Rejected: do(pending, "reject"), order.Paid: paid,
		order.Shipped: shipped, order.Delivered: do(shipped, "deliver"), order.Cancelled: do(paid, "cancel"), order.Expired: expired,
	}
}

func TestEveryVerbInEveryStatus(t *testing.T) {
	for status, o := range in(t) {
		require.Equal(t, status, o.Status())
		for name, verb := range verbs {
			after, err := verb.do(o)
			if legal[status][name] {
				require.NoError(t, err, "%s in %s", name, status)
				assert.Equal(t, verb.to, after.Status())
				assert.Equal(t, o.Version()+1, after.Version())
				continue
			}
			var illegal *order.IllegalTransition
			require.ErrorAs(t, err, &illegal, "%s in %s", name, status)
			assert.Equal(t, order.IllegalTransition{From: status, To: verb.to}, *illegal)
			assert.Equal(t, o, after, "a refused verb changes nothing")
		}
	}
}

func TestAnyHistoryReplaysToItsOrder(t *testing.T) {
	names := []string{"confirm", "reject", "pay", "ship", "deliver", "cancel"}
	for seed := range uint64(500) {
		rnd := rand.New(rand.NewPCG(seed, 0))
		o, err := order.NewPending(request, "o1", noon, time.Minute)
		require.NoError(t, err)
		for range 12 {
			o, _ = verbs[names[rnd.IntN(len(names))]].do(o)
			o = o.Flag("stock", noon)
		}
		raw, err := json.Marshal(o.History())
		require.NoError(t, err)
		var history []order.Event
		require.NoError(t, json.Unmarshal(raw, &history))
		replayed, err := order.Replay(history)
		require.NoError(t, err, "seed %d", seed)
		require.Equal(t, o, replayed, "seed %d", seed)
		for i, e := range history {
			require.EqualValues(t, i+1, e.Sequence)
		}
	}
}

func TestReplayRefusesWhatCannotHaveHappened(t *testing.T) {
	h := in(t)[order.Shipped].History()
	_, err := order.Replay(append(h[:1:1], h[2:]...))
	require.Error(t, err, "a gap")
	h[1].Data.Status = order.Delivered
	_, err = order.Replay(h)
	require.Error(t, err, "an illegal step")
	_, err = order.Replay(nil)
	require.ErrorIs(t, err, order.ErrNotFound)
}

func TestMoneyRefusesToOverflow(t *testing.T) {
	_, err := order.Money{Amount: math.MaxInt64/2 + 1, Currency: "USD"}.Times(2)
	require.ErrorIs(t, err, order.ErrOverflow)
	most, err := order.Money{Amount: math.MaxInt64, Currency: "USD"}.Times(1)
	require.NoError(t, err)
	_, err = most.Plus(order.Money{Amount: 1, Currency: "USD"})
	require.ErrorIs(t, err, order.ErrOverflow)
	_, err = most.Plus(order.Money{Amount: 0, Currency: "EUR"})
	require.ErrorIs(t, err, order.ErrMixedCurrencies)
}

func TestPaymentIsIdempotentByReference(t *testing.T) {
	o := in(t)[order.Confirmed]
	_, err := o.Pay(order.Payment{Reference: "a", Amount: order.Money{Amount: 3997, Currency: "USD"}}, noon)
	require.ErrorIs(t, err, order.ErrAmountMismatch)
	_, err = o.Pay(order.Payment{Reference: "a", Amount: order.Money{Amount: 3998, Currency: "EUR"}}, noon)
	require.ErrorIs(t, err, order.ErrAmountMismatch)
	paid, err := o.Pay(order.Payment{Reference: "a", Amount: total}, noon)
	require.NoError(t, err)
	again, err := paid.Pay(order.Payment{Reference: "a", Amount: total}, noon.Add(time.Hour))
	require.NoError(t, err)
	assert.Equal(t, paid, again)
}

func TestAttentionIsOnlyForPaidOrdersAndEndsWithTheNextStep(t *testing.T) {
	for status, o := range in(t) {
		assert.Equal(t, status == order.Paid, o.Flag("stock", noon).Attention() == "stock", status)
	}
	flagged := in(t)[order.Paid].Flag("stock", noon)
	assert.Equal(t, flagged, flagged.Flag("stock", noon), "twice is once")
	shipped, err := flagged.Ship("DHL", "1", noon)
	require.NoError(t, err)
	assert.Empty(t, shipped.Attention())
}

func TestOnlyWhatIsDueExpires(t *testing.T) {
	for status, o := range in(t) {
		early, err := o.Expire(noon.Add(time.Minute - 1))
		require.NoError(t, err)
		assert.Equal(t, o, early)
		late, err := o.Expire(noon.Add(time.Minute))
		require.NoError(t, err)
		assert.Equal(t, status.Open(), late.Version() > o.Version(), status)
	}
}

func TestRequestsThatCanNeverBecomeAnOrder(t *testing.T) {
	one := order.Item{SKU: "a", Quantity: 1}
	for name, r := range map[string]order.Request{
		"no customer":       {Items: []order.Item{one}},
		"no items":          {CustomerID: "c"},
		"no quantity":       {CustomerID: "c", Items: []order.Item{{SKU: "a"}}},
		"too many":          {CustomerID: "c", Items: []order.Item{{SKU: "a", Quantity: order.MaxQuantity + 1}}},
		"product twice":     {CustomerID: "c", Items: []order.Item{one, one}},
		"too many products": {CustomerID: "c", Items: make([]order.Item, order.MaxItems+1)},
		"huge metadata":     {CustomerID: "c", Items: []order.Item{one}, Metadata: map[string]any{"x": string(make([]byte, 5000))}},
	} {
		var bad *order.Invalid
		require.ErrorAs(t, r.Check(), &bad, name)
	}
	require.NoError(t, request.Check())
}

func TestTheKeyMakesTheID(t *testing.T) {
	fresh := func() string { return "fresh" }
	r := order.Request{CustomerID: "c", Key: "k"}
	assert.Equal(t, "fresh", order.Request{CustomerID: "c"}.ID(fresh))
	assert.Equal(t, r.ID(fresh), r.ID(fresh))
	assert.NotEqual(t, r.ID(fresh), order.Request{CustomerID: "d", Key: "k"}.ID(fresh), "a key is the customer's own")
	assert.NotEqual(t, r.ID(fresh), order.Request{CustomerID: "c", Key: "k2"}.ID(fresh))
}
