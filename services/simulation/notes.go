package simulation

import (
	"encoding/json"
	"fmt"
	"slices"
	"sync"

	"orderly/services/internal/event"
)

// notes is what clients were answered, for the judge.
type notes struct {
	mu       sync.Mutex
	placed   map[string]string   // order → status as answered
	keys     map[string][]string // idempotency key → ids answered
	paid     map[string]bool     // order → its payment was answered
	gone     map[string]bool     // order → its cancellation was answered
	received map[string]int64    // sku → units answered
	maybe    map[string]int64    // sku → units asked for without an answer
	tomb     map[string]bool     // order released before it was held
	heard    map[string][]string // order → processes that were told that its goods are held
	freed    map[string]bool     // order → one of them asked to give them back
	letters  []string            // dead letters
}

func newNotes() *notes {
	return &notes{placed: map[string]string{}, keys: map[string][]string{}, paid: map[string]bool{}, gone: map[string]bool{},
		received: map[string]int64{}, maybe: map[string]int64{}, tomb: map[string]bool{},
		heard: map[string][]string{}, freed: map[string]bool{}}
}

func (n *notes) note(do func(*notes)) {
	n.mu.Lock()
	defer n.mu.Unlock()
	do(n)
}

func (n *notes) dead(app string, e event.Event, err error) {
	if e.Subject == forged {
		return
	}
	n.note(func(n *notes) { n.letters = append(n.letters, fmt.Sprintf("%s: %s %s: %v", app, e.Type, e.ID, err)) })
}

// holds notes that a process was told which goods are held.
func (n *notes) holds(process string, answer []byte) {
	var got struct {
		Results []struct {
			Status      int `json:"status"`
			Reservation struct {
				OrderID string `json:"orderId"`
			} `json:"reservation"`
		} `json:"results"`
	}
	if json.Unmarshal(answer, &got) != nil {
		return
	}
	n.note(func(n *notes) {
		for _, r := range got.Results {
			if id := r.Reservation.OrderID; r.Status/100 == 2 {
				n.heard[id] = append(n.heard[id], process)
			}
		}
	})
}

// outlived forgets what was heard by those who are dead.
func (n *notes) outlived(dead func(process string) bool) {
	n.note(func(n *notes) {
		for id, all := range n.heard {
			if all = slices.DeleteFunc(all, dead); len(all) == 0 {
				delete(n.heard, id)
			} else {
				n.heard[id] = all
			}
		}
	})
}
