// Command probe is the app that tests use to see what is published: it keeps every event it is given, by subject. An
// event of a subject that it is told to hold it takes and never answers for. It is where webhooks of customers lead, too.
package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"sync"
	"syscall"
)

type collected struct {
	mu        sync.Mutex
	bySubject map[string][]json.RawMessage
	samples   map[string][]json.RawMessage // the first of each type
	held      map[string]int               // events that are being held, by subject
}

func main() {
	c := collected{bySubject: map[string][]json.RawMessage{}, samples: map[string][]json.RawMessage{}, held: map[string]int{}}
	h := hooks{hits: map[string][]hit{}, fail: map[string]int{}}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /events/{topic}", c.keep)
	mux.HandleFunc("GET /collected", c.show)
	mux.HandleFunc("GET /samples", c.sample)
	mux.HandleFunc("POST /held", c.hold)
	mux.HandleFunc("GET /held", c.holds)
	mux.HandleFunc("POST /hooks/{name}", h.open)
	mux.HandleFunc("GET /hooks/{name}", h.show)
	mux.HandleFunc("POST /told/{name}", h.call)
	mux.HandleFunc("GET /healthz", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("GET /readyz", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("GET /hello", func(w http.ResponseWriter, r *http.Request) { _ = r.Header.Write(w) })

	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM, os.Interrupt)
	at := net.JoinHostPort(cmp.Or(os.Getenv("APP_HOST"), "127.0.0.1"), os.Getenv("APP_PORT"))
	go func() { log.Fatal(http.ListenAndServe(at, mux)) }()
	<-stop
}

// delivery is how a sidecar brings events in bulk; status is how it wants to hear of each.
type delivery struct {
	Entries []struct {
		EntryID string `json:"entryId"`
		Event   []byte `json:"event"` // as published
	} `json:"entries"`
}

type status struct {
	EntryID string `json:"entryId"`
	Status  string `json:"status"`
}

func (c *collected) keep(w http.ResponseWriter, r *http.Request) {
	var d delivery
	if err := json.NewDecoder(r.Body).Decode(&d); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError) // the sidecar delivers it again
		return
	}
	answer := map[string][]status{"statuses": {}}
	for _, entry := range d.Entries {
		if c.take(entry.Event) {
			<-r.Context().Done() // the sidecar gives up
			return
		}
		answer["statuses"] = append(answer["statuses"], status{entry.EntryID, "SUCCESS"})
	}
	_ = json.NewEncoder(w).Encode(answer) // unheard, they come again
}

// take keeps an event and reports whether it must be held.
func (c *collected) take(event []byte) (hold bool) {
	var e struct{ Subject, Type string }
	if json.Unmarshal(event, &e) != nil {
		return false // a poison event of some story; the probe has no use for it
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, hold = c.held[e.Subject]; hold {
		c.held[e.Subject]++
		return true
	}
	c.bySubject[e.Subject] = append(c.bySubject[e.Subject], event)
	if some := c.samples[e.Type]; len(some) < samplesKept {
		c.samples[e.Type] = append(some, event)
	}
	return false
}

func (c *collected) hold(_ http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.held[r.URL.Query().Get("subject")] = 0
}

func (c *collected) holds(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, _ = fmt.Fprint(w, c.held[r.URL.Query().Get("subject")])
}

// samplesKept is how many events of a type are kept as samples.
const samplesKept = 200

func (c *collected) sample(w http.ResponseWriter, _ *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	_ = json.NewEncoder(w).Encode(c.samples)
}

func (c *collected) show(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	events := c.bySubject[r.URL.Query().Get("subject")]
	if events == nil {
		events = []json.RawMessage{}
	}
	_ = json.NewEncoder(w).Encode(events)
}
