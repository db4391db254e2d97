package dapr

import (
	"crypto/sha256"
	"fmt"

	"orderly/services/stock/internal/stock"
)

func skuKey(sku string) string           { return "sku:" + sku }
func holdKey(orderID string) string      { return "hold:" + orderID }
func pageKey(sku string, n int64) string { return fmt.Sprintf("ledger:%s:%d", sku, n) }

// refKey has a digest of the reference: its length and letters suit every
// store, also one that ignores case. The record has the reference itself.
func refKey(r stock.Reference) string {
	return fmt.Sprintf("ref:%s:%x", r.SKU, sha256.Sum256([]byte(r.Name)))[:len("ref::")+len(r.SKU)+32]
}
