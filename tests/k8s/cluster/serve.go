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
	"time"
)

// Server is an API server without a cluster: it knows Kubernetes' and Dapr's objects, validates and keeps them, and nothing
// comes of it. It needs no root, only etcd.
type Server struct {
	Kubeconfig string
	cluster    Cluster
	processes  []*exec.Cmd
}

const serverConfig = `apiVersion: v1
kind: Config
clusters: [{ name: validation, cluster: { server: "https://%s", insecure-skip-tls-verify: true } }]
users: [{ name: admin, user: { token: %s } }]
contexts: [{ name: validation, context: { cluster: validation, user: admin } }]
current-context: validation
`

// Serve starts one on 127.0.0.1, with everything it keeps in dir, and gives it Dapr's custom resources. Close ends it.
func (c Cluster) Serve(ctx context.Context, dir string) (*Server, error) {
	if _, err := exec.LookPath("etcd"); err != nil {
		return nil, errors.New("etcd is not installed: apt-get install etcd-server")
	}
	if err := c.Build(ctx, "kube-apiserver", "kubectl", "kubeconform"); err != nil {
		return nil, err
	}
	s := &Server{Kubeconfig: filepath.Join(dir, "kubeconfig"), cluster: c}
	if err := s.start(ctx, dir); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

func (s *Server) start(ctx context.Context, dir string) error {
	at, err := FreeAddresses(3) // etcd for clients, etcd for peers, the API server
	if err != nil {
		return err
	}
	token := rand.Text()
	files := authority{dir: dir}
	if err := errors.Join(files.pair("accounts"), os.WriteFile(filepath.Join(dir, "tokens"), []byte(token+`,admin,admin,"system:masters"`+"\n"), 0o600),
		os.WriteFile(s.Kubeconfig, fmt.Appendf(nil, serverConfig, at[2], token), 0o600)); err != nil {
		return err
	}
	_, port, _ := net.SplitHostPort(at[2]) // it is made of both
	in := func(name string) string { return filepath.Join(dir, name) }
	for name, cmd := range map[string]*exec.Cmd{
		"etcd": exec.Command("etcd", "--data-dir", in("etcd"), "--unsafe-no-fsync", "--listen-client-urls", "http://"+at[0],
			"--advertise-client-urls", "http://"+at[0], "--listen-peer-urls", "http://"+at[1]),
		"apiserver": exec.Command(s.cluster.Bin("kube-apiserver"), "--etcd-servers=http://"+at[0], "--bind-address=127.0.0.1",
			"--advertise-address=127.0.0.1", "--secure-port="+port, "--cert-dir="+in("certificates"), "--token-auth-file="+in("tokens"),
			"--authorization-mode=RBAC", "--service-cluster-ip-range="+services, "--service-account-issuer=https://validation",
			"--service-account-key-file="+in("accounts.pub"), "--service-account-signing-key-file="+in("accounts.key")),
	} {
		log, err := os.Create(in(name + ".log"))
		if err != nil {
			return err
		}
		cmd.Stdout, cmd.Stderr = log, log
		err = cmd.Start()
		log.Close()
		if err != nil {
			return err
		}
		s.processes = append(s.processes, cmd)
	}
	err = Until(ctx, time.Minute, "the API server", func(ctx context.Context) error { _, err := s.Kubectl(ctx, "get", "--raw", "/readyz"); return err })
	if err != nil {
		return err
	}
	chart, err := s.cluster.Chart(ctx)
	if err != nil {
		return err
	}
	_, err = s.Kubectl(ctx, "apply", "--server-side", "-f", filepath.Join(chart, "crds"))
	if err != nil {
		return err
	}
	_, err = s.Kubectl(ctx, "wait", "--for=condition=Established", "crd", "--all", "--timeout=60s")
	return err
}

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

// Close ends it.
func (s *Server) Close() {
	for _, p := range s.processes {
		_ = p.Process.Kill()
		_ = p.Wait() // it was killed
	}
}

// Kubectl runs kubectl as administrator and returns what it printed; the error has it too.
func (s *Server) Kubectl(ctx context.Context, args ...string) (string, error) {
	return output(exec.CommandContext(ctx, s.cluster.Bin("kubectl"), append([]string{"--kubeconfig=" + s.Kubeconfig}, args...)...))
}
