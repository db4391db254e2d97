package local

import "os/exec"

var redis = server{
	name: "redis", keeps: true, program: "redis-server", needs: "redis-server", gives: []string{"REDIS_HOST", "REDIS_PASSWORD"}, ports: 1, port: 7379,
	env:     func(h host) []string { return []string{"REDIS_HOST=" + h.addr(), "REDIS_PASSWORD=" + h.password} },
	prepare: folder,
	command: func(h host) *exec.Cmd {
		return exec.Command(h.program, "--bind", "127.0.0.1", "--port", h.port(0), "--dir", h.data, "--requirepass", h.password,
			// What was answered survives kill -9: it was written to the file before, and the kernel writes it to the disk in
			// its own time. (everysec is less: while a sync goes on, Redis answers first and writes up to 2 s later.)
			"--appendonly", "yes", "--appendfsync", "no", "--save", "", "--auto-aof-rewrite-min-size", "256mb",
			// Full memory refuses writes instead of forgetting documents, and before the kernel would end whoever it chooses.
			"--maxmemory", "2gb", "--maxmemory-policy", "noeviction",
			"--loglevel", "warning")
	},
	ready: func(h host) error {
		return says("AUTH "+h.password+"\r\nPING\r\n", "+OK\r\n+PONG")(h)
	},
}
