package harness

import (
	"net"
	"os/exec"
	"slices"
	"strings"
)

// Configure puts a value into the configuration store of the set, as an operator would; without one it takes it out.
func (s *Story) Configure(key string, value ...string) {
	s.T.Helper()
	cmd := s.redisCLI(key, value)
	if url := s.Given("POSTGRES_URL"); url != "" {
		cmd = psql(url, key, value)
	}
	if out, err := cmd.CombinedOutput(); err != nil {
		s.T.Fatalf("configure %s: %v\n%s", key, err, out)
	}
}

func (s *Story) redisCLI(key string, value []string) *exec.Cmd {
	host, port, _ := net.SplitHostPort(s.Given("REDIS_HOST")) // without a Redis it is not run
	args := []string{"-h", host, "-p", port, "--no-auth-warning", "-a", s.Given("REDIS_PASSWORD"), "-n", "1"}
	if len(value) == 0 {
		return exec.Command("redis-cli", append(args, "del", key)...)
	}
	return exec.Command("redis-cli", append(args, "set", key, value[0])...)
}

func psql(url, key string, value []string) *exec.Cmd {
	cmd := exec.Command("psql", "-q", "-v", "ON_ERROR_STOP=1", "-v", "key="+key, url)
	sql := "DELETE FROM settings WHERE key = :'key'"
	if len(value) > 0 {
		cmd.Args = slices.Insert(cmd.Args, 1, "-v", "value="+value[0])
		sql = "INSERT INTO settings (key, value) VALUES (:'key', :'value') ON CONFLICT (key) DO UPDATE SET value = excluded.value"
	}
	cmd.Stdin = strings.NewReader(sql)
	return cmd
}
