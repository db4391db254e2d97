package tilt

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"orderly/dapr/local"
	"orderly/tests/harness"
)

// Every set, with all services in the cluster, with some, and with one on the developer's machine.
func TestEverySetWithEveryOption(t *testing.T) {
	sets, err := local.Sets(harness.Root())
	require.NoError(t, err)
	require.NotEmpty(t, sets)
	for _, set := range sets {
		for name, c := range map[string]struct {
			args     []string
			services []string
			local    string
		}{
			"all":             {nil, harness.Services, ""},
			"without notify":  {[]string{"--services=order,stock"}, []string{"order", "stock"}, ""},
			"stock is local":  {[]string{"--local=stock"}, harness.Services, "stock"},
			"order and local": {[]string{"--services=order", "--local=order"}, []string{"order"}, "order"},
		} {
			t.Run(set+"/"+name, func(t *testing.T) {
				resources, said, err := evaluate(t, "orderly", nil, append(c.args, "--set="+set)...)
				require.NoError(t, err, said)
				assert.NotContains(t, said, "Image not used")
				assert.NotContains(t, resources, "uncategorized")
				assert.Equal(t, []string{"dapr"}, resources["settings"].ResourceDependencies)
				assert.Equal(t, []string{"settings"}, resources["components"].ResourceDependencies)
				for n, service := range []string{"order", "stock", "notify"} {
					r, there := resources[service]
					require.Equal(t, slices.Contains(c.services, service), there, service)
					if !there {
						assert.NotContains(t, resources, "compile "+service)
						continue
					}
					want := map[string]string{"orderly/daprd": "", "orderly/" + service: ".dapr/tilt/" + service + " to /live/" + service}
					needs, ports := []string{"components", "dev", "compile " + service}, map[int]int{8081 + n: 8080, 3501 + n: 3500, 3601 + n: 50001, 9091 + n: 9090}
					if service == c.local {
						want = map[string]string{"orderly/daprd": "", "orderly/dev": ""}
						needs, ports = []string{"components", "dev"}, map[int]int{9101 + n: 9000, 3501 + n: 3500, 3601 + n: 50001, 9091 + n: 9090}
						assert.Equal(t, []string{"compile " + service, service + " relay"}, resources[service+" here"].ResourceDependencies)
					}
					if set == "postgres-nats" { // the streams are made before a pod starts
						want["orderly/broker"] = ""
					}
					assert.Equal(t, want, r.images(), service)
					assert.Equal(t, needs, r.ResourceDependencies, service)
					assert.Equal(t, ports, r.ports(), service)
					assert.Contains(t, r.Labels, "services")
				}
				probe, there := resources["probe"]
				require.Equal(t, len(c.services) == 3, there, "the probe is there when all services are")
				if there {
					assert.Equal(t, append([]string{"components"}, harness.Services...), probe.ResourceDependencies)
					assert.Contains(t, probe.images(), "orderly/daprd")
					assert.Equal(t, map[int]int{8084: 8080, 3504: 3500, 3604: 50001, 9094: 9090}, probe.ports())
				}
				_, brokered := resources["broker"].images()["orderly/broker"]
				assert.Equal(t, set == local.Embedded, brokered, "the broker of the embedded set is built")
			})
		}
	}
}

func TestWhatIsRefusedSaysWhatThereIs(t *testing.T) {
	compiler, err := exec.LookPath("go")
	require.NoError(t, err)
	bare := t.TempDir() // no more than every cluster takes
	for name, file := range map[string]string{"kubectl": node.Bin("kubectl"), "go": compiler} {
		require.NoError(t, os.Symlink(file, filepath.Join(bare, name)))
	}
	for name, c := range map[string]struct {
		context, path string
		args          []string
		says          string
	}{
		"set":               {"orderly", bare, []string{"--set=nope"}, "there are embedded, mysql-mqtt"},
		"service":           {"orderly", bare, []string{"--services=nope"}, "there are order, stock, notify"},
		"local service":     {"orderly", bare, []string{"--local=nope"}, "there are order, stock, notify"},
		"local but not one": {"orderly", bare, []string{"--services=order", "--local=stock"}, "stock cannot run on this machine: it is not one of --services"},
		"context":           {"prod-eu", bare, nil, "ORDERLY_TILT_CONTEXT=prod-eu"},
		"another context":   {"kind", bare, nil, `"kind" is not a local cluster`},
		"kubectl":           {"orderly", "/nowhere", nil, "kubectl is missing: https://kubernetes.io"},
		"go":                {"orderly", filepath.Dir(node.Bin("kubectl")), nil, "go is missing: https://go.dev"},
		"kind":              {"kind-dev", bare, nil, "kind is missing: https://kind.sigs.k8s.io"},
		"k3d":               {"k3d-dev", bare, nil, "k3d is missing: https://k3d.io"},
		"minikube":          {"minikube", bare, nil, "minikube is missing: https://minikube.sigs.k8s.io"},
		"docker":            {"colima", bare, nil, "docker is missing: or say in LOAD_IMAGE"},
	} {
		t.Run(name, func(t *testing.T) {
			_, said, err := evaluate(t, c.context, []string{"PATH=" + c.path}, c.args...)
			require.Error(t, err)
			assert.Contains(t, said, c.says)
		})
	}
}

func TestAnotherClusterCanBeAllowed(t *testing.T) {
	_, said, err := evaluate(t, "mine", []string{"ORDERLY_TILT_CONTEXT=mine", "LOAD_IMAGE=true"})
	require.NoError(t, err, said)
}
