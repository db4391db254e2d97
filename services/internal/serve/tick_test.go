package serve

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestAStopDoesNotWaitForAllThatATickHasToDo(t *testing.T) {
	f := &Frame{Log: slog.New(slog.DiscardHandler), leaving: make(chan struct{})}
	begun := make(chan struct{})
	tick := f.Tick(func(_ http.ResponseWriter, r *http.Request) error {
		close(begun)
		<-r.Context().Done()
		return context.Cause(r.Context())
	})
	w, done := httptest.NewRecorder(), make(chan struct{})
	go func() { defer close(done); tick(w, httptest.NewRequest(http.MethodPost, "/", nil)) }()
	<-begun
	close(f.leaving)
	<-done
	assert.Equal(t, http.StatusServiceUnavailable, w.Code)
}
