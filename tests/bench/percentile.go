package main

import (
	"math"
	"time"
)

// percentile is the smallest of the sorted values that at least p percent of them do not exceed (nearest rank); 0
// when there are none.
func percentile(sorted []time.Duration, p float64) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	rank := int(math.Ceil(p / 100 * float64(len(sorted))))
	return sorted[min(max(rank, 1), len(sorted))-1]
}

func mean(values []time.Duration) time.Duration {
	if len(values) == 0 {
		return 0
	}
	var sum time.Duration
	for _, v := range values {
		sum += v
	}
	return sum / time.Duration(len(values))
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
