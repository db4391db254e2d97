package shop

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"

	"orderly/dapr/local"
	"orderly/tests/harness"
	"orderly/tests/k8s/cluster"
)

// apps are those with a sidecar: the services, and the probe, a foreign one.
var apps = append(slices.Clone(harness.Services), harness.Probe)

// Place is a namespace that has the product, with the probe of the stories beside it. End must be called.
type Place struct {
	Namespace string
	Set       string
	Outside   []string                                   // services that do not run there: a relay does, which leads to them
	Dir       string                                     // what the stories find in a stack's folder: logs, mails, secrets
	Tokens    local.Tokens                               // as the cluster has them
	Ctl       func(context.Context, ...string) *exec.Cmd // kubectl, as somebody who may read secrets and logs

	close []func()
}

// End ends what runs beside the cluster.
func (p *Place) End() {
	for i := len(p.close) - 1; i >= 0; i-- {
		p.close[i]()
	}
}

// In runs kubectl in the namespace and returns what it printed; the error has it too.
func (p *Place) In(ctx context.Context, args ...string) (string, error) {
	return cluster.Output(p.Ctl(ctx, append([]string{"-n", p.Namespace}, args...)...))
}

// ReadSecrets takes what the cluster has now, and gives it to the stories, which look for it where a local stack has it.
func (p *Place) ReadSecrets(ctx context.Context) error {
	values := map[string]string{}
	for name, key := range map[string]string{"dapr-api-token": "token", "app-api-token": "token", signingKey: signingKey} {
		encoded, err := p.In(ctx, "get", "secret", name, "-o", "jsonpath={.data."+key+"}")
		if err != nil {
			return err
		}
		value, err := base64.StdEncoding.DecodeString(encoded)
		if err != nil {
			return err
		}
		values[name] = string(value)
	}
	p.Tokens.Dapr, p.Tokens.App = values["dapr-api-token"], values["app-api-token"]
	body, err := json.MarshalIndent(map[string]string{signingKey: values[signingKey]}, "", "  ")
	if err != nil {
		return err
	}
	file := filepath.Join(p.Dir, ".data", "secrets.json")
	return errors.Join(os.MkdirAll(filepath.Dir(file), 0o755), os.WriteFile(file, body, 0o600))
}

// Show writes where the stories find all of it, and returns the file; tokens, hooks and the folder are filled in. From now
// on what its pods print is kept as files.
func (p *Place) Show(ctx context.Context, there harness.Elsewhere) (string, error) {
	there.Tokens, there.Dir, there.Hooks = p.Tokens, p.Dir, "http://"+harness.Probe+"."+p.Namespace
	body, err := json.MarshalIndent(there, "", "  ")
	if err != nil {
		return "", err
	}
	file := filepath.Join(p.Dir, "system.json")
	return file, errors.Join(os.WriteFile(file, body, 0o600), p.follow(ctx))
}

// Stories is the command that tells the stories of tests/e2e there; system is what Show returned.
func (p *Place) Stories(ctx context.Context, root, system string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "go", append([]string{"test", "-count=1", "-timeout=20m", "./tests/e2e"}, args...)...)
	cmd.Dir, cmd.Env = root, append(os.Environ(), "SYSTEM="+system, "SET="+p.Set)
	return cmd
}

// follow has what the pods of each app print, and have printed, written where stories look for logs.
func (p *Place) follow(ctx context.Context) error {
	for _, app := range apps {
		for name, container := range map[string]string{app: "app", app + ".sidecar": "daprd"} {
			if container == "app" && slices.Contains(p.Outside, app) {
				continue
			}
			err := p.background(ctx, name, "logs", "-f", "-l", "app.kubernetes.io/name="+app, "-c", container, "--tail=-1", "--max-log-requests=20")
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// background runs kubectl in the namespace until End; what it prints is <dir>/.dapr/logs/<name>.log.
func (p *Place) background(ctx context.Context, name string, args ...string) error {
	file := filepath.Join(p.Dir, ".dapr", "logs", name+".log")
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	log, err := os.Create(file)
	if err != nil {
		return err
	}
	defer log.Close()
	cmd := p.Ctl(context.WithoutCancel(ctx), append([]string{"-n", p.Namespace}, args...)...)
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		return err
	}
	p.close = append(p.close, func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // it was killed
	})
	return nil
}
