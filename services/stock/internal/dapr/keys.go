package dapr

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"orderly/services/internal/ledger"
	"orderly/services/stock/internal/stock"
)

// Documents.
func skuKey(sku string) string      { return "sku:" + sku }
func productKey(sku string) string  { return "product:" + sku }
func holdKey(orderID string) string { return holdPrefix + orderID }

const holdPrefix = "hold:"

// Group writes new reservations together, where order ids have their time in
// them; see ledger.ByTime.
func Group(key string) string {
	if id, ok := strings.CutPrefix(key, holdPrefix); ok {
		return ledger.ByTime(id)
	}
	return ""
}

// refKey has a digest of the reference: its length and letters suit every
// store, also one that ignores case. The record has the reference itself.
func refKey(r stock.Reference) string {
	digest := sha256.Sum256([]byte(r.Name))
	return "ref:" + r.SKU + ":" + hex.EncodeToString(digest[:16])
}

// Lists.
const products = "products" // SKUs in the order in which they were first created

func ledgerList(sku string) string { return "ledger:" + sku }

// Keep names the documents that are worth keeping in memory: those that every
// reservation looks at.
func Keep(key string) bool { return strings.HasPrefix(key, "sku:") }

func newKeys(want stock.Want) []string {
	var keys []string
	for _, id := range want.NewOrders {
		keys = append(keys, holdKey(id))
	}
	return keys
}

func keysOf(want stock.Want) []string {
	keys := make([]string, 0, len(want.SKUs)+len(want.Products)+len(want.Orders)+len(want.References))
	for _, sku := range want.SKUs {
		keys = append(keys, skuKey(sku))
	}
	for _, sku := range want.Products {
		keys = append(keys, productKey(sku))
	}
	for _, id := range want.Orders {
		keys = append(keys, holdKey(id))
	}
	for _, ref := range want.References {
		keys = append(keys, refKey(ref))
	}
	return keys
}
