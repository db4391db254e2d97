#!/usr/bin/env bash
# SQLite in WAL mode: a read, and a checkpoint that waits for its end.
#
# Versions: modernc.org/sqlite v1.34.5 (SQLite 3.46.0), journal_mode WAL.
# The likely guess: in WAL mode a read never holds up a write; a checkpoint that cannot be done fails, or waits alone.
# The behaviour: PRAGMA wal_checkpoint(TRUNCATE) (and FULL and RESTART) takes the lock of writers first, and then calls
#   the busy handler for the readers. So it waits up to its busy_timeout, and all writes wait with it: a write whose own
#   busy_timeout is shorter fails with "database is locked" although nobody writes. The checkpoint then gives no error
#   but a row with busy=1. PASSIVE waits for nobody and holds up nobody; busy_timeout=0 before TRUNCATE holds up nobody
#   for long.
set -euo pipefail

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"
go version

cat >main.go <<'GO'
package main

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"time"

	_ "modernc.org/sqlite"
)

var ctx = context.Background()

func must(err error) {
	if err != nil {
		fmt.Println("FAILED:", err)
		os.Exit(1)
	}
}

// connect opens the one file on a connection of its own.
func connect(busy time.Duration) *sql.Conn {
	dsn := fmt.Sprintf("file:finding.db?_pragma=busy_timeout(%d)&_pragma=journal_mode(WAL)", busy.Milliseconds())
	db, err := sql.Open("sqlite", dsn)
	must(err)
	c, err := db.Conn(ctx)
	must(err)
	return c
}

func main() {
	writer, reader := connect(300*time.Millisecond), connect(0)
	_, err := writer.ExecContext(ctx, "CREATE TABLE t (n)")
	must(err)
	var version string
	must(writer.QueryRowContext(ctx, "SELECT sqlite_version()").Scan(&version))
	fmt.Println("SQLite", version)

	tx, err := reader.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	must(err)
	var n int
	must(tx.QueryRowContext(ctx, "SELECT count(*) FROM t").Scan(&n)) // a read that goes on until the end
	_, err = writer.ExecContext(ctx, "INSERT INTO t VALUES (1)")
	must(err)
	fmt.Println("a write while a read is open                             guess: taken  seen: taken")

	const patience = 3 * time.Second
	good := true
	for _, how := range []struct {
		name string
		busy time.Duration
		held bool // whether the writer is held up
	}{{"PASSIVE", patience, false}, {"TRUNCATE", 0, false}, {"TRUNCATE", patience, true}} {
		c := connect(how.busy)
		type answer struct {
			busy int
			took time.Duration
		}
		done := make(chan answer, 1)
		start := time.Now()
		go func() {
			var a answer
			var pages, copied int
			must(c.QueryRowContext(ctx, "PRAGMA wal_checkpoint("+how.name+")").Scan(&a.busy, &pages, &copied))
			a.took = time.Since(start)
			done <- a
		}()
		time.Sleep(500 * time.Millisecond) // the checkpoint is at its wait, or over
		_, err := writer.ExecContext(ctx, "INSERT INTO t VALUES (2)")
		seen := "taken"
		if err != nil {
			seen = err.Error()
		}
		a := <-done
		title := fmt.Sprintf("a write during %s with busy_timeout %s", how.name, how.busy)
		fmt.Printf("%-56s guess: taken  seen: %s\n", title, seen)
		fmt.Printf("%-56s busy=%d, no error, after %s\n", "  that checkpoint", a.busy, a.took.Round(10*time.Millisecond))
		waited := a.took > patience/2
		if (err != nil) != how.held || waited != how.held || (a.busy == 1) != (how.name == "TRUNCATE") {
			good = false
		}
	}
	must(tx.Rollback())
	_, err = writer.ExecContext(ctx, "INSERT INTO t VALUES (3)")
	must(err)
	fmt.Println("a write once the read is over                            guess: taken  seen: taken")
	if !good {
		fmt.Println("CHANGED: a checkpoint that waits for a reader does not hold up writers as stated above.")
		os.Exit(1)
	}
	fmt.Println("AS STATED: a TRUNCATE checkpoint that waits for a reader fails others' writes meanwhile.")
}
GO
{
  go mod init finding.local/sqlite
  go get modernc.org/sqlite@v1.34.5
  nice -n 10 go build -o finding .
} >build.log 2>&1 || { cat build.log; exit 1; }
go list -m modernc.org/sqlite
./finding
