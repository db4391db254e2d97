package local

import (
	"os/exec"
	"path/filepath"
)

// broker is NATS JetStream in one of our own programs, for the embedded set.
var broker = server{
	name: "broker", awaited: true, ours: "broker", gives: []string{"BROKER_URL"}, ports: 1, port: 4222,
	env: func(h host) []string { return []string{"BROKER_URL=nats://" + h.addr()} },
	command: func(h host) *exec.Cmd {
		return exec.Command(h.program, "-addr", h.addr(), "-data", h.data)
	},
	ready: says(nothing, "INFO "),
}

// kafka stands in for Apache Kafka, which Debian does not have.
var kafka = server{
	name: "kafka", ours: "kafka", gives: []string{"KAFKA_BROKERS"}, ports: 1, port: 7092,
	env:     func(h host) []string { return []string{"KAFKA_BROKERS=" + h.addr()} },
	command: func(h host) *exec.Cmd { return exec.Command(h.program, "-addr", h.addr(), "-data", h.data) },
	ready:   accepts,
}

// mailbox takes mail by SMTP and keeps each as a file in .data/mail, as the embedded set does without a server.
var mailbox = server{
	name: "mailbox", ours: "mailbox", gives: []string{"SMTP_HOST", "SMTP_PORT", "SMTP_FROM"}, ports: 1, port: 7025,
	env: func(h host) []string {
		return []string{"SMTP_HOST=127.0.0.1", "SMTP_PORT=" + h.port(0), "SMTP_FROM=shop@orderly.example"}
	},
	command: func(h host) *exec.Cmd {
		return exec.Command(h.program, "-addr", h.addr(), "-dir", filepath.Join(h.state, "mail"))
	},
	ready: says(nothing, "220 "),
}
