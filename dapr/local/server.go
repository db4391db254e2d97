package local

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// server is a kind of program that components speak to.
type server struct {
	name    string                            // of its process
	gives   []string                          // variables by which component files find it
	needs   string                            // the Debian package it is in; empty when it is one of ours
	program string                            // of that package: a path, or a name to look for; or what tool is built as
	ours    string                            // program of ours that it is, or needs: dapr/runtime/<name>
	tool    string                            // program of others that is the server: a tool of the module of ours
	ports   int                               // that it listens on; others know the first
	port    int                               // the first one of "make run"
	awaited bool                              // by sidecars that start before it
	keeps   bool                              // the documents of services: without it nothing works
	env     func(host) []string               // "NAME=value" of what it gives
	prepare func(context.Context, host) error // makes its data folder; called before every start
	command func(host) *exec.Cmd
	ready   func(host) error // nil when it takes work
	stop    syscall.Signal   // that asks it to end; SIGTERM if 0
}

// host is where a server of one stack runs.
type host struct {
	set      Set
	program  string
	bin      Bin    // our own programs
	state    string // of the whole stack: its folder .data
	data     string // of this server, a folder in there
	ports    []int
	password string // of its user "orderly"
}

func (h host) addr() string { return address(h.ports[0]) }

// servers is every kind there is. A set needs those whose variables its files take.
var servers = []server{broker, redis, postgres, mariadb, rabbitmq, mosquitto, nats, kafka, mailbox}

// serversOf returns the servers a set needs.
func serversOf(s Set) []server {
	var needed []server
	for _, kind := range servers {
		if slices.ContainsFunc(kind.gives, func(v string) bool { return slices.Contains(s.Variables, v) }) {
			needed = append(needed, kind)
		}
	}
	return needed
}

// Outside drops the servers that the environment names: who has set REDIS_HOST has a Redis.
func (r *RunFile) Outside(lookup func(string) (string, bool)) {
	r.servers = slices.DeleteFunc(r.servers, func(kind server) bool {
		_, named := lookup(kind.gives[0])
		return named
	})
}

// Packages returns the Debian packages with the servers of a set.
func (s Set) Packages() []string {
	var all []string
	for _, kind := range serversOf(s) {
		if kind.needs != "" {
			all = append(all, kind.needs)
		}
	}
	return all
}

// Missing says which servers of a set are not installed here, and how to; nil when all are.
func (s Set) Missing() error {
	var missing []error
	for _, kind := range serversOf(s) {
		if kind.needs != "" {
			_, err := kind.find(Bin{})
			missing = append(missing, err)
		}
	}
	return errors.Join(missing...)
}

// find returns the path of the server's program, or an error that says what to install.
func (kind server) find(bin Bin) (string, error) {
	switch {
	case kind.tool != "":
		return bin.Path(kind.program), nil
	case kind.needs == "":
		return bin.Path(kind.ours), nil
	}
	matches, _ := filepath.Glob(kind.program) // the pattern is ours
	if len(matches) > 0 {
		return matches[len(matches)-1], nil
	}
	if path, err := exec.LookPath(kind.program); err == nil {
		return path, nil
	}
	return "", fmt.Errorf("%s is not installed: apt-get install %s", strings.TrimPrefix(filepath.Base(kind.program), "*"), kind.needs)
}

// makeOnce has fill make a data folder that is not there, whole or not at all: the next start makes up for one that was cut.
func makeOnce(dir string, fill func(dir string) error) error {
	if exists(dir) {
		return nil
	}
	half := dir + ".half"
	if err := os.RemoveAll(half); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(half), 0o700); err != nil {
		return err
	}
	if err := fill(half); err != nil {
		return err
	}
	return os.Rename(half, dir)
}

// quietly runs a program to its end; what it printed is part of the error.
func quietly(cmd *exec.Cmd) error {
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", filepath.Base(cmd.Path), err, out)
	}
	return nil
}

func (h host) port(i int) string { return strconv.Itoa(h.ports[i]) }
