package api

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"orderly/services/internal/event"
	"orderly/services/stock/internal/stock"
)

func orderEvent(typ, id string, sequence int, data string) string {
	return fmt.Sprintf(`{"specversion":"1.0","id":"%s.%d","source":"/orders","type":"%s","subject":"%s","time":"2026-01-31T09:30:00Z","datacontenttype":"application/json","sequence":%d,"data":%s}`,
		id, sequence, typ, id, sequence, data)
}

func dataOf(id string) string {
	return `{"orderId":"` + id + `","customerId":"ann","status":"any","items":[{"sku":"pen","quantity":2,"unitPrice":{"amount":100,"currency":"USD"}}],"total":{"amount":200,"currency":"USD"},"at":"2026-01-31T09:30:00Z"}`
}

// deliver posts events as the sidecar does and returns its verdicts.
func (d *door) deliver(events ...string) (verdicts []string) {
	d.t.Helper()
	bulk := `{"id":"1","entries":[`
	for i, e := range events {
		if i > 0 {
			bulk += ","
		}
		bulk += fmt.Sprintf(`{"entryId":"%d","event":%s}`, i, e)
	}
	a := d.call("POST", "/events/orders", bulk+`]}`, "dapr-api-token", token).is(200)
	for _, s := range a.body["statuses"].([]any) {
		verdicts = append(verdicts, s.(map[string]any)["status"].(string))
	}
	return verdicts
}

func TestOrdersAreFollowed(t *testing.T) {
	d := newDoor(t)
	d.product("pen", "10")
	d.call("POST", "/v1/reservations", `{"orderId":"o1","items":[{"sku":"pen","quantity":2}]}`).is(201)
	paid, cancelled := orderEvent("order.paid.v1", "o1", 2, dataOf("o1")), orderEvent("order.cancelled.v1", "o1", 3, dataOf("o1"))
	assert.Equal(t, []string{"SUCCESS", "SUCCESS"}, d.deliver(paid, paid))
	d.has("pen", `{"received":10,"available":8,"reserved":0,"sold":2}`)
	assert.Equal(t, []string{"SUCCESS", "SUCCESS", "SUCCESS"}, d.deliver(cancelled, paid, cancelled))
	d.has("pen", `{"received":10,"available":10,"reserved":0,"sold":0}`)

	d.orders.Is("o2", stock.Order{Fate: stock.Over, Status: "expired"})
	wrongOrder := d.deliver(orderEvent("order.expired.v1", "o2", 2, dataOf("o2")), orderEvent("order.paid.v1", "o2", 1, dataOf("o2")))
	assert.Equal(t, []string{"SUCCESS", "SUCCESS"}, wrongOrder)
	d.has("pen", `{"received":10,"available":10,"reserved":0,"sold":0}`)

	d.isPaid("pending")
	d.deliver(orderEvent("order.paid.v1", "pending", 2, dataOf("pending")))
	d.has("pen", `{"received":10,"available":8,"reserved":0,"sold":2}`)
	assert.Empty(t, d.dead)
}

// isPaid has an order be paid for two pens.
func (d *door) isPaid(id string) {
	price, err := stock.NewMoney(100, "USD")
	require.NoError(d.t, err)
	d.orders.Is(id, stock.Order{Fate: stock.Sold, Status: "paid", Lines: []stock.Line{{SKU: "pen", Quantity: 2, UnitPrice: price}}})
}

func TestTypesOfNoConcernAreDone(t *testing.T) {
	d := newDoor(t)
	for _, typ := range []string{"order.placed.v1", "order.shipped.v1", "order.shipped.v9", "order.attention.v1", "something.else", "x"} {
		assert.Equal(t, []string{"SUCCESS"}, d.deliver(orderEvent(typ, "o1", 1, `7`)), typ)
	}
	assert.Empty(t, d.dead)
}

func TestAPaymentWithoutStockIsTold(t *testing.T) {
	d := newDoor(t)
	d.product("pen", "1")
	d.isPaid("o1")
	paid := orderEvent("order.paid.v1", "o1", 2, dataOf("o1"))
	assert.Equal(t, []string{"SUCCESS", "SUCCESS"}, d.deliver(paid, paid))
	assert.Equal(t, []string{"pen.1 stock.received.v1", "o1.1 stock.commit-failed.v1"}, d.store.Events())
}

