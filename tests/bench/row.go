package main

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// row is one measured line of the table.
type row struct {
	Letter   string             `json:"row"`
	Name     string             `json:"name"`
	Clients  int                `json:"clients"`
	Seconds  float64            `json:"seconds"`              // measured
	Requests int                `json:"requests"`             // answered as expected in that time
	Rate     float64            `json:"rate"`                 // of them, per second
	Rejected float64            `json:"rejected,omitempty"`   // those that were 409, per second
	Echoes   float64            `json:"echoes,omitempty"`     // of row (a) with 32 clients, per second, just before and after
	Lone     float64            `json:"loneEchoMs,omitempty"` // what an echo took with 1 client, median, just before and after
	Mean     float64            `json:"meanMs"`
	P50      float64            `json:"p50Ms"`
	P99      float64            `json:"p99Ms"`
	Max      float64            `json:"maxMs"`
	Statuses map[int]int        `json:"statuses"` // of every request, warm-up included; 0 is no answer
	Errors   int                `json:"errors"`
	Behind   float64            `json:"behindSeconds"` // until notify had caught up
	CPU      float64            `json:"cpuMs"`         // per request, all processes
	CPUBy    map[string]float64 `json:"cpuMsBy"`
	PeakBy   map[string]float64 `json:"peakMBBy"`      // resident memory
	Others   float64            `json:"othersPercent"` // of the machine's CPU, used by what is no part of the run
	Void     []string           `json:"void,omitempty"`
	Samples  []string           `json:"errorSamples,omitempty"`

	orders bool         // of a shop: notify and stock are looked at afterwards
	aside  bool         // no row of its letter that others are compared with
	judge  func(result) // looks at what is special about the row
}

// key names a row among those of a run.
func (r *row) key() string {
	if r.aside {
		return r.Letter + "'"
	}
	return fmt.Sprintf("%s@%d", r.Letter, r.Clients)
}

// pace is how fast the machine was: 1 where nobody knows.
func (r *row) pace() float64 {
	if r.Echoes > 0 {
		return r.Echoes
	}
	return 1
}

// title is the row's name for a person.
func (r *row) title() string {
	if r.Clients == 1 {
		return r.Name + ", 1 client"
	}
	return fmt.Sprintf("%s, %d clients", r.Name, r.Clients)
}

// take fills in what a load and the watch over the processes found.
func (r *row) take(l *load, res result, u usage) {
	r.Clients, r.Seconds, r.Statuses = l.clients, res.window.Seconds(), res.all
	r.Requests = len(res.latencies)
	r.Rate = float64(r.Requests) / r.Seconds
	r.Rejected = float64(res.counts[409]) / r.Seconds
	r.Mean, r.P50, r.P99 = ms(mean(res.latencies)), ms(percentile(res.latencies, 50)), ms(percentile(res.latencies, 99))
	r.Max = ms(percentile(res.latencies, 100))
	for status, n := range res.all {
		if !slices.Contains(l.expect, status) {
			r.Errors += n
		}
	}
	r.Samples = distinct(res.errors)
	r.used(u, res.requests())
}

// used divides what the processes used by so many requests.
func (r *row) used(u usage, requests int) {
	r.CPUBy, r.PeakBy = map[string]float64{}, map[string]float64{}
	for name, t := range u.cpu {
		each := ms(t) / float64(max(requests, 1))
		r.CPUBy[name] = each
		r.CPU += each
	}
	r.Others = 100 * u.others
	for name, bytes := range u.peak {
		r.PeakBy[name] = float64(bytes) / 1e6
	}
}

// void says why the row does not count.
func (r *row) void(format string, args ...any) { r.Void = append(r.Void, fmt.Sprintf(format, args...)) }

// distinct keeps the first few errors that differ in how they begin: orders by their status, problems by their type.
func distinct(errors []string) []string {
	head := func(e string) string {
		if strings.HasPrefix(e, "2") {
			return e[:3]
		}
		return e[:min(len(e), 60)]
	}
	var kept []string
	for _, e := range errors {
		same := func(k string) bool { return head(k) == head(e) }
		if len(kept) < 4 && !slices.ContainsFunc(kept, same) {
			kept = append(kept, e)
		}
	}
	return kept
}

func seconds(d time.Duration) float64 { return d.Round(time.Millisecond).Seconds() }
