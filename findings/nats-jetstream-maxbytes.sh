#!/usr/bin/env bash
# NATS JetStream: what a stream's MaxBytes costs.
#
# Versions: nats-server v2.12.15, nats.go v1.51.0, one server with max_file_store 64 MiB.
# The likely guess: MaxBytes is a ceiling. A stream uses what it stores, so any number of empty streams fits into any
#   store, and the limit counts when bytes arrive.
# The behaviour: MaxBytes is a reservation. The server adds up that of all streams when one is created or updated,
#   and refuses what goes beyond its store with error 10047, although not a byte is stored. A stream without MaxBytes
#   reserves nothing and is always taken.
set -euo pipefail

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"
go version

cat >main.go <<'GO'
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

const mib = 1 << 20

func must(err error) {
	if err != nil {
		fmt.Println("FAILED:", err)
		os.Exit(1)
	}
}

func main() {
	ns, err := server.NewServer(&server.Options{
		Host: "127.0.0.1", Port: server.RANDOM_PORT, JetStream: true, StoreDir: "store",
		JetStreamMaxMemory: 64 * mib, JetStreamMaxStore: 64 * mib, NoSigs: true, NoLog: true,
	})
	must(err)
	ns.Start()
	defer ns.Shutdown()
	if !ns.ReadyForConnections(10 * time.Second) {
		must(errors.New("the server does not start"))
	}
	nc, err := nats.Connect(ns.ClientURL())
	must(err)
	defer nc.Close()
	js, err := jetstream.New(nc)
	must(err)
	ctx, stop := context.WithTimeout(context.Background(), 30*time.Second)
	defer stop()

	good := true
	report := func(title string, err error, code jetstream.ErrorCode) {
		seen, got := "taken", jetstream.ErrorCode(0)
		var refusal *jetstream.APIError
		if errors.As(err, &refusal) {
			got = refusal.ErrorCode
			seen = fmt.Sprintf("error %d, %s", got, refusal.Description)
		} else {
			must(err)
		}
		fmt.Printf("%-46s guess: taken  seen: %s\n", title, seen)
		good = good && got == code
	}
	config := func(name string, size int64) jetstream.StreamConfig {
		return jetstream.StreamConfig{Name: name, Subjects: []string{name}, MaxBytes: size}
	}

	fmt.Println("NATS server", server.VERSION+", max_file_store 64 MiB")
	_, err = js.CreateStream(ctx, config("a", 40*mib))
	report("create a with MaxBytes 40 MiB", err, 0)
	_, err = js.CreateStream(ctx, config("b", 40*mib))
	report("create b with MaxBytes 40 MiB", err, 10047)
	_, err = js.UpdateStream(ctx, config("a", 65*mib))
	report("update a to MaxBytes 65 MiB", err, 10047)
	_, err = js.CreateStream(ctx, config("b", 20*mib))
	report("create b with MaxBytes 20 MiB", err, 0)
	_, err = js.UpdateStream(ctx, config("b", 30*mib))
	report("update b to MaxBytes 30 MiB", err, 10047)
	_, err = js.CreateStream(ctx, config("c", -1))
	report("create c without MaxBytes", err, 0)
	usage, err := js.AccountInfo(ctx)
	must(err)
	fmt.Println("bytes stored in all of them:", usage.Store)
	if !good || usage.Store != 0 {
		fmt.Println("CHANGED: the server takes and refuses other streams than stated above.")
		ns.Shutdown()
		os.Exit(1)
	}
	fmt.Println("AS STATED: MaxBytes is reserved; beyond the store it is refused with 10047 while nothing is stored.")
}
GO
{
  go mod init finding.local/nats
  go get github.com/nats-io/nats-server/v2@v2.12.15 github.com/nats-io/nats.go@v1.51.0
  go mod tidy
  GOFLAGS="${GOFLAGS:-} -p=1" nice -n 10 go build -o finding .
} >build.log 2>&1 || { cat build.log; exit 1; }
go list -m github.com/nats-io/nats-server/v2 github.com/nats-io/nats.go
./finding