func TestWhatCannotBeHandledIsDeadLettered(t *testing.T) {
	for name, c := range map[string]struct{ event, reason string }{
		"a later version":  {orderEvent("order.paid.v2", "o1", 1, dataOf("o1")), "unknown-event-version: This service reads order.paid.v1"},
		"another subject":  {orderEvent("order.paid.v1", "o1", 1, dataOf("o2")), "malformed-event"},
		"no data":          {orderEvent("order.cancelled.v1", "o1", 1, `7`), "malformed-event"},
		"no items":         {orderEvent("order.paid.v1", "o1", 1, `{"orderId":"o1"}`), "validation-failed"},
		"no price":         {orderEvent("order.paid.v1", "o1", 1, `{"orderId":"o1","items":[{"sku":"pen","quantity":2}]}`), "unitPrice.currency"},
		"a negative":       {orderEvent("order.paid.v1", "o1", 1, `{"orderId":"o1","items":[{"sku":"pen","quantity":-2,"unitPrice":{"amount":1,"currency":"USD"}}]}`), "items[0].quantity"},
		"no sku":           {orderEvent("order.paid.v1", "o1", 1, `{"orderId":"o1","items":[{"sku":"a||b","quantity":2,"unitPrice":{"amount":1,"currency":"USD"}}]}`), "malformed-event"},
		"no such order":    {orderEvent("order.paid.v1", "o1", 1, dataOf("o1")), "event-not-confirmed"},
		"not a CloudEvent": {`{"hello":"world"}`, "malformed-event"},
	} {
		d := newDoor(t)
		assert.Equal(t, []string{"SUCCESS"}, d.deliver(c.event), name)
		if assert.Len(t, d.dead, 1, name) {
			assert.Contains(t, d.dead[0], c.reason, name)
		}
		d.late = true
		assert.Equal(t, []string{"RETRY"}, d.deliver(c.event), name)
	}
}

// While order cannot be asked, what it has to confirm comes again.
func TestWithoutOrderItsStrangersComeAgain(t *testing.T) {
	d := newDoor(t)
	d.orders.Err = fmt.Errorf("away")
	for _, typ := range []string{"order.paid.v1", "order.cancelled.v1"} {
		assert.Equal(t, []string{"RETRY"}, d.deliver(orderEvent(typ, "o1", 1, dataOf("o1"))))
	}
	assert.Empty(t, d.dead)
}

func TestWithoutAStoreEventsComeAgain(t *testing.T) {
	d := newDoor(t)
	d.store.Err = fmt.Errorf("away")
	assert.Equal(t, []string{"RETRY"}, d.deliver(orderEvent("order.paid.v1", "o1", 1, dataOf("o1"))))
	assert.Empty(t, d.dead)
	d.call("POST", "/events/orders", `{"entries":[]}`).refused(403, "own-sidecar-only")
}

// What order publishes can be read here, by the examples of its own contract.
func TestExamplesOfTheNeighbour(t *testing.T) {
	files, err := filepath.Glob("../../../order/contract/examples/*.json")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	acted := 0
	for _, file := range files {
		body, err := os.ReadFile(file)
		require.NoError(t, err)
		e, err := event.Open(body)
		require.NoError(t, err, file)
		data, err := readOrder(e)
		require.NoError(t, err, file)
		assert.Equal(t, e.Subject, data.OrderID)
		switch e.Type {
		case "order.paid.v1", "order.cancelled.v1", "order.expired.v1":
			acted++
			require.NotEmpty(t, data.Items, file)
			require.Positive(t, data.Items[0].Quantity)
			d := newDoor(t)
			if d.orders.Is(e.Subject, stock.Order{Fate: stock.Over}); e.Type == "order.paid.v1" {
				d.isPaid(e.Subject)
			}
			assert.Equal(t, []string{"SUCCESS"}, d.deliver(string(body)))
			assert.Empty(t, d.dead, file)
			assert.NotEqual(t, 404, d.call("GET", "/v1/reservations/"+e.Subject, "").Code, file)
		}
	}
	assert.Equal(t, 3, acted)
}

func FuzzOrderEvent(f *testing.F) {
	f.Add([]byte(orderEvent("order.paid.v1", "o1", 1, dataOf("o1"))))
	f.Add([]byte(orderEvent("order.cancelled.v1", "o1", 2, `{"orderId":"o1"}`)))
	f.Add([]byte(orderEvent("order.expired.v2", "o1", 2, `{}`)))
	f.Fuzz(func(t *testing.T, body []byte) {
		if !json.Valid(body) {
			return
		}
		d := newDoor(t)
		d.product("pen", "5")
		if got := d.deliver(string(body)); len(got) != 1 || got[0] != "SUCCESS" {
			t.Fatalf("%v for %s", got, body)
		}
	})
}
