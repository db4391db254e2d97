package simulation

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"orderly/services/internal/fakestore"
)

// watch reads each page while the system runs: one that is there must stay as it
// is, and none may leave a SKU with counters that cannot be.
type watch struct {
	stores map[string]*fakestore.Store
	tags   map[string][]string // of the pages seen, by service
	levels map[string]counters // as of the last page seen
	holds  map[string]bool     // orders that stock's pages speak of
	wrong  []string
}

// counters are received, available, reserved and sold, after so many changes.
type counters struct {
	N       [4]int64 `json:"n"`
	Version int64    `json:"s"`
}

func newWatch(stores map[string]*fakestore.Store) *watch {
	return &watch{stores: stores, tags: map[string][]string{}, levels: map[string]counters{}, holds: map[string]bool{}}
}

func (w *watch) say(format string, args ...any) {
	w.wrong = append(w.wrong, fmt.Sprintf(format, args...))
}

// look reads the pages that came since.
func (w *watch) look() {
	for _, s := range services {
		for {
			n := len(w.tags[s]) + 1
			key := fmt.Sprintf("log:%012d", n)
			doc, err := w.stores[s].Get(context.Background(), key)
			if err != nil || !doc.Found() {
				break
			}
			w.tags[s] = append(w.tags[s], doc.ETag)
			if s == "stock" {
				w.page(key, doc.Value)
			}
		}
	}
}

// again looks whether the pages are as they were.
func (w *watch) again() {
	w.look()
	for _, s := range services {
		for i, tag := range w.tags[s] {
			key := fmt.Sprintf("log:%012d", i+1)
			if doc, _ := w.stores[s].Get(context.Background(), key); doc.ETag != tag {
				w.say("page %s of %s was written again", key, s)
			}
		}
	}
}

// page looks at one page of stock.
func (w *watch) page(key string, body []byte) {
	var p struct {
		Docs []struct {
			Key  string          `json:"k"`
			Body json.RawMessage `json:"d"`
		} `json:"docs"`
	}
	if err := readPage(body, &p); err != nil {
		w.say("%s: %v", key, err)
	}
	for _, d := range p.Docs {
		if id, ok := strings.CutPrefix(d.Key, "hold:"); ok {
			w.holds[id] = true
		}
		if sku, ok := strings.CutPrefix(d.Key, "sku:"); ok {
			w.shelf(key, sku, d.Body)
		}
	}
}

func (w *watch) shelf(page, sku string, body []byte) {
	var c counters
	if err := json.Unmarshal(body, &c); err != nil {
		w.say("%s: %s: %v", page, sku, err)
	}
	if was := w.levels[sku]; c.Version < was.Version || (c.Version == was.Version && c != was) {
		w.say("%s: %s was at change %d and is at %d", page, sku, was.Version, c.Version)
	}
	w.levels[sku] = c
	if min(c.N[0], c.N[1], c.N[2], c.N[3]) < 0 || c.N[0] != c.N[1]+c.N[2]+c.N[3] {
		w.say("%s: %s has received, available, reserved, sold %v", page, sku, c.N)
	}
}
