package main

import (
	"context"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"time"
)

// again is how long local waits before it connects anew.
const again = 500 * time.Millisecond

// local connects the relay at one address to the two ports of a service, and connects anew whenever that ends, until ctx
// does: the forwarded port is there before the pod is, and stays when the pod is another.
func local(ctx context.Context, relay, public, channel string) error {
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			to := public
			if r.In.Header.Get(byChannel) != "" {
				to = channel
			}
			r.Out.Header.Del(byChannel)
			r.SetURL(&url.URL{Scheme: "http", Host: to})
			r.Out.Host = r.In.Host
		},
		FlushInterval: -1,
		ErrorHandler:  refuse,
	}
	said := ""
	for ctx.Err() == nil {
		how := "connected to the pod's relay"
		conn, err := net.DialTimeout("tcp", relay, time.Second)
		if err != nil {
			how = err.Error()
		}
		if how != said {
			log.Print(how)
			said = how
		}
		if err == nil {
			over(ctx, conn, proxy)
		}
		select {
		case <-ctx.Done():
		case <-time.After(again):
		}
	}
	return nil
}

// over serves what comes by a connection until it or ctx ends.
func over(ctx context.Context, conn net.Conn, handler http.Handler) {
	server := http.Server{Handler: handler, Protocols: overHTTP2(), ReadHeaderTimeout: time.Minute}
	one := &listener{conn: make(chan net.Conn, 1), closed: make(chan struct{})}
	server.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateClosed {
			_ = one.Close() // it never fails
		}
	}
	stop := context.AfterFunc(ctx, func() { _ = server.Close() }) // all is over
	defer stop()
	one.conn <- conn
	_ = server.Serve(one) // it ends when the connection does
}
