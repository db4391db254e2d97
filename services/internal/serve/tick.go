package serve

import (
	"context"
	"net/http"
)

// Tick is Handle for the work of a tick, which may be long where much waits: its context ends when the service begins to
// stop, or the stop would wait for all of it. What is left then, the next tick does.
func (f *Frame) Tick(h HandlerFunc) http.HandlerFunc {
	return f.Handle(func(w http.ResponseWriter, r *http.Request) error {
		ctx, cancel := context.WithCancel(r.Context())
		defer cancel()
		go func() {
			select {
			case <-f.leaving:
				cancel()
			case <-ctx.Done():
			}
		}()
		err := h(w, r.WithContext(ctx))
		select {
		case <-f.leaving:
			if err != nil {
				f.Log.InfoContext(r.Context(), "a tick was cut short, the next one goes on", "error", err.Error())
				w.WriteHeader(http.StatusServiceUnavailable)
			}
			return nil
		default:
			return err
		}
	})
}
