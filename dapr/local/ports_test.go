package local

import (
	"net"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// runs returns the run file with each set.
func runs(t *testing.T) map[string]RunFile {
	t.Helper()
	sets, err := Sets("../..")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]RunFile{}
	for _, set := range sets {
		if all[set], err = ReadRunFile("../..", set); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

func TestEveryPortBaseGivesDistinctPorts(t *testing.T) {
	for set, run := range runs(t) {
		t.Run(set, func(t *testing.T) { distinct(t, run) })
	}
}

func distinct(t *testing.T, run RunFile) {
	for base := 0; base <= maxBase; base++ {
		ports, err := DefaultPorts(run, base)
		if err != nil {
			t.Fatal(err)
		}
		seen := map[int]string{}
		for _, u := range ports.uses() {
			if other := seen[u.port]; other != "" || u.port < 1 || u.port > 65535 {
				t.Fatalf("base %d: port %d of %s; the same as %q", base, u.port, u.what, other)
			}
			seen[u.port] = u.what
		}
	}
}

// Linux takes the local port of an outgoing connection from 32768 to 60999 (net.ipv4.ip_local_port_range). A listener there
// cannot come back when a connection has taken its port meanwhile.
func TestPortsLieBelowThoseOfOutgoingConnections(t *testing.T) {
	for set, run := range runs(t) {
		for _, base := range []int{0, 10000} { // README.md and Check name the second
			ports, err := DefaultPorts(run, base)
			if err != nil {
				t.Fatal(err)
			}
			for _, u := range ports.uses() {
				if u.port >= 32768 {
					t.Errorf("%s with PORT_BASE=%d: port %d of %s", set, base, u.port, u.what)
				}
			}
		}
	}
}

// `make run` tried beside other stacks lost a port to one of them between looking and starting, one time in sixty.
func TestBlocksLieApart(t *testing.T) {
	for set, run := range runs(t) {
		t.Run(set, func(t *testing.T) { apart(t, run) })
	}
}

func apart(t *testing.T, run RunFile) {
	for base := BaseApart; base < BaseApart+2000; base += 100 {
		ports, err := DefaultPorts(run, base)
		if err != nil {
			t.Fatal(err)
		}
		for _, u := range ports.uses() {
			if u.port >= blockFirst && u.port < blockFirst+blocks*blockSize {
				t.Errorf("base %d: port %d of %s may be another stack's", base, u.port, u.what)
			}
		}
	}
}

func TestPortBaseOutOfRangeIsRefused(t *testing.T) {
	for _, base := range []int{-1, maxBase + 1} {
		if _, err := DefaultPorts(RunFile{}, base); err == nil {
			t.Errorf("PORT_BASE %d was accepted", base)
		}
	}
}

func TestCheckNamesTheTakenPort(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	port := l.Addr().(*net.TCPAddr).Port
	free, release, err := FreePorts(RunFile{Apps: []App{{ID: "order"}}})
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	order := free.Apps["order"]
	order.HTTP = port
	free.Apps["order"] = order
	err = free.Check()
	if err == nil || !strings.Contains(err.Error(), strconv.Itoa(port)+" (order sidecar HTTP)") || !strings.Contains(err.Error(), "PORT_BASE") {
		t.Errorf("Check says: %v", err)
	}
}

func TestFreePortsAreNotGivenTwice(t *testing.T) {
	run := RunFile{Apps: []App{{ID: "order"}}}
	seen := map[int]bool{}
	for range 50 {
		ports, release, err := FreePorts(run)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(release)
		for _, u := range ports.uses() {
			if seen[u.port] {
				t.Fatalf("port %d was given twice", u.port)
			}
			seen[u.port] = true
		}
	}
}

func TestSettleWaitsForWhatNobodyListensOn(t *testing.T) {
	ports, release, err := FreePorts(RunFile{Apps: []App{{ID: "order"}}})
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	bound, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Bind(bound, &syscall.SockaddrInet4{Port: ports.Apps["order"].App, Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		t.Fatal(err)
	}
	if ports.Check() == nil {
		t.Error("a bound port is free")
	}
	time.AfterFunc(150*time.Millisecond, func() { syscall.Close(bound) })
	if err := ports.Settle(t.Context()); err != nil {
		t.Error(err)
	}
}
