package main

import (
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"sync"
)

// hooks are the webhooks of customers: each keeps the calls it has had, and refuses as many as it was told to.
type hooks struct {
	mu   sync.Mutex
	hits map[string][]hit
	fail map[string]int
}

type hit struct {
	Header http.Header
	Body   []byte
}

func (h *hooks) open(w http.ResponseWriter, r *http.Request) {
	n, err := strconv.Atoi(r.URL.Query().Get("fail"))
	if err != nil {
		http.Error(w, "fail is a number of calls: "+err.Error(), http.StatusBadRequest)
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.hits[r.PathValue("name")], h.fail[r.PathValue("name")] = []hit{}, n
}

func (h *hooks) call(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // whoever called has left
	}
	name := r.PathValue("name")
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.hits[name] == nil {
		http.NotFound(w, r)
		return
	}
	if h.fail[name] > 0 {
		h.fail[name]--
		http.Error(w, "not now", http.StatusServiceUnavailable)
		return
	}
	h.hits[name] = append(h.hits[name], hit{r.Header.Clone(), body})
}

func (h *hooks) show(w http.ResponseWriter, r *http.Request) {
	h.mu.Lock()
	defer h.mu.Unlock()
	_ = json.NewEncoder(w).Encode(h.hits[r.PathValue("name")]) // who asked may have left
}
