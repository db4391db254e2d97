package local

import (
	"context"
	"fmt"
	"os/exec"
)

var mosquitto = server{
	name: "mosquitto", program: "/usr/sbin/mosquitto", needs: "mosquitto", gives: []string{"MQTT_URL"}, ports: 1, port: 7883,
	env: func(h host) []string { return []string{"MQTT_URL=mqtt://" + h.addr()} },
	prepare: func(ctx context.Context, h host) error {
		if err := folder(ctx, h); err != nil {
			return err
		}
		return writePrivate(h.data+".conf", fmt.Appendf(nil, mosquittoConf, h.ports[0], h.data))
	},
	command: func(h host) *exec.Cmd { return exec.Command(h.program, "-c", h.data+".conf") },
	ready:   accepts,
}

const mosquittoConf = `listener %d 127.0.0.1
allow_anonymous true
user root
persistence true
persistence_location %s/
# Every change is on disk before the next, else kill -9 takes what came since the last save (half an hour by default).
autosave_on_changes true
autosave_interval 1
# The default drops what an app has not read when it is a thousand messages behind.
# A limit of bytes would do the same: MQTT 3 cannot refuse an event.
max_queued_messages 0
max_queued_bytes 0
max_inflight_messages 1024
set_tcp_nodelay true
log_type warning
log_type error
log_dest stdout
`
