package harness

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// Rate has so many clients do something over and over for a while, after a fifth of that to warm up, and returns how
// often per second it was done. An error ends the story.
func Rate(t *testing.T, clients int, span time.Duration, do func(client int) error) float64 {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), span*6/5)
	defer cancel()
	from := time.Now().Add(span / 5)
	var done atomic.Int64
	var failed atomic.Pointer[error]
	var wg sync.WaitGroup
	for client := range clients {
		wg.Go(func() {
			for ctx.Err() == nil {
				if err := do(client); err != nil {
					failed.CompareAndSwap(nil, &err)
					cancel()
				}
				if time.Now().After(from) {
					done.Add(1)
				}
			}
		})
	}
	wg.Wait()
	if err := failed.Load(); err != nil {
		t.Fatal(*err)
	}
	return float64(done.Load()) / time.Since(from).Seconds()
}

// Echo calls an app that does nothing, through the sidecar of order and its own.
func (s *Story) Echo() error {
	req, err := http.NewRequest(http.MethodGet, s.SidecarURL("order")+"/v1.0/invoke/"+probeID+"/method/hello", nil)
	if err != nil {
		return err
	}
	req.Header.Set("dapr-api-token", s.Tokens.Dapr)
	res, err := quick.Do(req)
	if err != nil {
		return err
	}
	res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("an echo answers %s", res.Status)
	}
	return nil
}
