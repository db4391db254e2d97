package cluster

import (
	"bytes"
	"context"
	"embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"text/template"
)

//go:embed files
var files embed.FS

// configure writes the configuration files of the node's programs.
func (c Cluster) configure() error {
	for name, to := range map[string]string{
		"kubelet.yaml": "kubelet.yaml", "containerd.toml": "containerd.toml", "Corefile": "Corefile",
		"resolv.conf": "resolv.conf", "net.conflist": "cni/net.d/10-" + space + ".conflist",
	} {
		t, err := template.ParseFS(files, "files/"+name)
		if err != nil {
			return err
		}
		var text bytes.Buffer
		if err := t.Execute(&text, map[string]string{"Dir": c.state(), "NodeIP": NodeIP, "NodeName": NodeName, "Bridge": bridge,
			"Pods": podRange, "Domain": dnsDomain, "Cgroup": cgroup, "Pause": pauseImage, "Name": space}); err != nil {
			return err
		}
		if err := os.MkdirAll(filepath.Dir(c.state(to)), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(c.state(to), text.Bytes(), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// daemon is a program of the node. They are started in this order and stopped in the opposite one.
type daemon struct {
	name string
	args func(Cluster) []string // the program and its arguments
}

var etcd = daemon{"etcd", func(c Cluster) []string {
	const client = "http://127.0.0.1:2379"
	return []string{"etcd", "--data-dir", c.state("etcd"), "--listen-client-urls", client, "--advertise-client-urls", client,
		"--listen-peer-urls", "http://127.0.0.1:2380", "--unsafe-no-fsync"} // nobody keeps this cluster through a power cut
}}

var apiserver = daemon{"apiserver", func(c Cluster) []string {
	pki := func(name string) string { return c.state("pki", name) }
	return []string{c.Bin("kube-apiserver"), "--etcd-servers=http://127.0.0.1:2379",
		"--bind-address=" + NodeIP, "--advertise-address=" + NodeIP, "--secure-port=6443",
		"--tls-cert-file=" + pki("apiserver.crt"), "--tls-private-key-file=" + pki("apiserver.key"), "--client-ca-file=" + pki("ca.crt"),
		"--service-account-key-file=" + pki("accounts.pub"), "--service-account-signing-key-file=" + pki("accounts.key"),
		"--service-account-issuer=https://kubernetes.default.svc." + dnsDomain, "--service-cluster-ip-range=" + services,
		"--authorization-mode=Node,RBAC", "--allow-privileged=true",
		"--kubelet-client-certificate=" + pki("apiserver-kubelet.crt"), "--kubelet-client-key=" + pki("apiserver-kubelet.key"),
		"--kubelet-certificate-authority=" + pki("ca.crt"),
		"--kubelet-preferred-address-types=InternalIP", // nobody resolves the node's name
		"--enable-aggregator-routing=true"}             // webhooks by their endpoints: kube-proxy may come later
}}

var containerd = daemon{"containerd", func(c Cluster) []string {
	return []string{"containerd", "-c", c.state("containerd.toml")}
}}

var controllerManager = daemon{"controller-manager", func(c Cluster) []string {
	return append([]string{c.Bin("kube-controller-manager"), "--bind-address=127.0.0.1", "--use-service-account-credentials=true",
		"--service-account-private-key-file=" + c.state("pki", "accounts.key"), "--root-ca-file=" + c.state("pki", "ca.crt"),
		"--cluster-cidr=" + podRange, "--allocate-node-cidrs=false", "--leader-elect=false"}, c.as("controller-manager")...)
}}

var scheduler = daemon{"scheduler", func(c Cluster) []string {
	return append([]string{c.Bin("kube-scheduler"), "--bind-address=127.0.0.1", "--leader-elect=false"}, c.as("scheduler")...)
}}

// as says who a control loop is, to the API server and when it asks that one who is calling.
func (c Cluster) as(user string) []string {
	file := c.state(user + ".kubeconfig")
	return []string{"--kubeconfig=" + file, "--authentication-kubeconfig=" + file, "--authorization-kubeconfig=" + file}
}

var kubelet = daemon{"kubelet", func(c Cluster) []string {
	return []string{c.Bin("kubelet"), "--config=" + c.state("kubelet.yaml"), "--kubeconfig=" + c.state("kubelet.kubeconfig"),
		"--root-dir=" + c.state("kubelet"), "--hostname-override=" + NodeName, "--node-ip=" + NodeIP, "--cert-dir=" + c.state("pki")}
}}

var proxy = daemon{"proxy", func(c Cluster) []string {
	return []string{c.Bin("kube-proxy"), "--kubeconfig=" + c.state("proxy.kubeconfig"), "--hostname-override=" + NodeName,
		"--proxy-mode=iptables", "--cluster-cidr=" + podRange, "--bind-address=" + NodeIP,
		"--healthz-bind-address=127.0.0.1:10256", "--metrics-bind-address=127.0.0.1:10249",
		// It may not set these here, and no value is needed.
		"--conntrack-max-per-core=0", "--conntrack-tcp-timeout-established=0", "--conntrack-tcp-timeout-close-wait=0"}
}}

var coredns = daemon{"coredns", func(c Cluster) []string {
	return []string{c.Bin("coredns"), "-conf", c.state("Corefile")}
}}

func (c Cluster) run(ctx context.Context, d daemon) error {
	args := d.args(c)
	cmd := c.Command(context.WithoutCancel(ctx), args[0], args[1:]...)
	return c.start(d.name, cmd)
}

// ctr speaks to the cluster's own containerd.
func (c Cluster) ctr(ctx context.Context, args ...string) (string, error) {
	return Output(exec.CommandContext(ctx, "ctr", append([]string{"-a", c.state("containerd", "socket"), "-n", "k8s.io"}, args...)...))
}

// PID is the process of a container, as this machine counts.
func (c Cluster) PID(ctx context.Context, container string) (int, error) {
	out, err := c.ctr(ctx, "tasks", "ls")
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(out) {
		if fields := strings.Fields(line); len(fields) > 1 && fields[0] == container {
			return strconv.Atoi(fields[1])
		}
	}
	return 0, fmt.Errorf("no container %s runs", container)
}
