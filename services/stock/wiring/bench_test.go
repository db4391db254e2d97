package wiring_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"orderly/services/internal/event"
	"orderly/services/internal/serve"
	"orderly/services/internal/settings"
	"orderly/services/internal/sidecar"
	"orderly/services/internal/telemetry"
	"orderly/services/stock/contract"
	"orderly/services/stock/wiring"
)

// BenchmarkReserveMany is the whole handler of POST /v1/reservations/batch with
// 256 reservations of 2 lines, logs and validation as shipped, over a store that
// costs next to nothing. CPU is of the whole process, in us for one reservation.
func BenchmarkReserveMany(b *testing.B) {
	for _, skus := range []int{10_000, 2} {
		b.Run(fmt.Sprintf("skus=%d", skus), func(b *testing.B) { reserveMany(b, skus) })
	}
}

// BenchmarkImport is a file of 100,000 rows, each a new product with goods.
func BenchmarkImport(b *testing.B) {
	began := cpu(b)
	for b.Loop() {
		shop(b, 100_000)
	}
	per := time.Duration(b.N * 100_000)
	b.ReportMetric(float64((cpu(b)-began)/per)/1000, "cpu-us/row")
	b.ReportMetric(float64(b.Elapsed()/per)/1000, "us/row")
}

const batchSize = 256

func reserveMany(b *testing.B, skus int) {
	h := shop(b, skus)
	orders := 0
	b.ReportAllocs()
	began := cpu(b)
	for b.Loop() {
		if got := post(b, h, "/v1/reservations/batch", "application/json", asks(&orders, skus)); strings.Count(got, `"status":201`) != batchSize {
			b.Fatal(got)
		}
	}
	per := time.Duration(b.N * batchSize)
	b.ReportMetric(float64((cpu(b)-began)/per)/1000, "cpu-us/reservation")
	b.ReportMetric(float64(b.Elapsed()/per)/1000, "us/reservation")
}

// shop is the service, at work, with so many products in plenty.
func shop(b *testing.B, skus int) http.Handler {
	b.Helper()
	log, _ := telemetry.Logger(io.Discard, "stock", slog.LevelInfo)
	s := wiring.New(wiring.Options{Store: &mapStore{docs: map[string]sidecar.Doc{}}, Replica: "a", Now: time.Now, Settings: settings.Fixed(wiring.Settings{HoldTTL: 30 * time.Minute}), Log: log,
		Publish: func(context.Context, string, []event.Event) error { return nil }})
	h := s.Routes(serve.NewFrame("stock", serve.Config{}, log, nil, sidecar.Needs{}, nil, contract.Files), nil)
	ctx, stop := context.WithCancel(b.Context())
	b.Cleanup(stop)
	go s.Book.Run(ctx)
	var rows strings.Builder
	rows.WriteString("sku,name,amount,currency,receive,reference\n")
	for i := range skus {
		fmt.Fprintf(&rows, "sku-%d,A thing,1999,USD,1000000000,r\n", i)
	}
	post(b, h, "/v1/products/import", "text/csv", rows.String())
	return h
}

func asks(orders *int, skus int) string {
	var body strings.Builder
	body.WriteString(`{"reservations":[`)
	for i := range batchSize {
		if i > 0 {
			body.WriteByte(',')
		}
		*orders++
		first := *orders * 7919 % skus
		fmt.Fprintf(&body, `{"orderId":"0198c6a2-7d1e-7c3a-9f00-%012d","items":[{"sku":"sku-%d","quantity":1},{"sku":"sku-%d","quantity":2}]}`, *orders, first, (first+skus/2)%skus)
	}
	body.WriteString(`]}`)
	return body.String()
}

func post(b *testing.B, h http.Handler, path, kind, body string) string {
	b.Helper()
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	r.Header.Set("Content-Type", kind)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		b.Fatal(w.Body)
	}
	return w.Body.String()
}

// cpu is what this process has used so far.
func cpu(b *testing.B) time.Duration {
	b.Helper()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// mapStore is a store without faults, which does not copy.
type mapStore struct {
	mu   sync.Mutex
	docs map[string]sidecar.Doc
	tag  int
}

func (s *mapStore) Atomic(context.Context) (bool, error) { return true, nil }

func (s *mapStore) GetMany(_ context.Context, keys []string) (map[string]sidecar.Doc, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make(map[string]sidecar.Doc, len(keys))
	for _, k := range keys {
		d := s.docs[k]
		d.Key = k
		out[k] = d
	}
	return out, nil
}

func (s *mapStore) Apply(_ context.Context, ops ...sidecar.Op) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, op := range ops {
		if !op.Fits(s.docs[op.Key()]) {
			return sidecar.ErrConflict
		}
	}
	s.tag++
	for _, op := range ops {
		s.docs[op.Key()] = sidecar.Doc{Key: op.Key(), Value: op.Value(), ETag: strconv.Itoa(s.tag)}
	}
	return nil
}
