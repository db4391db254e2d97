// Command probe is the app that tests use to see what is published: it keeps every event it is given, by subject.
package main

import (
	"encoding/json"
	"io"
	"log"
	"net/http"
	"os"
	"os/signal"
	"sync"
	"syscall"
)

type collected struct {
	mu        sync.Mutex
	bySubject map[string][]json.RawMessage
}

func main() {
	c := collected{bySubject: map[string][]json.RawMessage{}}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /events/{topic}", c.keep)
	mux.HandleFunc("GET /collected", c.show)
	mux.HandleFunc("GET /healthz", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("GET /readyz", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("GET /hello", func(w http.ResponseWriter, r *http.Request) { _ = r.Header.Write(w) })

	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM, os.Interrupt)
	go func() { log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Getenv("APP_PORT"), mux)) }()
	<-stop
}

func (c *collected) keep(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError) // the sidecar delivers it again
		return
	}
	var e struct{ Subject string }
	if json.Unmarshal(body, &e) != nil {
		return // a poison event of some story; the probe has no use for it
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.bySubject[e.Subject] = append(c.bySubject[e.Subject], body)
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
