package shop

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"orderly/tests/harness"
	"orderly/tests/k8s/cluster"
)

// System writes where stories find the shop as it is now, and returns the file: services by their Services, the sidecars of
// the product by forwarded ports, as they listen in their pods only, the foreign app's by its Service, and logs as files.
func (s *Shop) System(ctx context.Context) (string, error) {
	there := harness.Elsewhere{Apps: map[string]string{}, Sidecars: map[string]string{}, Metrics: map[string]string{}}
	for _, app := range apps {
		ip, err := s.In(ctx, "get", "service", app, "-o", "jsonpath={.spec.clusterIP}")
		if err != nil {
			return "", err
		}
		there.Apps[app] = "http://" + ip
		pods, err := s.Pods(ctx, app)
		if err != nil {
			return "", err
		}
		there.Metrics[app] = "http://" + pods[0].IP + ":9090"
		if app == harness.Probe {
			there.Sidecars[app] = "http://" + ip + ":3500"
			continue
		}
		if there.Sidecars[app], err = s.forward(ctx, pods[0].Name); err != nil {
			return "", err
		}
	}
	if err := s.callable(ctx, there); err != nil {
		return "", err
	}
	return s.Show(ctx, there)
}

// callable waits until each service is called through the foreign sidecar, and its own answers: after a rollout a first
// call may still go to a pod that has left.
func (s *Shop) callable(ctx context.Context, there harness.Elsewhere) error {
	for _, app := range harness.Services {
		err := cluster.Until(ctx, time.Minute, app+" to be callable", func(ctx context.Context) error {
			return errors.Join(get(ctx, there.Sidecars[harness.Probe]+"/v1.0/invoke/"+app+"/method/readyz", s.Tokens.Dapr),
				get(ctx, there.Sidecars[app]+"/v1.0/healthz/outbound", s.Tokens.Dapr))
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func get(ctx context.Context, url, token string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	req.Header.Set("dapr-api-token", token)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode/100 != 2 {
		return fmt.Errorf("%s answers %s", url, res.Status)
	}
	return nil
}

// forward has kubectl forward a port to the sidecar of a pod until the shop is closed or the pod ends.
func (s *Shop) forward(ctx context.Context, pod string) (url string, err error) {
	free, err := cluster.FreeAddresses(1)
	if err != nil {
		return "", err
	}
	return "http://" + free[0], s.background(ctx, "forward-"+pod, "port-forward", "pod/"+pod, cluster.Port(free[0])+":3500")
}

// Pod is one that is not about to go.
type Pod struct{ Name, IP string }

// Pods are those of an app.
func (s *Shop) Pods(ctx context.Context, app string) ([]Pod, error) {
	out, err := s.In(ctx, "get", "pods", "-l", "app.kubernetes.io/name="+app,
		"-o", `go-template={{range .items}}{{if not .metadata.deletionTimestamp}}{{.metadata.name}} {{.status.podIP}}{{"\n"}}{{end}}{{end}}`)
	if err != nil {
		return nil, err
	}
	var pods []Pod
	for line := range strings.Lines(out) {
		if name, ip, found := strings.Cut(strings.TrimSpace(line), " "); found {
			pods = append(pods, Pod{name, ip})
		}
	}
	if len(pods) == 0 {
		return nil, fmt.Errorf("%s has no pod", app)
	}
	return pods, nil
}

// Stories tells the stories of tests/e2e on the shop, and returns what go test printed.
func (s *Shop) Stories(ctx context.Context, args ...string) (string, error) {
	system, err := s.System(ctx)
	if err != nil {
		return "", err
	}
	out, err := s.Place.Stories(ctx, s.Root, system, args...).CombinedOutput()
	return string(out), err
}
