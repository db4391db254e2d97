package main

import (
	"strings"
	"testing"
)

// measured is a run that reaches every goal, some just so.
func measured() []*row {
	peaks := map[string]float64{"order": 150, "stock": 90, "notify": 80, "order.sidecar": 900}
	sale := map[int]int{201: 1000, 409: 99_000}
	return []*row{
		{Letter: "a", Clients: 1, Requests: 1, P50: 1},
		{Letter: "a", Clients: 32, Requests: 1, Rate: 3000},
		{Letter: "b", Clients: 32, Requests: 1, Rate: 300, PeakBy: map[string]float64{"order": 999}},
		{Letter: "b", Clients: 256, Requests: 1, Rate: 500},
		{Letter: "c", Clients: 1, Requests: 1, P50: 4},
		{Letter: "c", Clients: 256, Requests: 1, Rate: 3000, P99: 450, Mean: 180, PeakBy: peaks},
		{Letter: "c", Clients: 256, Requests: 1, Rate: 4000, aside: true},
		{Letter: "d", Clients: 256, Requests: 1, Rate: 2700},
		{Letter: "e", Clients: 512, Requests: 1, Rejected: 3000, Statuses: sale},
		{Letter: "f", Clients: 256, Requests: 1, P99: 100},
		{Letter: "g", Clients: 256, Requests: 1, Rate: 2700},
	}
}

func verdicts(rows []*row, verdict string) (names []string) {
	for _, r := range ratios(rows) {
		if r.verdict() == verdict {
			names = append(names, r.Name)
		}
	}
	return names
}

func TestGoalsReached(t *testing.T) {
	if all := ratios(measured()); len(verdicts(measured(), "ok")) != len(all) {
		t.Errorf("%+v", all)
	}
}

func TestAMissedGoalFailsTheRun(t *testing.T) {
	rows := measured()
	if err := missed(ratios(rows)); err != nil {
		t.Error(err)
	}
	if err := missed(ratios(rows[:2])); err != nil { // what was not measured is not missed
		t.Error(err)
	}
	rows[5].P99, rows[7].Rate = 451, 2699
	err := missed(ratios(rows))
	for _, want := range []string{"(c) p99 at 256 clients is 451 ms, wanted ≤ 450 ms", "(d) one hot product ÷ (c) is 0.8997, wanted ≥ 0.9"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q, got: %v", want, err)
		}
	}
}

func TestGoalsMissed(t *testing.T) {
	for name, spoil := range map[string]func([]*row){
		"÷ (a)":       func(rows []*row) { rows[1].Rate = 3001 },
		"order's":     func(rows []*row) { rows[6].Rate = 2999 },
		"÷ (b)":       func(rows []*row) { rows[3].Rate = 501 },
		"lone":        func(rows []*row) { rows[4].P50 = 4.1 },
		"(c) p99":     func(rows []*row) { rows[5].P99 = 451 },
		"(c) mean":    func(rows []*row) { rows[5].Mean = 181 },
		"hot":         func(rows []*row) { rows[7].Rate = 2699 },
		"of the sale": func(rows []*row) { rows[8].Statuses = map[int]int{201: 1001, 409: 98_999} },
		"refusals":    func(rows []*row) { rows[8].Rejected = 2999 },
		"event to":    func(rows []*row) { rows[9].P99 = 101 },
		"stored":      func(rows []*row) { rows[10].Rate = 2699 },
		"of stock":    func(rows []*row) { rows[7].PeakBy = map[string]float64{"stock": 151} },
		"answers not": func(rows []*row) { rows[6].Errors = 1 },
	} {
		rows := measured()
		spoil(rows)
		if missed := verdicts(rows, "MISSED"); len(missed) != 1 || !strings.Contains(missed[0], name) {
			t.Errorf("%s: missed are %q", name, missed)
		}
	}
}

func TestASaleWithAnErrorIsMissed(t *testing.T) {
	rows := measured()
	rows[8].Statuses = map[int]int{201: 1000, 409: 98_999, 503: 1}
	if missed := verdicts(rows, "MISSED"); len(missed) != 1 {
		t.Errorf("missed are %q", missed)
	}
}

// The machine was twice as fast for each row as for the one before: that is no merit of a row.
func TestRowsAreComparedByTheEchoesBesideThem(t *testing.T) {
	rows, pace := measured(), 1000.0
	for _, r := range rows {
		r.Rate, r.Rejected, r.P50, r.Echoes, r.Lone = r.Rate/3000*pace, r.Rejected/3000*pace, r.P50/pace, pace, 1/pace
		pace *= 2
	}
	if missed := verdicts(rows, "MISSED"); len(missed) != 0 {
		t.Errorf("missed are %q", missed)
	}
	find(rows, "c@256").Rate *= 0.99
	find(rows, "c@1").Lone *= 0.99
	if missed := verdicts(rows, "MISSED"); len(missed) != 3 || !strings.Contains(missed[0], "÷ (a)") || !strings.Contains(missed[1], "÷ (b)") || !strings.Contains(missed[2], "lone") {
		t.Errorf("missed are %q", missed)
	}
}

func TestGoalsWithoutRows(t *testing.T) {
	for _, rows := range [][]*row{nil, {{Letter: "c", Clients: 256}}, {{Letter: "a", Clients: 32, Rate: 1}}} {
		if missed := verdicts(rows, "MISSED"); len(missed) != 0 {
			t.Errorf("%+v: missed are %q", rows, missed)
		}
	}
}

// What is measured again counts as much as what was measured first, and its worst p99.
func TestRowsMeasuredTwiceAreAveraged(t *testing.T) {
	rows := measured()
	again := *find(rows, "c@256")
	find(rows, "c@256").Rate -= 100
	again.Rate += 100
	if missed := verdicts(append(rows, &again), "MISSED"); len(missed) != 0 {
		t.Errorf("missed are %q", missed)
	}
	again.Rate, again.P99 = again.Rate-1, 451
	if missed := verdicts(append(rows, &again), "MISSED"); len(missed) != 3 || !strings.Contains(missed[2], "(c) p99") {
		t.Errorf("missed are %q", missed)
	}
}
