package e2e

import (
	"context"
	"math/rand/v2"
	"net/http"
	"testing"
	"time"

	"orderly/tests/harness"
)

// Callers that hang up in the moment they are answered harm nobody but themselves: every service and every sidecar
// goes on.
func TestImpatientCallers(t *testing.T) {
	t.Parallel()
	s := harness.Own(t, harness.Options{})
	book := s.Product("book", 1)
	for _, url := range []string{
		s.SidecarURL("order") + "/v1.0/invoke/stock/method/v1/stock/" + book,
		s.SidecarURL(harness.Probe) + "/v1.0/invoke/notify/method/v1/notifications",
		s.AppURL("stock") + "/v1/stock/" + book,
	} {
		harness.Together(16, func(int) {
			usual := time.Second
			for range 100 {
				// From a call that is answered to one that is not, and back: always near the moment of the answer.
				began := time.Now()
				if call(s, url, usual) {
					usual = time.Since(began) - time.Duration(rand.IntN(200))*time.Microsecond
				} else {
					usual += time.Duration(rand.IntN(400)) * time.Microsecond
				}
			}
		})
	}
	for _, app := range harness.Services {
		for _, process := range []string{app, app + ".sidecar"} {
			if !s.Process(process).Running() {
				t.Fatalf("%s has died", process)
			}
		}
	}
	s.Once(told(s))
}

// call says whether it was answered before its patience was over.
func call(s *harness.Story, url string, patience time.Duration) bool {
	ctx, cancel := context.WithTimeout(s.T.Context(), patience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		s.T.Error(err)
		return false
	}
	req.Header.Set("dapr-api-token", s.Tokens.Dapr)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return false
	}
	res.Body.Close()
	return true
}
