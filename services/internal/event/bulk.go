package event

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"sync"

	"orderly/services/internal/problem"
	"orderly/services/internal/wire"
)

// bulk is what a sidecar posts for a bulk subscription.
type bulk struct {
	Entries []struct {
		EntryID string          `json:"entryId"`
		Event   json.RawMessage `json:"event"`
	} `json:"entries"`
}

type verdict struct {
	EntryID string `json:"entryId"`
	Status  string `json:"status"` // SUCCESS or RETRY
}

// sideBySide is how many lanes of one bulk delivery are handled at once.
const sideBySide = 16

// Each hands every entry of a bulk delivery to handle and answers the sidecar:
// SUCCESS for nil, RETRY for an error. Entries of one lane keep their order.
func Each(w http.ResponseWriter, r *http.Request, lane func(json.RawMessage) string, handle func(context.Context, json.RawMessage) error) error {
	body, err := wire.Body(r)
	if err != nil {
		return err
	}
	var in bulk
	if err := json.Unmarshal(body, &in); err != nil || in.Entries == nil {
		return problem.New(http.StatusBadRequest, "invalid-bulk", "Send a Dapr bulk envelope with entries.").Because(err)
	}
	lanes := map[string][]int{}
	for i, e := range in.Entries {
		l := lane(e.Event)
		lanes[l] = append(lanes[l], i)
	}
	out := struct {
		Statuses []verdict `json:"statuses"`
	}{make([]verdict, len(in.Entries))}
	var wg sync.WaitGroup
	gate := make(chan struct{}, sideBySide)
	for _, l := range lanes {
		gate <- struct{}{}
		wg.Go(func() {
			defer func() { <-gate }()
			for _, i := range l {
				v := verdict{EntryID: in.Entries[i].EntryID, Status: "SUCCESS"}
				if safely(r.Context(), handle, in.Entries[i].Event) != nil {
					v.Status = "RETRY"
				}
				out.Statuses[i] = v
			}
		})
	}
	wg.Wait()
	return wire.Reply(w, http.StatusOK, out)
}

// safely turns a panic into an error: the entry comes again, and the others,
// handled side by side, go on.
func safely(ctx context.Context, handle func(context.Context, json.RawMessage) error, entry json.RawMessage) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v", v)
		}
	}()
	return handle(ctx, entry)
}
