package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/fstest"
	"time"

	"orderly/services/internal/fakestore"
	"orderly/services/internal/serve"
	"orderly/services/internal/settings"
	"orderly/services/internal/sidecar"
	"orderly/services/internal/telemetry"
	"orderly/services/notify/internal/api"
	"orderly/services/notify/wiring"
)

// sample is an event as the sidecar delivers it: of order %[1]s and customer
// %[2]s, type %[3]s.
const sample = `{"data":{"at":"2026-01-31T09:30:00.123456Z","customerId":"%[2]s","expiresAt":"2026-01-31T09:45:00.123456Z",` +
	`"items":[{"sku":"sku-000123","quantity":1,"unitPrice":{"amount":1999,"currency":"USD"}},{"sku":"sku-000456","quantity":2,"unitPrice":{"amount":999,"currency":"USD"}}],` +
	`"orderId":"%[1]s","status":"confirmed","total":{"amount":3997,"currency":"USD"}},"datacontenttype":"application/json","id":"%[1]s.1","pubsubname":"pubsub","sequence":1,` +
	`"source":"/orders","specversion":"1.0","subject":"%[1]s","time":"2026-01-31T09:30:00.123456Z","topic":"orders","traceid":"00-%032[4]x-00f067aa0ba902b7-01",` +
	`"traceparent":"00-%032[4]x-00f067aa0ba902b7-01","tracestate":"","type":"%[3]s"}`

const delivered = 256 // events of one delivery

// delivery is number n of events of orders and customers of their own.
func delivery(n int, typ string) string {
	var b strings.Builder
	for i := range delivered {
		id := n*delivered + i
		fmt.Fprintf(&b, `,{"entryId":"%08d-3a1b-4b7f-8f0e-0c5b5a3f9d21","event":`, i)
		fmt.Fprintf(&b, sample, fmt.Sprintf("7d4f1c52-9a3e-4b7f-8f0e-%012d", id), fmt.Sprintf("customer-%d", id%10000), typ, id+1)
		b.WriteString(`,"contentType":"application/cloudevents+json","metadata":{"pubsubName":"pubsub"}}`)
	}
	return `{"entries":[` + b.String()[1:] + `],"id":"x","metadata":{},"pubsubname":"pubsub","topic":"orders","type":"com.dapr.event.sent.bulk"}`
}

// BenchmarkDelivery is a bulk delivery from the route to its answer, with all
// that keeping house costs meanwhile: to customers without a contact, and of a
// type that nobody is told of.
func BenchmarkDelivery(b *testing.B) {
	for _, typ := range []string{"order.confirmed.v1", "order.noted.v1"} {
		b.Run(typ, func(b *testing.B) {
			routes := start(b)
			for i := 0; b.Loop(); i++ {
				b.StopTimer()
				body := delivery(i, typ)
				b.StartTimer()
				before := cpu()
				r := httptest.NewRequest(http.MethodPost, "/events/orders", strings.NewReader(body))
				r.Header.Set("dapr-api-token", "token")
				w := httptest.NewRecorder()
				routes.ServeHTTP(w, r)
				spent += cpu() - before
				if w.Code != http.StatusOK || bytes.Contains(w.Body.Bytes(), []byte("RETRY")) {
					b.Fatal(w.Code, w.Body.String())
				}
			}
			b.ReportMetric(float64(spent.Nanoseconds())/1e3/float64(b.N*delivered), "cpu-us/event")
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/1e3/float64(b.N*delivered), "us/event")
			spent = 0
		})
	}
}

var spent time.Duration

func start(b *testing.B) http.Handler {
	b.Helper()
	if _, err := telemetry.Trace(context.Background(), "notify", "test"); err != nil {
		b.Fatal(err)
	}
	log, _ := telemetry.Logger(io.Discard, "notify", slog.LevelInfo)
	sc, err := sidecar.New(sidecar.Config{HTTPPort: 1, GRPCPort: 1})
	if err != nil {
		b.Fatal(err)
	}
	frame := serve.NewFrame("notify", serve.Config{AppAPIToken: "token"}, log, sc, sidecar.Needs{}, api.Problems, fstest.MapFS{})
	outcomes := frame.Metrics.Counter("notifications_total", "", "channel", "outcome")
	n := wiring.New(wiring.Options{Store: &fakestore.Store{}, Replica: "a", Observe: observe(log, outcomes), Now: now, Log: log,
		Settings: settings.Fixed(wiring.Settings{Lease: 15 * time.Second, Timeout: 5 * time.Second})})
	a := n.Door()
	a.Frame = frame
	ctx, cancel := context.WithCancel(context.Background())
	var jobs sync.WaitGroup
	for _, job := range []func(context.Context){n.Run, n.Show, n.Book.Run} {
		jobs.Go(func() { job(ctx) })
	}
	b.Cleanup(func() { cancel(); jobs.Wait() })
	return a.Routes()
}

// cpu is what this process has used.
func cpu() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
