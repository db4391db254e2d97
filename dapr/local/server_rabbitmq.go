package local

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// Debian's own /usr/sbin/rabbitmq-server changes to the user rabbitmq and the system's folders.
var rabbitmq = server{
	name: "rabbitmq", program: "/usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin/rabbitmq-server", needs: "rabbitmq-server",
	gives: []string{"RABBITMQ_URL"}, ports: 3, port: 7672,
	env: func(h host) []string {
		return []string{"RABBITMQ_URL=amqp://orderly:" + h.password + "@" + h.addr() + "/"}
	},
	prepare: prepareRabbitmq,
	command: commandRabbitmq,
	ready:   says("AMQP\x00\x00\x09\x01", "\x01"),
}

const rabbitmqConf = `listeners.tcp.1 = %s
log.console = true
log.console.level = warning
log.file = false
# The defaults refuse events on a machine with little of either.
disk_free_limit.absolute = 64MB
vm_memory_high_watermark.absolute = 1GB
load_definitions = %s
`

// prepareRabbitmq writes what a node reads at its start: the set's exchanges and queues, with our user.
func prepareRabbitmq(_ context.Context, h host) error {
	if err := os.MkdirAll(filepath.Join(h.data, "home"), 0o700); err != nil {
		return err
	}
	text, err := os.ReadFile(filepath.Join(h.set.Dir, "definitions.json"))
	if err != nil {
		return err
	}
	var definitions map[string]any
	if err := json.Unmarshal(text, &definitions); err != nil {
		return fmt.Errorf("%s: %w", filepath.Join(h.set.Dir, "definitions.json"), err)
	}
	definitions["users"] = []any{map[string]string{"name": "orderly", "tags": "administrator",
		"password_hash": rabbitmqHash(h.password), "hashing_algorithm": "rabbit_password_hashing_sha256"}}
	definitions["permissions"] = []any{map[string]string{"user": "orderly", "vhost": "/", "configure": ".*", "write": ".*", "read": ".*"}}
	if text, err = json.Marshal(definitions); err != nil {
		return err
	}
	all := filepath.Join(h.data, "definitions.json")
	if err := writePrivate(all, text); err != nil {
		return err
	}
	if err := writePrivate(filepath.Join(h.data, "plugins"), []byte("[].\n")); err != nil {
		return err
	}
	if err := writePrivate(filepath.Join(h.data, "env.conf"), nil); err != nil {
		return err
	}
	return writePrivate(filepath.Join(h.data, "rabbitmq.conf"), fmt.Appendf(nil, rabbitmqConf, h.addr(), all))
}

// rabbitmqHash is a password as definitions have it: a salt, and its hash with the salt before it.
func rabbitmqHash(password string) string {
	salt := make([]byte, 4)
	_, _ = rand.Read(salt) // never fails
	sum := sha256.Sum256(append(salt, password...))
	return base64.StdEncoding.EncodeToString(append(salt[:4:4], sum[:]...))
}

// commandRabbitmq is one process: the script becomes the node (which "detached" asks of it), and the port mapper that
// every node needs ends with it.
func commandRabbitmq(h host) *exec.Cmd {
	cmd := exec.Command("sh", "-c", `setpriv --pdeathsig KILL epmd -port "$ERL_EPMD_PORT" & exec "$0"`, h.program)
	in := func(name string) string { return filepath.Join(h.data, name) }
	cmd.Env = []string{
		"detached=1", "HOME=" + in("home"),
		"RABBITMQ_CONF_ENV_FILE=" + in("env.conf"), // empty: hides the system's
		"RABBITMQ_NODENAME=orderly" + h.port(0) + "@localhost", "RABBITMQ_DIST_PORT=" + h.port(1),
		"RABBITMQ_MNESIA_BASE=" + in("mnesia"), "RABBITMQ_LOG_BASE=" + in("log"), "RABBITMQ_CONFIG_FILE=" + in("rabbitmq"),
		"RABBITMQ_ENABLED_PLUGINS_FILE=" + in("plugins"), "RABBITMQ_PLUGINS_EXPAND_DIR=" + in("expand"), "RABBITMQ_GENERATED_CONFIG_DIR=" + in("generated"),
		"ERL_EPMD_PORT=" + h.port(2), "ERL_EPMD_ADDRESS=127.0.0.1", "ERL_CRASH_DUMP=" + in("crash.dump"),
		// Its schedulers wait without keeping a processor busy, which they share with everything else here.
		"RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS=-kernel inet_dist_use_interface {127,0,0,1} +sbwt none +sbwtdcpu none +sbwtdio none",
	}
	return cmd
}
