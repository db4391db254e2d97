package local

import (
	"fmt"
	"os"
	"os/exec"
	"strconv"
)

// commands returns how to start each process, by name.
func (s *Stack) commands() map[string]func() *exec.Cmd {
	all := map[string]func() *exec.Cmd{}
	for _, kind := range s.Run.servers {
		all[kind.name] = func() *exec.Cmd { return s.command(kind.name, kind.command(s.hosts[kind.name]), nil) }
	}
	for _, app := range s.Run.Apps {
		name := app.Process()
		all[name] = func() *exec.Cmd { return s.command(name, exec.Command(s.Bin.Path(app.ID)), s.appEnv(app)) }
		all[name+".sidecar"] = func() *exec.Cmd {
			return s.command(name+".sidecar", exec.Command(s.Bin.Daprd, s.sidecarArgs(app)...), s.sidecarEnv(app))
		}
	}
	return all
}

func (s *Stack) command(name string, cmd *exec.Cmd, env []string) *exec.Cmd {
	cmd.Args = append(cmd.Args, s.Args[name]...)
	cmd.Dir = s.Dir
	cmd.Env = append(append(os.Environ(), cmd.Env...), env...)
	cmd.Env = append(append(cmd.Env, s.Env[""]...), s.Env[name]...)
	return cmd
}

// appEnv is what `dapr run` gives an app too.
func (s *Stack) appEnv(app App) []string {
	p := s.Ports.Apps[app.Process()]
	env := []string{
		"APP_ID=" + app.ID, "APP_PORT=" + strconv.Itoa(p.App),
		"DAPR_HTTP_PORT=" + strconv.Itoa(p.HTTP), "DAPR_GRPC_PORT=" + strconv.Itoa(p.GRPC),
		"DAPR_API_TOKEN=" + s.Tokens.Dapr, "APP_API_TOKEN=" + s.Tokens.App,
	}
	for k, v := range app.Env {
		env = append(env, k+"="+v)
	}
	if p.Public != 0 {
		env = append(env, publicPort+"="+strconv.Itoa(p.Public))
	}
	return env
}

// webhookURL is the variable by which the webhook component finds notify.
const webhookURL = "WEBHOOK_URL"

// sidecarEnv has the tokens and what the component files take by envRef. POD_NAME tells replicas of an app apart, as in
// a cluster.
func (s *Stack) sidecarEnv(app App) []string {
	env := []string{
		"DAPR_API_TOKEN=" + s.Tokens.Dapr, "APP_API_TOKEN=" + s.Tokens.App,
		webhookURL + "=" + s.ChannelURL(app.Process()), "POD_NAME=" + app.Process(),
	}
	for _, kind := range s.Run.servers {
		env = append(env, kind.env(s.hosts[kind.name])...)
	}
	return env
}

func (s *Stack) sidecarArgs(app App) []string {
	p, c := s.Ports.Apps[app.Process()], s.Run.Common
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
