package cluster

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// Server is an API server without a cluster: it knows Kubernetes' and Dapr's objects, validates and keeps them, and nothing
// comes of it. Only Dapr's sidecar injector is there, and has its say in what a pod becomes. It needs no root, only etcd.
type Server struct {
	Kubeconfig string
	cluster    Cluster
	dir        string // of everything it keeps
	url, token string
	processes  []*exec.Cmd
}

const serverConfig = `apiVersion: v1
kind: Config
clusters: [{ name: validation, cluster: { server: "%s", insecure-skip-tls-verify: true } }]
users: [{ name: admin, user: { token: %s } }]
contexts: [{ name: validation, context: { cluster: validation, user: admin } }]
current-context: validation
`

// BuildServer builds what Serve and validation run, and gets Dapr's chart. Only this needs a network.
func (c Cluster) BuildServer(ctx context.Context) error {
	if err := ServerMissing(); err != nil {
		return err
	}
	if err := c.Build(ctx, "kustomize", "kube-apiserver", "kubectl", "kubeconform", "helm", "injector", "sentry"); err != nil {
		return err
	}
	_, err := c.Chart(ctx)
	return err
}

// Serve starts one on 127.0.0.1, with everything it keeps in dir, and installs Dapr's chart. The injector is there where this
// program is apart. Close ends it.
func (c Cluster) Serve(ctx context.Context, dir string) (*Server, error) {
	s := &Server{Kubeconfig: filepath.Join(dir, "kubeconfig"), cluster: c, dir: dir}
	if err := s.start(ctx); err != nil {
		err = fmt.Errorf("%w\n%s", err, s.tails())
		s.Close()
		return nil, err
	}
	return s, nil
}

func (s *Server) start(ctx context.Context) error {
	if IsApart() {
		if err := startLoopback(); err != nil {
			return err
		}
	}
	at, err := FreeAddresses(3) // etcd for clients, etcd for peers, the API server
	if err != nil {
		return err
	}
	s.url, s.token = "https://"+at[2], rand.Text()
	files := authority{dir: s.dir}
	if err := errors.Join(files.pair("accounts"), os.WriteFile(s.in("tokens"), []byte(s.token+`,admin,admin,"system:masters"`+"\n"), 0o600),
		os.WriteFile(s.Kubeconfig, fmt.Appendf(nil, serverConfig, s.url, s.token), 0o600)); err != nil {
		return err
	}
	err = errors.Join(
		s.run("etcd", exec.Command("etcd", "--data-dir", s.in("etcd"), "--unsafe-no-fsync", "--listen-client-urls", "http://"+at[0],
			"--advertise-client-urls", "http://"+at[0], "--listen-peer-urls", "http://"+at[1])),
		s.run("apiserver", exec.Command(s.cluster.Bin("kube-apiserver"), "--etcd-servers=http://"+at[0], "--bind-address=127.0.0.1",
			"--advertise-address=127.0.0.1", "--secure-port="+Port(at[2]), "--cert-dir="+s.in("certificates"), "--token-auth-file="+s.in("tokens"),
			"--authorization-mode=RBAC", "--service-cluster-ip-range="+services, "--service-account-issuer=https://validation",
			"--service-account-key-file="+s.in("accounts.pub"), "--service-account-signing-key-file="+s.in("accounts.key"))),
	)
	if err != nil {
		return err
	}
	err = Until(ctx, time.Minute, "the API server", func(ctx context.Context) error { _, err := s.Kubectl(ctx, "get", "--raw", "/readyz"); return err })
	if err != nil {
		return err
	}
	args, err := s.cluster.installation(ctx, s.Kubeconfig, filepath.Join(s.dir, "dapr.yaml"))
	if err != nil {
		return err
	}
	if _, err := Output(exec.CommandContext(ctx, s.cluster.Bin("helm"), args...)); err != nil || !IsApart() {
		return err
	}
	return s.startInjector(ctx)
}

// run starts a program, which Close ends; what it prints is in <dir>/<name>.log.
func (s *Server) run(name string, cmd *exec.Cmd) error {
	log, err := os.Create(s.in(name + ".log"))
	if err != nil {
		return err
	}
	defer log.Close()
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	s.processes = append(s.processes, cmd)
	return nil
}

func (s *Server) in(name string) string { return filepath.Join(s.dir, name) }

// FreeAddresses are n addresses of this machine that nobody listens on.
func FreeAddresses(n int) ([]string, error) {
	var free []string
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		defer l.Close() // when all are found, so that they differ
		free = append(free, l.Addr().String())
	}
	return free, nil
}

// tails is how the log of each program ends.
func (s *Server) tails() string {
	var out strings.Builder
	for _, name := range []string{"etcd", "apiserver", "dapr-sentry", "dapr-sidecar-injector"} {
		fmt.Fprintf(&out, "--- %s\n%s\n", name, tail(s.in(name+".log"), 8))
	}
	return out.String()
}

// Port is that of an address of which it is known that it has one.
func Port(address string) string {
	_, port, _ := net.SplitHostPort(address) // so it is made of both
	return port
}

// Close ends it.
func (s *Server) Close() {
	for _, p := range s.processes {
		_ = p.Process.Kill()
		_ = p.Wait() // it was killed
	}
}

// Kubectl runs kubectl as administrator and returns what it printed; the error has it too.
func (s *Server) Kubectl(ctx context.Context, args ...string) (string, error) {
	return Output(exec.CommandContext(ctx, s.cluster.Bin("kubectl"), append([]string{"--kubeconfig=" + s.Kubeconfig}, args...)...))
}
