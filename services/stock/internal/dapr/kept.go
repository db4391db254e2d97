package dapr

import (
	"orderly/services/internal/ledger"
	"orderly/services/stock/internal/stock"
)

// kept implements stock.Kept: what a transaction of the ledger sees.
type kept struct{ t *ledger.Txn }

func (k kept) Shelf(sku string) *stock.Shelf     { return get[stock.Shelf](k.t, skuKey(sku)) }
func (k kept) Product(sku string) *stock.Product { return get[stock.Product](k.t, productKey(sku)) }
func (k kept) Reservation(orderID string) *stock.Reservation {
	return get[stock.Reservation](k.t, holdKey(orderID))
}
func (k kept) Answer(r stock.Reference) *stock.Answer { return get[stock.Answer](k.t, refKey(r)) }

func get[T any](t *ledger.Txn, key string) *T {
	value, _ := t.Get(key).(*T) // nil when there is no document
	return value
}
