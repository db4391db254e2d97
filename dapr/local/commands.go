package local

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
)

// commands returns how to start each process, by name.
func (s *Stack) commands() map[string]func() *exec.Cmd {
	all := map[string]func() *exec.Cmd{"broker": func() *exec.Cmd {
		return s.command("broker", s.Bin.Path("broker"), nil, "-addr", address(s.Ports.Broker), "-data", filepath.Join(".data", "broker"))
	}}
	for _, app := range s.Run.Apps {
		all[app.ID] = func() *exec.Cmd { return s.command(app.ID, s.Bin.Path(app.ID), s.appEnv(app)) }
		all[app.ID+".sidecar"] = func() *exec.Cmd {
			return s.command(app.ID+".sidecar", s.Bin.Daprd, s.sidecarEnv(), s.sidecarArgs(app)...)
		}
	}
	return all
}

func (s *Stack) command(name, path string, env []string, args ...string) *exec.Cmd {
	cmd := exec.Command(path, append(args, s.Args[name]...)...)
	cmd.Dir = s.Dir
	cmd.Env = append(os.Environ(), env...)
	cmd.Env = append(append(cmd.Env, s.Env[""]...), s.Env[name]...)
	return cmd
}

// appEnv is what `dapr run` gives an app too.
func (s *Stack) appEnv(app App) []string {
	p := s.Ports.Apps[app.ID]
	env := []string{
		"APP_ID=" + app.ID, "APP_PORT=" + strconv.Itoa(p.App),
		"DAPR_HTTP_PORT=" + strconv.Itoa(p.HTTP), "DAPR_GRPC_PORT=" + strconv.Itoa(p.GRPC),
		"DAPR_API_TOKEN=" + s.Tokens.Dapr, "APP_API_TOKEN=" + s.Tokens.App,
	}
	for k, v := range app.Env {
		env = append(env, k+"="+v)
	}
	return env
}

// sidecarEnv has the tokens and what the component files take by envRef.
func (s *Stack) sidecarEnv() []string {
	return []string{
		"DAPR_API_TOKEN=" + s.Tokens.Dapr, "APP_API_TOKEN=" + s.Tokens.App,
		"NATS_URL=" + s.BrokerURL(), "WEBHOOK_URL=" + s.AppURL("notify"),
	}
}

func (s *Stack) sidecarArgs(app App) []string {
	p, c := s.Ports.Apps[app.ID], s.Run.Common
	args := []string{
		"--app-id", app.ID, "--app-port", strconv.Itoa(p.App), "--app-protocol", "http",
		"--dapr-http-port", strconv.Itoa(p.HTTP), "--dapr-grpc-port", strconv.Itoa(p.GRPC),
		"--dapr-internal-grpc-port", strconv.Itoa(p.Internal), "--metrics-port", strconv.Itoa(p.Metrics),
		// daprd's own defaults are all interfaces.
		"--dapr-listen-addresses", "127.0.0.1", "--dapr-internal-grpc-listen-address", "127.0.0.1", "--metrics-listen-address", "127.0.0.1",
		"--config", c.ConfigFilePath, "--log-as-json", "--log-level", c.LogLevel,
		"--max-body-size", c.MaxBodySize, "--read-buffer-size", c.ReadBufferSize,
	}
	for _, dir := range c.ResourcesPaths {
		args = append(args, "--resources-path", dir)
	}
	if c.HealthCheck {
		args = append(args, "--enable-app-health-check", "--app-health-check-path", c.HealthPath,
			fmt.Sprintf("--app-health-probe-interval=%d", c.HealthInterval),
			fmt.Sprintf("--app-health-probe-timeout=%d", c.HealthTimeout),
			fmt.Sprintf("--app-health-threshold=%d", c.HealthThreshold))
	}
	return args
}
