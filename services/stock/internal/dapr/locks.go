package dapr

import (
	"hash/fnv"
	"slices"
	"sync"

	"orderly/services/stock/internal/stock"
)

// locks let the decisions of one process wait for each other where they would
// conflict. Each key has one of the stripes.
type locks struct{ stripes [1024]sync.Mutex }

// take locks what is wanted and returns how to let go. Stripes are always taken
// in the same order, so two takers cannot wait for each other.
func (l *locks) take(want stock.Want) (release func()) {
	var mine []uint32
	for _, sku := range want.SKUs {
		mine = append(mine, l.stripe(skuKey(sku)))
	}
	for _, id := range want.Orders {
		mine = append(mine, l.stripe(holdKey(id)))
	}
	slices.Sort(mine)
	mine = slices.Compact(mine)
	for _, i := range mine {
		l.stripes[i].Lock()
	}
	return func() {
		for _, i := range mine {
			l.stripes[i].Unlock()
		}
	}
}

func (l *locks) stripe(key string) uint32 {
	h := fnv.New32a()
	_, _ = h.Write([]byte(key))
	return h.Sum32() % uint32(len(l.stripes))
}
