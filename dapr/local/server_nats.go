package local

import (
	"os/exec"
	"syscall"
)

// nats is the NATS server as it is released. The streams in it are made by our own broker program, which knows them. It
// is not Debian's (2.9.10), which never takes an event again once its disk was full, calls itself healthy, and does not
// stop.
var nats = server{
	name: "nats", ours: "broker", tool: "github.com/nats-io/nats-server/v2", program: "nats-server",
	gives: []string{"NATS_URL"}, ports: 1, port: 7222,
	env:  func(h host) []string { return []string{"NATS_URL=nats://" + h.addr()} },
	stop: syscall.SIGINT, // ends with code 1 on SIGTERM
	command: func(h host) *exec.Cmd {
		return exec.Command(h.program, "-a", "127.0.0.1", "-p", h.port(0), "-js", "-sd", h.data, "-n", "orderly")
	},
	ready: func(h host) error {
		return quietly(exec.Command(h.bin.Path("broker"), "-streams", "nats://"+h.addr()))
	},
}
