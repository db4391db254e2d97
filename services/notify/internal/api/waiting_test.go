package api

import (
	"strings"
	"sync"
	"testing"

	"orderly/services/internal/fakestore"
)

// While the store is slow only so many wait for it; who comes then is asked to
// come again.
func TestWhoFindsNoRoomIsAskedToComeAgain(t *testing.T) {
	var mu sync.Mutex
	reached, open := make(chan struct{}, 1000), make(chan struct{})
	slow := false
	w := newWorldWith(t, &fakestore.Store{Fault: func(call string, keys []string) error {
		mu.Lock()
		wait := slow && call == "apply" && strings.HasPrefix(keys[0], "log:")
		mu.Unlock()
		if wait {
			reached <- struct{}{}
			<-open
		}
		return nil
	}}, 2)
	const path = "/v1/customers/alice/contact"
	w.want(200, "PUT", path, `{"channels":[]}`)
	mu.Lock()
	slow = true
	mu.Unlock()
	answers := make(chan int, 3)
	put := func() {
		status, answer := w.call("PUT", path, `{"channels":[]}`)
		if status == 429 && !strings.Contains(answer, "too-many-requests") {
			t.Error(answer)
		}
		answers <- status
	}
	go put()
	<-reached // it is being written
	go put()
	go put()
	if status := <-answers; status != 429 { // one of both waits
		t.Error(status)
	}
	close(open)
	for range 2 {
		if status := <-answers; status != 200 {
			t.Error(status)
		}
	}
}
