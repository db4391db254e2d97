#!/usr/bin/env bash
# Go's HTTP server: when does a handler learn that its client has left?
#
# Versions: net/http of Go 1.26 (the installed go), HTTP/1.1.
# The likely guess: the context of the request is cancelled soon after the client has closed the connection.
# The behaviour: the server notices by a read in the background, and starts it only when the body has been read to its
#   end. A handler that works before it reads the body (or never reads it) works on for a client that has left, as long
#   as it likes. Once the body is read, or if there is none, the context ends at once.
set -euo pipefail

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"
go version

cat >main.go <<'GO'
package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"time"
)

const patience = 3 * time.Second

func main() {
	good := true
	for _, c := range []struct {
		name, request string
		read          bool
		cancelled     bool
	}{
		{"no body", "GET / HTTP/1.1\r\nHost: finding\r\n\r\n", false, true},
		{"a body of 2 bytes, read first", "POST / HTTP/1.1\r\nHost: finding\r\nContent-Length: 2\r\n\r\n{}", true, true},
		{"a body of 2 bytes, not read yet", "POST / HTTP/1.1\r\nHost: finding\r\nContent-Length: 2\r\n\r\n{}", false, false},
	} {
		started, ended := make(chan bool), make(chan bool, 1)
		server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			if c.read {
				_, _ = io.Copy(io.Discard, r.Body)
			}
			started <- true
			select {
			case <-r.Context().Done():
				ended <- true
			case <-time.After(patience):
				ended <- false
			}
		}))
		conn, err := net.Dial("tcp", server.Listener.Addr().String())
		if err != nil {
			fmt.Println("FAILED:", err)
			os.Exit(1)
		}
		fmt.Fprint(conn, c.request)
		<-started
		conn.Close()
		left := time.Now()
		cancelled := <-ended
		seen := "not cancelled in " + patience.String()
		if cancelled {
			seen = "cancelled at once"
			if time.Since(left) > patience/2 {
				seen = "cancelled late"
			}
		}
		fmt.Printf("%-34s guess: cancelled at once  seen: %s\n", c.name, seen)
		good = good && cancelled == c.cancelled
		server.Close()
	}
	if !good {
		fmt.Println("CHANGED: the context of a request ends in other cases than stated above.")
		os.Exit(1)
	}
	fmt.Println("AS STATED: a handler with an unread body is not told that its client has left.")
}
GO
go mod init finding.local/nethttp >build.log 2>&1
nice -n 10 go build -o finding . >>build.log 2>&1 || { cat build.log; exit 1; }
./finding
