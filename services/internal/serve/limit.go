package serve

import (
	"net/http"
	"time"

	"golang.org/x/time/rate"

	"orderly/services/internal/problem"
)

// errRate says that RATE_LIMIT is reached.
var errRate = problem.New(http.StatusTooManyRequests, "rate-limited",
	"This replica takes no more requests in this second. Send the same request again after the time in Retry-After.").After(time.Second)

// bucket is the token bucket of one limit; it holds what may come in a second.
type bucket struct {
	limit int
	*rate.Limiter
}

// RateLimit is middleware that takes at most as many requests per second as the
// setting RATE_LIMIT says, all routes that use it together.
func (f *Frame) RateLimit(next http.Handler) http.Handler {
	return f.Handle(func(w http.ResponseWriter, r *http.Request) error {
		if limit := f.told.now().RateLimit; limit > 0 && !f.bucketOf(limit).Allow() {
			return errRate
		}
		next.ServeHTTP(w, r)
		return nil
	})
}

// bucketOf returns the bucket of the limit in force; a new limit begins with a full
// one.
func (f *Frame) bucketOf(limit int) *bucket {
	b := f.bucket.Load()
	if b == nil || b.limit != limit {
		b = &bucket{limit, rate.NewLimiter(rate.Limit(limit), limit)}
		f.bucket.Store(b)
	}
	return b
}
