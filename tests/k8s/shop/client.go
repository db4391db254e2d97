package shop

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// Client is an app with a sidecar somewhere in the cluster, as somebody else's would be.
type Client struct{ sidecar string }

// Client puts one into a namespace, which is made if it is not there, and waits until it is ready.
func (s *Shop) Client(ctx context.Context, app, namespace string) (Client, error) {
	manifest, err := files.ReadFile("files/client.yaml")
	if err != nil {
		return Client{}, err
	}
	text := strings.NewReplacer("NAME", app, "VERSION", s.version).Replace(string(manifest))
	if namespace != s.Namespace {
		made := fmt.Sprintf("apiVersion: v1\nkind: Namespace\nmetadata: { name: %s }\n", namespace)
		if _, err := s.Kubectl(ctx, strings.NewReader(made), "apply", "-f", "-"); err != nil {
			return Client{}, err
		}
		s.close = append(s.close, func() {
			_, _ = s.Kubectl(context.WithoutCancel(ctx), nil, "delete", "namespace", namespace, "--wait=false", "--ignore-not-found") // goes with the cluster at the latest
		})
	}
	if _, err := s.Kubectl(ctx, strings.NewReader(text), "-n", namespace, "apply", "-f", "-"); err != nil {
		return Client{}, err
	}
	if _, err := s.Kubectl(ctx, nil, "-n", namespace, "rollout", "status", "deployment/"+app, "--timeout=120s"); err != nil {
		return Client{}, err
	}
	ip, err := s.Kubectl(ctx, nil, "-n", namespace, "get", "pod", "-l", "app="+app, "-o", "jsonpath={.items[0].status.podIP}")
	return Client{"http://" + ip + ":3500"}, err
}

// Invoke calls a method of an app through the client's sidecar.
func (c Client) Invoke(ctx context.Context, method, app, path string) (status int, body string, err error) {
	req, err := http.NewRequestWithContext(ctx, method, c.sidecar+"/v1.0/invoke/"+app+"/method/"+path, nil)
	if err != nil {
		return 0, "", err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, "", err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	return res.StatusCode, string(text), err
}
