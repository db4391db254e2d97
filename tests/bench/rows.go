package main

import (
	"cmp"
	"slices"
)

func find(rows []*row, key string) *row {
	i := slices.IndexFunc(rows, func(r *row) bool { return r.key() == key })
	if i < 0 {
		return nil
	}
	return rows[i]
}

// average is the row of a key, or of those that were measured more than once their average, with the worst p99.
func average(rows []*row, key string) *row {
	first := find(rows, key)
	if first == nil {
		return nil
	}
	sum, n := *first, 0.0
	sum.Rate, sum.Echoes, sum.Lone, sum.Mean, sum.P50 = 0, 0, 0, 0, 0
	for _, r := range rows {
		if r.key() != key {
			continue
		}
		n++
		sum.Rate, sum.Echoes, sum.Lone = sum.Rate+r.Rate, sum.Echoes+r.Echoes, sum.Lone+r.Lone
		sum.Mean, sum.P50, sum.P99 = sum.Mean+r.Mean, sum.P50+r.P50, max(sum.P99, r.P99)
	}
	sum.Rate, sum.Echoes, sum.Lone, sum.Mean, sum.P50 = sum.Rate/n, sum.Echoes/n, sum.Lone/n, sum.Mean/n, sum.P50/n
	return &sum
}

// rowsOf are the rows of a letter that count.
func rowsOf(rows []*row, letter string) (all []*row) {
	for _, r := range rows {
		if r.Letter == letter && !r.aside {
			all = append(all, r)
		}
	}
	return all
}

func fastest(rows []*row) *row {
	if len(rows) == 0 {
		return nil
	}
	return slices.MaxFunc(rows, func(a, b *row) int { return cmp.Compare(a.Rate/a.pace(), b.Rate/b.pace()) })
}
