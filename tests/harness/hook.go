package harness

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
)

// Hook is a customer's webhook.
type Hook struct {
	URL string

	mu   sync.Mutex
	hits []Hit
	fail int // so many calls are answered 503 first
}

// Hit is one call of a webhook.
type Hit struct {
	Header http.Header
	Body   []byte
}

// Hook listens for the webhooks of a customer; it refuses the first fail calls.
func (s *Story) Hook(fail int) *Hook {
	h := &Hook{fail: fail}
	server := httptest.NewUnstartedServer(h)
	listener, err := net.Listen("tcp", net.JoinHostPort(s.listenOn(), "0"))
	if err != nil {
		s.T.Fatal(err)
	}
	server.Listener.Close()
	server.Listener = listener
	server.Start()
	s.T.Cleanup(server.Close)
	h.URL = server.URL + "/told"
	return h
}

func (h *Hook) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.fail > 0 {
		h.fail--
		http.Error(w, "not now", http.StatusServiceUnavailable)
		return
	}
	h.hits = append(h.hits, Hit{r.Header.Clone(), body})
}

// About returns the calls whose body has a word in it.
func (h *Hook) About(word string) []Hit {
	h.mu.Lock()
	defer h.mu.Unlock()
	var found []Hit
	for _, hit := range h.hits {
		if strings.Contains(string(hit.Body), word) {
			found = append(found, hit)
		}
	}
	return found
}
