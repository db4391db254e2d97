package local

import "os/exec"

var rabbitmq = server{
	name: "rabbitmq", program: "/usr/lib/rabbitmq/bin/rabbitmq-server", needs: "rabbitmq-server", gives: []string{"RABBITMQ_URL"}, ports: 3, port: 7672,
	env: func(h host) []string {
		return []string{"RABBITMQ_URL=amqp://orderly:" + h.password + "@" + h.addr() + "/"}
	},
	command: func(h host) *exec.Cmd { return exec.Command(h.program) },
	ready:   says("AMQP\x00\x00\x09\x01", "\x01"),
}
