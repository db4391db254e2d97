package shop

import (
	"bytes"
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"orderly/dapr/local"
	"orderly/tests/k8s/cluster"
)

//go:embed files
var files embed.FS

// object is a Kubernetes object.
type object = map[string]any

// surroundings applies what an overlay expects to find: the namespace, secrets, the servers.
func (s *Shop) surroundings(ctx context.Context) error {
	environment, _, _ := strings.Cut(s.Overlay, "/")
	if _, err := s.Kubectl(ctx, nil, "apply", "-f", filepath.Join(s.Root, "k8s", "environments", environment, "namespace.yaml")); err != nil {
		return err
	}
	// Receivers of the stories are in the node's own network.
	all := append(s.secrets(), s.object("v1", "ConfigMap", "notify", object{"data": map[string]string{"NOTIFY_PRIVATE_WEBHOOKS": "true"}}))
	if s.Set == local.Embedded {
		mails, err := s.mailVolume()
		if err != nil {
			return err
		}
		all = append(all, mails)
	} else {
		all = append(all, s.secret("components", s.variables()))
		for _, name := range s.servers.Servers() {
			services, err := s.service(name, s.servers.ServerAddress(name))
			if err != nil {
				return err
			}
			all = append(all, services...)
		}
	}
	body, err := json.Marshal(object{"apiVersion": "v1", "kind": "List", "items": all})
	if err != nil {
		return err
	}
	_, err = s.Kubectl(ctx, bytes.NewReader(body), "apply", "-f", "-")
	return err
}

func (s *Shop) object(version, kind, name string, rest object) object {
	rest["apiVersion"], rest["kind"], rest["metadata"] = version, kind, object{"name": name, "namespace": s.Namespace}
	return rest
}

// service is a Service without a selector for a server that is no pod, and the one endpoint behind it.
func (s *Shop) service(name, address string) ([]object, error) {
	_, text, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	port, err := strconv.Atoi(text)
	if err != nil {
		return nil, err
	}
	slice := s.object("discovery.k8s.io/v1", "EndpointSlice", name+"-1", object{
		"addressType": "IPv4", "ports": []object{{"name": "it", "port": port}},
		"endpoints": []object{{"addresses": []string{cluster.NodeIP}, "conditions": object{"ready": true}}},
	})
	slice["metadata"].(object)["labels"] = object{"kubernetes.io/service-name": name}
	return []object{s.object("v1", "Service", name, object{"spec": object{"ports": []object{{"name": "it", "port": port}}}}), slice}, nil
}

// mailVolume is the one that notify of the embedded set claims: the folder in which stories look for mails.
func (s *Shop) mailVolume() (object, error) {
	dir := filepath.Join(s.Dir, ".data")
	return object{"apiVersion": "v1", "kind": "PersistentVolume", "metadata": object{"name": s.Namespace + "-notify", "labels": object{"shop": s.Namespace}},
		"spec": object{"capacity": object{"storage": "1Gi"}, "accessModes": []string{"ReadWriteOnce"}, "hostPath": object{"path": dir},
			"persistentVolumeReclaimPolicy": "Retain", "claimRef": object{"namespace": s.Namespace, "name": "notify"}}}, cluster.MakeVolume(dir)
}

// apply applies the overlay, with the images that are here and what a node of two processors asks for, and the probe.
func (s *Shop) apply(ctx context.Context) error {
	dir := filepath.Join(s.Dir, "overlay")
	base, err := filepath.Rel(dir, filepath.Join(s.Root, "k8s", "overlays", s.Overlay))
	if err != nil {
		return err
	}
	fill := strings.NewReplacer("OVERLAY", base, "NAMESPACE", s.Namespace, "VERSION", s.version, "ENVIRONMENT", s.environment())
	for _, name := range []string{"kustomization.yaml", "probe.yaml", "node/kustomization.yaml"} {
		text, err := files.ReadFile("files/" + name)
		if err != nil {
			return err
		}
		if err := write(filepath.Join(dir, name), fill.Replace(string(text))); err != nil {
			return err
		}
	}
	rendered, err := s.Kubectl(ctx, nil, "kustomize", dir)
	if err != nil {
		return err
	}
	_, err = s.Kubectl(ctx, strings.NewReader(rendered), "apply", "--validate=strict", "-f", "-")
	return err
}

// environment is the annotation by which a sidecar gets the variables of the set.
func (s *Shop) environment() string {
	if s.Set == local.Embedded {
		return `dapr.io/env: "BROKER_URL=nats://broker:4222"`
	}
	var all []string
	for name := range s.variables() {
		all = append(all, fmt.Sprintf("%[1]s=components:%[1]s", name))
	}
	return fmt.Sprintf("dapr.io/env-from-secret: %q", strings.Join(all, ","))
}

func write(file, text string) error {
	return errors.Join(os.MkdirAll(filepath.Dir(file), 0o700), os.WriteFile(file, []byte(text), 0o600))
}
