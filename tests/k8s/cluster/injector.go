package cluster

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// injectorIdentity is the pod that the injector is, to the sentry: it gives nobody a certificate who is none. A token is
// bound to it, and nobody runs it.
const injectorIdentity = `apiVersion: v1
kind: Pod
metadata: { name: injector, namespace: dapr-system, annotations: { dapr.io/control-plane: injector } }
spec: { serviceAccountName: dapr-injector, containers: [{ name: none, image: none }] }
`

// startInjector starts two of Dapr's programs here, as its chart would: the sidecar injector, whom the server asks about
// each new pod, and the sentry, who certifies it. The rest of Dapr are objects only.
//
// Dapr ignores --listen-address for the injector's port and for where both tell their health: they listen on every address
// there is. So this is for a program that is apart.
func (s *Server) startInjector(ctx context.Context) error {
	at, err := FreeAddresses(4) // sentry and its health, injector and its health
	if err != nil {
		return err
	}
	if err := os.Mkdir(s.in("issuer"), 0o700); err != nil { // the sentry watches it, and keeps nothing there
		return err
	}
	err = s.runDapr(ctx, "dapr-sentry", at[1], nil, "--listen-address=127.0.0.1", "--port="+Port(at[0]), "--issuer-credentials="+s.in("issuer"))
	if err != nil {
		return err
	}
	if err := s.identify(ctx); err != nil {
		return err
	}
	// A webhook that is a Service is certified by its name, and reached here by another.
	if _, err := s.Kubectl(ctx, "-n", daprSystem, "patch", "service", "dapr-sidecar-injector", "--type=merge",
		"-p", `{"spec":{"type":"ExternalName","externalName":"127.0.0.1","clusterIP":null,"clusterIPs":null}}`); err != nil {
		return err
	}
	if _, err := s.Kubectl(ctx, "patch", "mutatingwebhookconfiguration", "dapr-sidecar-injector", "--type=json",
		"-p", `[{"op":"add","path":"/webhooks/0/clientConfig/service/port","value":`+Port(at[2])+`}]`); err != nil {
		return err
	}
	return s.runDapr(ctx, "dapr-sidecar-injector", at[3], []string{"DAPR_SENTRY_ADDRESS=" + at[0], "DAPR_SENTRY_TOKEN_FILE=" + s.in("token"),
		"DAPR_TRUST_ANCHORS_FILE=" + s.in("anchors")}, "--port="+Port(at[2]))
}

// identify writes what the injector shows the sentry, and by what it knows the sentry, as soon as that has made it.
func (s *Server) identify(ctx context.Context) error {
	if err := os.WriteFile(s.in("identity.yaml"), []byte(injectorIdentity), 0o600); err != nil {
		return err
	}
	if _, err := s.Kubectl(ctx, "create", "-f", s.in("identity.yaml")); err != nil {
		return err
	}
	token, err := s.Kubectl(ctx, "-n", daprSystem, "create", "token", "dapr-injector", "--bound-object-kind=Pod", "--bound-object-name=injector",
		"--audience=spiffe://"+dnsDomain+"/ns/"+daprSystem+"/dapr-sentry")
	if err != nil {
		return err
	}
	anchors, err := s.Kubectl(ctx, "-n", daprSystem, "get", "configmap", "dapr-trust-bundle", "-o", `jsonpath={.data.ca\.crt}`)
	if err != nil {
		return err
	}
	return errors.Join(os.WriteFile(s.in("token"), []byte(strings.TrimSpace(token)), 0o600), os.WriteFile(s.in("anchors"), []byte(anchors), 0o600))
}

// runDapr starts a program of a Deployment of Dapr with the arguments and variables it has there, and more, and waits until
// it says that it is well.
func (s *Server) runDapr(ctx context.Context, deployment, health string, env []string, args ...string) error {
	said, err := s.Kubectl(ctx, "-n", daprSystem, "get", "deployment", deployment, "-o", "jsonpath={.spec.template.spec.containers[0]}")
	if err != nil {
		return err
	}
	var container struct {
		Command, Args []string
		Env           []struct{ Name, Value string }
	}
	if err := json.Unmarshal([]byte(said), &container); err != nil {
		return err
	}
	args = append(container.Args, append(args, "--kubeconfig="+s.Kubeconfig, "--healthz-port="+Port(health), "--enable-metrics=false")...)
	cmd := exec.Command(s.cluster.Bin(filepath.Base(container.Command[0])), args...)
	cmd.Env = os.Environ()
	for _, e := range container.Env {
		cmd.Env = append(cmd.Env, e.Name+"="+e.Value)
	}
	cmd.Env = append(append(cmd.Env, env...), "NAMESPACE="+daprSystem, "DAPR_UNSAFE_SKIP_CONTAINER_UID_GID_CHECK=true") // it is in no container
	if err := s.run(deployment, cmd); err != nil {
		return err
	}
	return Until(ctx, time.Minute, deployment, func(ctx context.Context) error {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+health+"/healthz", nil)
		if err != nil {
			return err
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			return err
		}
		defer res.Body.Close()
		if res.StatusCode != http.StatusOK {
			return fmt.Errorf("its health is %s", res.Status)
		}
		return nil
	})
}
