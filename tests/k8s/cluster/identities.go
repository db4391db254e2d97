package cluster

import (
	"encoding/base64"
	"errors"
	"fmt"
	"os"
)

// identities makes the certificates of a new cluster and a kubeconfig for everyone who calls the API server.
func (c Cluster) identities() error {
	a, err := newAuthority(c.state("pki"))
	if err != nil {
		return err
	}
	err = errors.Join(
		a.pair("accounts"),
		a.server("apiserver", []string{"127.0.0.1", NodeIP, apiInside},
			[]string{"localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc." + dnsDomain}),
		a.server("kubelet-server", []string{NodeIP}, []string{NodeName}),
		a.client("apiserver-kubelet", "kube-apiserver-kubelet", "system:masters"),
		a.client("admin", "admin", "system:masters"),
		a.client("controller-manager", "system:kube-controller-manager"),
		a.client("scheduler", "system:kube-scheduler"),
		a.client("proxy", "system:kube-proxy"),
		a.client("kubelet", "system:node:"+NodeName, "system:nodes"),
	)
	if err != nil {
		return err
	}
	for _, user := range []string{"admin", "controller-manager", "scheduler", "proxy", "kubelet"} {
		if err := c.kubeconfig(c.state(user+".kubeconfig"), apiURL, user); err != nil {
			return err
		}
	}
	return nil
}

const kubeconfig = `apiVersion: v1
kind: Config
clusters: [{ name: orderly, cluster: { server: "%s", certificate-authority-data: %s } }]
users: [{ name: %[3]s, user: { client-certificate-data: %s, client-key-data: %s } }]
contexts: [{ name: orderly, context: { cluster: orderly, user: %[3]s } }]
current-context: orderly
`

func (c Cluster) kubeconfig(file, server, user string) error {
	encoded := map[string]string{}
	for _, name := range []string{"ca.crt", user + ".crt", user + ".key"} {
		body, err := os.ReadFile(c.state("pki", name))
		if err != nil {
			return err
		}
		encoded[name] = base64.StdEncoding.EncodeToString(body)
	}
	text := fmt.Sprintf(kubeconfig, server, encoded["ca.crt"], user, encoded[user+".crt"], encoded[user+".key"])
	return os.WriteFile(file, []byte(text), 0o600)
}
