package local

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Debian keeps the programs of each major version apart, and none of them in the PATH.
var postgres = server{
	name: "postgres", keeps: true, program: "/usr/lib/postgresql/*/bin/postgres", needs: "postgresql", gives: []string{"POSTGRES_URL"}, ports: 1, port: 7432,
	env: func(h host) []string {
		return []string{fmt.Sprintf("POSTGRES_URL=postgres://orderly:%s@%s/orderly?sslmode=disable", h.password, h.addr())}
	},
	prepare: preparePostgres,
	stop:    syscall.SIGINT, // SIGTERM waits for its clients to leave
	command: func(h host) *exec.Cmd {
		return notRoot(exec.Command(h.program, "-D", h.data, "-h", "127.0.0.1", "-p", h.port(0), "-k", "",
			// synchronous_commit stays on: without it even kill -9 takes what was answered in the last moments.
			"-c", "wal_level=minimal", "-c", "max_wal_senders=0", "-c", "max_wal_size=2GB", "-c", "checkpoint_timeout=15min",
			"-c", "shared_buffers=128MB", "-c", "wal_compression=lz4", "-c", "default_toast_compression=lz4", "-c", "jit=off",
			"-c", "max_connections=200", "-c", "log_min_messages=warning"), "postgres")
	},
	ready: func(h host) error {
		return quietly(exec.Command(filepath.Join(filepath.Dir(h.program), "pg_isready"), "-q", "-h", "127.0.0.1", "-p", h.port(0), "-d", "orderly"))
	},
}

// settingsTable is what the configuration component reads, see services/internal/settings/README.md.
const settingsTable = `CREATE TABLE settings (key text PRIMARY KEY, value text NOT NULL, version text NOT NULL DEFAULT '', metadata jsonb NOT NULL DEFAULT '{}')`

// preparePostgres makes the database, once. A postmaster that was killed leaves processes, and the next one does not start
// before they are gone: most end by themselves, one that waits for a lock of another never does.
func preparePostgres(ctx context.Context, h host) error {
	err := makeOnce(h.data, func(dir string) error {
		password := dir + ".password"
		if err := writePrivate(password, []byte(h.password)); err != nil {
			return err
		}
		defer os.Remove(password)
		bin := filepath.Dir(h.program)
		initdb := exec.CommandContext(ctx, filepath.Join(bin, "initdb"), "-D", dir, "-U", "orderly", "--pwfile", password,
			"-A", "scram-sha-256", "-E", "UTF8", "--locale", "C.UTF-8", "--no-sync")
		if err := quietly(notRoot(initdb, "postgres")); err != nil {
			return err
		}
		for _, statement := range []struct{ database, sql string }{{"postgres", "CREATE DATABASE orderly"}, {"orderly", settingsTable}} {
			single := exec.CommandContext(ctx, filepath.Join(bin, "postgres"), "--single", "-D", dir, statement.database)
			single.Stdin = strings.NewReader(statement.sql + "\n")
			if err := quietly(notRoot(single, "postgres")); err != nil {
				return err
			}
		}
		return nil
	})
	for err == nil {
		left := workIn(h.data)
		if len(left) == 0 {
			break
		}
		for _, pid := range left {
			_ = syscall.Kill(pid, syscall.SIGKILL) // it may be gone by now
		}
		select {
		case <-ctx.Done():
			err = fmt.Errorf("processes of a killed postgres are still there: %w", ctx.Err())
		case <-time.After(poll):
		}
	}
	return err
}

// workIn returns the processes that work in a folder, as far as /proc tells.
func workIn(dir string) (pids []int) {
	all, _ := filepath.Glob("/proc/[0-9]*/cwd")
	for _, cwd := range all {
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(cwd)))
		if where, gone := os.Readlink(cwd); err == nil && gone == nil && where == dir {
			pids = append(pids, pid)
		}
	}
	return pids
}
