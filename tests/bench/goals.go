package main

import (
	"errors"
	"fmt"
	"strings"
)

// ratio is a figure of the run and its goal.
type ratio struct {
	Name     string  `json:"name"`
	Value    float64 `json:"value"`
	Unit     string  `json:"unit,omitempty"`
	Goal     string  `json:"goal"`
	OK       bool    `json:"ok"`
	Measured bool    `json:"measured"`
}

func (r ratio) verdict() string {
	switch {
	case !r.Measured:
		return "not measured"
	case r.OK:
		return "ok"
	}
	return "MISSED"
}

// missed says which goals were not reached; nil when all that were measured are.
func missed(ratios []ratio) error {
	var all []error
	for _, r := range ratios {
		if r.Measured && !r.OK {
			all = append(all, fmt.Errorf("%s is %s, wanted %s", r.Name, strings.TrimSpace(fmt.Sprintf("%.4g %s", r.Value, r.Unit)), r.Goal))
		}
	}
	if len(all) == 0 {
		return nil
	}
	return fmt.Errorf("goals were missed:\n%w", errors.Join(all...))
}

// ratios are the figures to reach, from the rows that there are. Those of two rows are of their figures by the pace of
// the machine meanwhile.
func ratios(rows []*row) []ratio {
	rate := func(r *row) float64 { return r.Rate / r.pace() }
	c, e := average(rows, "c@256"), fastest(rowsOf(rows, "e"))
	all := []ratio{
		toEchoes("(c) 256 clients ÷ (a) echo, 32 clients", c, find(rows, "a@32"), func(r *row) float64 { return r.Rate }, func(r *row) float64 { return r.Echoes }).atLeast(1, "≥ 1.0, aim 1.5"),
		toEchoes("(c) through order's sidecar ÷ (a)", find(rows, "c'"), find(rows, "a@32"), func(r *row) float64 { return r.Rate }, func(r *row) float64 { return r.Echoes }).atLeast(1, "≥ 1.0"),
		over("(c) ÷ (b) no batching, the faster of its rows", c, fastest(rowsOf(rows, "b")), rate).atLeast(6, "≥ 6"),
		over("(d) one hot product ÷ (c)", find(rows, "d@256"), c, rate).atLeast(0.9, "≥ 0.9"),
		toEchoes("p50 of a lone order ÷ p50 of one echo", average(rows, "c@1"), find(rows, "a@1"), func(r *row) float64 { return r.P50 }, func(r *row) float64 { return r.Lone }).atMost(4, "≤ 4"),
		of("(c) p99 at 256 clients", "ms", c, func(r *row) float64 { return r.P99 }).atMost(450, "≤ 450 ms"),
		of("(c) mean at 256 clients", "ms", c, func(r *row) float64 { return r.Mean }).atMost(180, "≤ 180 ms"),
		sale(e),
		rejects(e, c),
		of("(f) event to notification, p99", "ms", find(rows, "f@256"), func(r *row) float64 { return r.P99 }).atMost(100, "≤ 100 ms"),
		over("(g) with many stored ÷ (c)", find(rows, "g@256"), c, rate).atLeast(0.9, "≥ 0.9"),
	}
	for _, service := range []string{"order", "stock", "notify"} {
		all = append(all, peak(rows, service).atMost(150, "≤ 150 MB"))
	}
	return append(all, failures(rows).atMost(0, "0"))
}

// toEchoes divides a figure of c by that of the echoes beside it, or else by that of row (a).
func toEchoes(name string, c, a *row, figure, beside func(*row) float64) ratio {
	r := ratio{Name: name}
	if c == nil {
		return r
	}
	by := beside(c)
	if by == 0 && a != nil {
		by = figure(a)
	}
	if by > 0 {
		r.Value, r.Measured = figure(c)/by, true
	}
	return r
}

// over divides one row's figure by another's.
func over(name string, a, b *row, figure func(*row) float64) ratio {
	r := ratio{Name: name}
	if a != nil && b != nil && figure(b) > 0 {
		r.Value, r.Measured = figure(a)/figure(b), true
	}
	return r
}

func of(name, unit string, a *row, figure func(*row) float64) ratio {
	r := ratio{Name: name, Unit: unit}
	if a != nil && a.Requests > 0 {
		r.Value, r.Measured = figure(a), true
	}
	return r
}

func (r ratio) atLeast(goal float64, text string) ratio {
	r.Goal, r.OK = text, r.Measured && r.Value >= goal
	return r
}

func (r ratio) atMost(goal float64, text string) ratio {
	r.Goal, r.OK = text, r.Measured && r.Value <= goal
	return r
}

// sale is a hundredth of the buyers served, and all others refused.
func sale(e *row) ratio {
	r := ratio{Name: "(e) orders of the sale that were confirmed"}
	if e == nil {
		return ratio{Name: r.Name, Goal: "exactly the units, all others 409"}
	}
	total := 0
	for _, n := range e.Statuses {
		total += n
	}
	r.Value, r.Measured = float64(e.Statuses[201]), true
	r.Goal = fmt.Sprintf("exactly %d, the other %d are 409", total/100, total-total/100)
	r.OK = e.Statuses[201] == total/100 && e.Statuses[409] == total-total/100 && len(e.Void) == 0
	return r
}

func rejects(e, c *row) ratio {
	r := ratio{Name: "(e) refusals per second ÷ rate of (c)"}
	if e != nil && c != nil && c.Rate > 0 {
		r.Value, r.Measured = e.Rejected/e.pace()/(c.Rate/c.pace()), true
	}
	return r.atLeast(1, "≥ 1.0")
}

// peak is the most memory a service had in any row as shipped.
func peak(rows []*row, service string) ratio {
	r := ratio{Name: "resident memory of " + service + ", most seen", Unit: "MB"}
	for _, row := range rows {
		if mb, seen := row.PeakBy[service]; seen && row.Letter > "b" {
			r.Value, r.Measured = max(r.Value, mb), true
		}
	}
	return r
}

func failures(rows []*row) ratio {
	r := ratio{Name: "answers not expected, all rows", Measured: len(rows) > 0}
	for _, row := range rows {
		r.Value += float64(row.Errors)
	}
	return r
}
