package loop

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

// pod is the one of a service, and how often Kubernetes has started each container anew.
type pod struct {
	name     string
	restarts map[string]int
}

func podOf(t *testing.T, service string) pod {
	t.Helper()
	out, err := dev.In(t.Context(), "get", "pods", "-l", "app.kubernetes.io/name="+service, "--field-selector=status.phase=Running", "-o", "json")
	require.NoError(t, err)
	var all struct {
		Items []struct {
			Metadata struct {
				Name              string
				DeletionTimestamp *string
			}
			Status struct {
				ContainerStatuses []struct {
					Name         string
					RestartCount int
				}
			}
		}
	}
	require.NoError(t, json.Unmarshal([]byte(out), &all))
	var found []pod
	for _, i := range all.Items {
		if i.Metadata.DeletionTimestamp != nil {
			continue
		}
		p := pod{i.Metadata.Name, map[string]int{}}
		for _, c := range i.Status.ContainerStatuses {
			p.restarts[c.Name] = c.RestartCount
		}
		found = append(found, p)
	}
	require.Len(t, found, 1)
	return found[0]
}
