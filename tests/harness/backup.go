package harness

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// Backup is what an operator has put aside of the documents of all services. Brokers are not in it.
type Backup struct {
	s    *Story
	dump string // of a database that dumps itself while it works; else its files are taken
}

// BackUp takes what the set's store can give while it works.
func (s *Story) BackUp() *Backup {
	s.T.Helper()
	b := &Backup{s: s, dump: filepath.Join(s.T.TempDir(), "dump")}
	switch {
	case s.Given("POSTGRES_URL") != "":
		b.must(exec.Command("pg_dump", "--format=custom", "--file="+b.dump, s.Given("POSTGRES_URL")))
	case s.Given("MYSQL_URL") != "":
		b.must(b.mysql("mariadb-dump", "--single-transaction", "--result-file="+b.dump))
	}
	return b
}

// Lose takes every file of the servers away, of brokers too, when nothing runs.
func (b *Backup) Lose() {
	b.s.T.Helper()
	if err := os.Mkdir(b.s.data("lost"), 0o700); err != nil {
		b.s.T.Fatal(err)
	}
	files, _ := filepath.Glob(b.s.data("*.db*")) // the pattern is ours
	for _, server := range b.s.Servers() {
		files = append(files, b.s.data(server))
	}
	for _, f := range files {
		if err := os.Rename(f, b.s.data("lost", filepath.Base(f))); err != nil && !errors.Is(err, os.ErrNotExist) { // one keeps nothing
			b.s.T.Fatal(err)
		}
	}
}

// Restore brings the documents back, and nothing else; no server runs when it returns.
func (b *Backup) Restore() {
	b.s.T.Helper()
	switch {
	case b.s.Given("POSTGRES_URL") != "":
		b.into("postgres", exec.Command("pg_restore", "--clean", "--if-exists", "--no-owner", "--dbname="+b.s.Given("POSTGRES_URL"), b.dump))
	case b.s.Given("MYSQL_URL") != "":
		b.into("mariadb", b.mysql("mariadb", "--execute=source "+b.dump))
	default:
		kept := []string{"redis"}
		for _, app := range Services {
			kept = append(kept, app+".db", app+".db-wal", app+".db-shm")
		}
		for _, name := range kept {
			if err := os.Rename(b.s.data("lost", name), b.s.data(name)); err != nil && !errors.Is(err, os.ErrNotExist) {
				b.s.T.Fatal(err)
			}
		}
	}
}

// into runs a command while a server runs that is empty.
func (b *Backup) into(server string, cmd *exec.Cmd) {
	b.s.T.Helper()
	if err := b.s.Restart(server); err != nil {
		b.s.T.Fatal(err)
	}
	b.must(cmd)
	if e := b.s.Process(server).Stop(context.Background()); e.Code != 0 {
		b.s.T.Fatal(e)
	}
}

// Rebuild runs `<service> rebuild` of each service, with events of the last hour to be published again.
func (b *Backup) Rebuild() {
	b.s.T.Helper()
	for _, app := range Services {
		var said strings.Builder
		if err := b.s.Stack.Once(b.s.T.Context(), app, &said, "rebuild", "1h"); err != nil {
			b.s.T.Fatalf("%v\n%s", err, said.String())
		}
		b.s.T.Log(strings.TrimSpace(said.String()))
	}
}

var mysqlURL = regexp.MustCompile(`^(.*):(.*)@tcp\((.*)\)/`)

// mysql is a client program of MariaDB for the services' database.
func (b *Backup) mysql(program string, args ...string) *exec.Cmd {
	m := mysqlURL.FindStringSubmatch(b.s.Given("MYSQL_URL"))
	host, port, _ := net.SplitHostPort(m[3]) // it is made of both
	return exec.Command(program, slices.Concat([]string{"--no-defaults", "--host=" + host, "--port=" + port, "--user=" + m[1], "--password=" + m[2]}, args, []string{"orderly"})...)
}

func (b *Backup) must(cmd *exec.Cmd) {
	b.s.T.Helper()
	if out, err := cmd.CombinedOutput(); err != nil {
		b.s.T.Fatal(fmt.Errorf("%s: %w\n%s", cmd.Args[0], err, out))
	}
}
