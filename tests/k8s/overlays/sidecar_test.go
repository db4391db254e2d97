package overlays

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// sidecar is what is looked at of a container daprd.
type sidecar struct {
	Name, Image string
	Args        []string
	Env         []struct {
		Name, Value string
		ValueFrom   struct {
			SecretKeyRef struct{ Name, Key string }
		}
	}
	Resources       struct{ Requests, Limits map[string]string }
	SecurityContext object
	VolumeMounts    []struct {
		Name, MountPath string
		ReadOnly        bool
	}
}

// facts are the same as lines of one kind, such as "--app-id: order" and "limits.cpu: 1". A variable of a Secret is
// "secret:key".
func (s sidecar) facts() map[string]string {
	all := map[string]string{"image": s.Image}
	for i, a := range s.Args {
		name, value, _ := strings.Cut(a, "=")
		if !strings.HasPrefix(name, "--") {
			continue // the value of the one before
		}
		if i+1 < len(s.Args) && !strings.HasPrefix(s.Args[i+1], "--") {
			value = s.Args[i+1]
		}
		all[name] = value
	}
	for _, e := range s.Env {
		if all[e.Name] = e.Value; e.ValueFrom.SecretKeyRef.Name != "" {
			all[e.Name] = e.ValueFrom.SecretKeyRef.Name + ":" + e.ValueFrom.SecretKeyRef.Key
		}
	}
	all["DAPR_ENV_KEYS"] = strings.Join(slices.Sorted(strings.FieldsSeq(all["DAPR_ENV_KEYS"])), " ")
	for kind, amounts := range map[string]map[string]string{"requests": s.Resources.Requests, "limits": s.Resources.Limits} {
		for what, amount := range amounts {
			all[kind+"."+what] = amount
		}
	}
	for what, value := range s.SecurityContext {
		all["security."+what] = fmt.Sprint(value)
	}
	for _, m := range s.VolumeMounts {
		if all["mount."+m.MountPath] = m.Name; m.ReadOnly {
			all["mount."+m.MountPath] += ", to read"
		}
	}
	return all
}

// admit has the server say what a pod of a workload would be, and returns its sidecar. The injector has been asked, and then
// pod security, which the namespace enforces.
func admit(t *testing.T, workload object) (sidecar, error) {
	t.Helper()
	template := workload["spec"].(object)["template"].(object)
	about := object{"name": metadata(workload, "name"), "namespace": metadata(workload, "namespace")}
	for _, key := range []string{"labels", "annotations"} {
		about[key] = template["metadata"].(object)[key]
	}
	said, err := server.Apply(t.Context(), "pods", true, object{"apiVersion": "v1", "kind": "Pod", "metadata": about, "spec": template["spec"]})
	if err != nil {
		return sidecar{}, err
	}
	var pod struct {
		Spec struct{ Containers []sidecar }
	}
	require.NoError(t, json.Unmarshal(said, &pod))
	i := slices.IndexFunc(pod.Spec.Containers, func(c sidecar) bool { return c.Name == "daprd" })
	if i < 0 {
		return sidecar{}, fmt.Errorf("the pod of %s has no container daprd", about["name"])
	}
	return pod.Spec.Containers[i], nil
}
