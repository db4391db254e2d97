package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func TestConnReadsWhatServersAnswer(t *testing.T) {
	long := strings.Repeat("0123456789", 10_000)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || r.Method != http.MethodPost || r.URL.Path != "/here" || r.Header.Get("X-Key") != "k" {
			t.Errorf("got %s %s %v %v", r.Method, r.URL, r.Header, err)
		}
		switch string(body) {
		case "chunked":
			_, _ = io.WriteString(w, "first ")
			_ = http.NewResponseController(w).Flush()
			_, _ = io.WriteString(w, long)
		case "bye":
			w.Header().Set("Connection", "close")
		case "later":
			w.Header().Set("Retry-After", "7")
			w.WriteHeader(http.StatusTooManyRequests)
			_, _ = io.WriteString(w, "busy")
		default:
			w.WriteHeader(http.StatusCreated)
			_, _ = w.Write(body)
		}
	}))
	defer srv.Close()
	c := target{addr(srv.URL), "/here", "X-Key: k\r\n"}.connect()
	defer c.close()
	for range 2 {
		for _, x := range []struct {
			send   string
			status int
			body   string
			after  time.Duration
			open   bool
		}{
			{"hello", 201, "hello", 0, true},
			{"chunked", 200, "first " + long, 0, true},
			{"later", 429, "busy", 7 * time.Second, true},
			{"bye", 200, "", 0, false},
			{"", 201, "", 0, true},
		} {
			status, err := c.post([]byte(x.send))
			if err != nil || status != x.status || string(c.body) != x.body || c.retryAfter != x.after {
				t.Fatalf("%q: %d %.40q after %v, %v", x.send, status, c.body, c.retryAfter, err)
			}
			if open := c.net != nil; open != x.open {
				t.Errorf("%q: the connection is open: %v", x.send, open)
			}
		}
	}
}

func TestConnSaysWhenThereIsNoAnswer(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))
	c := target{addr: addr(srv.URL), path: "/"}.connect()
	if status, err := c.post(nil); err == nil || status != 0 {
		t.Errorf("got %d %v", status, err)
	}
	srv.Close()
	if status, err := c.post(nil); err == nil || status != 0 {
		t.Errorf("got %d %v", status, err)
	}
}
