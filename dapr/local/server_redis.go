package local

import "os/exec"

var redis = server{
	name: "redis", keeps: true, program: "redis-server", needs: "redis-server", gives: []string{"REDIS_HOST", "REDIS_PASSWORD"}, ports: 1, port: 7379,
	env:     func(h host) []string { return []string{"REDIS_HOST=" + h.addr(), "REDIS_PASSWORD=" + h.password} },
	prepare: folder,
	command: func(h host) *exec.Cmd {
		return exec.Command(h.program, "--bind", "127.0.0.1", "--port", h.port(0), "--dir", h.data, "--requirepass", h.password,
			// What was answered survives kill -9: it is in the file, though synced to the disk only once a second.
			"--appendonly", "yes", "--appendfsync", "everysec", "--save", "",
			// Full memory refuses writes instead of forgetting documents.
			"--maxmemory-policy", "noeviction",
			// Tells the configuration component of keys that change.
			"--notify-keyspace-events", "KEA")
	},
	ready: func(h host) error {
		return says("AUTH "+h.password+"\r\nPING\r\n", "+OK\r\n+PONG")(h)
	},
}
