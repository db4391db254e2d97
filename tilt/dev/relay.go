package main

import (
	"context"
	"encoding/json"
	"errors"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"sync"
	"time"
)

// tunnel is the one connection between a relay and a developer's machine: HTTP/2, in which the relay is the client, though
// it is the machine that connects. A machine that connects anew takes the place of what was there.
type tunnel struct {
	sync.Mutex
	conn net.Conn
	used bool
}

var errNobody = errors.New("no service is connected: it does not run on the developer's machine now")

// connected keeps a connection for the next request, of which the transport makes its own.
func (t *tunnel) connected(conn net.Conn) {
	t.Lock()
	defer t.Unlock()
	if t.conn != nil {
		t.conn.Close()
	}
	t.conn, t.used = conn, false
}

func (t *tunnel) dial(context.Context, string, string) (net.Conn, error) {
	t.Lock()
	defer t.Unlock()
	if t.conn == nil || t.used {
		return nil, errNobody
	}
	t.used = true
	return t.conn, nil
}

// overHTTP2 is the one protocol of a tunnel.
func overHTTP2() *http.Protocols {
	var p http.Protocols
	p.SetUnencryptedHTTP2(true)
	return &p
}

// byChannel is the header by which a relay tells the machine that a request came by the app channel, which only the
// service's own sidecar reaches.
const byChannel = "Relay-App-Channel"

// relay passes what comes to the public port and the app channel on to the machine that is connected to door, until ctx ends.
// Without one, and when the service there does not answer, it says 502.
func relay(ctx context.Context, public, channel, door string) error {
	var t tunnel
	transport := &http.Transport{Protocols: overHTTP2(), DialContext: t.dial, DisableCompression: true,
		HTTP2: &http.HTTP2Config{SendPingTimeout: 2 * time.Second, PingTimeout: 2 * time.Second}} // whoever has left without a word is noticed
	doors, err := net.Listen("tcp", door)
	if err != nil {
		return err
	}
	defer doors.Close()
	go func() {
		for {
			conn, err := doors.Accept()
			if err != nil {
				return // closed above
			}
			log.Printf("%s is connected", conn.RemoteAddr())
			t.connected(conn)
		}
	}()
	proxy := func(mark func(http.Header)) http.Handler {
		pass := &httputil.ReverseProxy{
			Transport:     transport,
			FlushInterval: -1,
			Rewrite: func(r *httputil.ProxyRequest) {
				r.Out.URL.Scheme, r.Out.URL.Host = "http", "developer" // one name, hence one connection
				mark(r.Out.Header)
			},
			ErrorHandler: refuse,
		}
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			// It may be a caller's own, passed on by sidecars: what it names, such as Dapr-Caller-App-Id, must not be dropped.
			r.Header.Del("Connection")
			pass.ServeHTTP(w, r)
		})
	}
	ended := make(chan error, 2)
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	go func() { ended <- serve(ctx, public, proxy(func(h http.Header) { h.Del(byChannel) })) }()
	go func() { ended <- serve(ctx, channel, proxy(func(h http.Header) { h.Set(byChannel, "true") })) }()
	first := <-ended
	stop()
	return errors.Join(first, <-ended)
}

func serve(ctx context.Context, address string, handler http.Handler) error {
	server := http.Server{Addr: address, Handler: handler, ReadHeaderTimeout: time.Minute}
	stop := context.AfterFunc(ctx, func() { _ = server.Close() }) // all is over
	defer stop()
	if err := server.ListenAndServe(); ctx.Err() == nil {
		return err
	}
	return nil
}

// refuse answers for a service that is not there, as services do.
func refuse(w http.ResponseWriter, r *http.Request, err error) {
	log.Printf("%s %s: %v", r.Method, r.URL.Path, err)
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(http.StatusBadGateway)
	_ = json.NewEncoder(w).Encode(map[string]any{ // who asked may have left
		"type": "about:blank", "title": http.StatusText(http.StatusBadGateway), "status": http.StatusBadGateway, "detail": err.Error(),
	})
}
