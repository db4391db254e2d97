package serve

import (
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
)

// Metrics is what /metrics shows of every service.
type Metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	events   *prometheus.CounterVec
}

func newMetrics(reg *prometheus.Registry) *Metrics {
	m := &Metrics{
		registry: reg,
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "http_requests_total", Help: "Requests answered."}, []string{"method", "route", "status"}),
		seconds:  prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "http_request_duration_seconds", Help: "Time to answer.", Buckets: prometheus.ExponentialBuckets(0.001, 2, 14)}, []string{"method", "route"}),
		events:   prometheus.NewCounterVec(prometheus.CounterOpts{Name: "events_handled_total", Help: "Events by what became of them: ok, retry or dead."}, []string{"type", "result"}),
	}
	reg.MustRegister(m.requests, m.seconds, m.events, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

func (m *Metrics) request(method, route string, status int, took time.Duration) {
	m.requests.WithLabelValues(method, route, strconv.Itoa(status)).Inc()
	m.seconds.WithLabelValues(method, route).Observe(took.Seconds())
}

// Event counts an event by what became of it. The type of an event that nobody
// knows is not a label: it comes from outside and would grow without end.
func (m *Metrics) Event(known map[string]bool) func(typ, result string) {
	return func(typ, result string) {
		if !known[typ] {
			typ = "unknown"
		}
		m.events.WithLabelValues(typ, result).Inc()
	}
}

// Counter registers a counter of the service's own.
func (m *Metrics) Counter(name, help string, labels ...string) *prometheus.CounterVec {
	c := prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
	m.registry.MustRegister(c)
	return c
}

// Waiting registers how many changes and requests wait for their batch: when it
// grows, more replicas are needed. From BATCH_WAITING on, callers are refused.
func (m *Metrics) Waiting(now func() int) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(
		prometheus.GaugeOpts{Name: "batch_waiting", Help: "What waits for its batch: requests and changes."},
		func() float64 { return float64(now()) }))
}
