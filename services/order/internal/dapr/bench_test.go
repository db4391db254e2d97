package dapr

import (
	"fmt"
	"log/slog"
	"testing"
	"time"

	"orderly/services/internal/fakestore"
	"orderly/services/internal/ledger"
	"orderly/services/order/internal/order"
)

// BenchmarkCreate keeps orders, a page of 256 at a time, with and without their index.
func BenchmarkCreate(b *testing.B) {
	for name, marks := range map[string]func(string, any) []ledger.Mark{"without": nil, "with": Marks} {
		b.Run(name, func(b *testing.B) {
			book := ledger.Open(ledger.Options{Store: &fakestore.Store{}, Codec: Codec{}, Marks: marks, Group: Group, Replica: "a", Now: time.Now, Log: slog.New(slog.DiscardHandler)})
			s := NewStore(book, slog.New(slog.DiscardHandler), func(string) {})
			r := order.Request{CustomerID: "c", Items: []order.Item{{SKU: "tea", Quantity: 1}}}
			price := []order.Item{{SKU: "tea", Quantity: 1, UnitPrice: &order.Money{Amount: 5, Currency: "USD"}}}
			news := make([]order.New, 256)
			for n := 0; b.Loop(); n++ {
				for i := range news {
					now := time.Now().UTC()
					o, err := order.NewConfirmed(r, fmt.Sprintf("%08x-%04x-7000-8000-%012x", now.UnixMilli()>>16, now.UnixMilli()&0xffff, n*256+i), price, now, now.Add(time.Hour))
					if err != nil {
						b.Fatal(err)
					}
					news[i] = order.New{Ctx: b.Context(), Order: o, Fresh: true}
				}
				for _, err := range s.Create(b.Context(), news) {
					if err != nil {
						b.Fatal(err)
					}
				}
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/256, "µs/order")
		})
	}
}
