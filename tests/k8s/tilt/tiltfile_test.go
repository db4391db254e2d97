package tilt

import (
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
					needs, ports := []string{"components", "dev", "compile " + service}, map[int]int{8081 + n: 8080, 3501 + n: 3500, 50001 + n: 50001}
					if service == c.local {
						want = map[string]string{"orderly/daprd": "", "orderly/dev": ""}
						needs, ports = []string{"components", "dev"}, map[int]int{9101 + n: 9000, 3501 + n: 3500, 50001 + n: 50001}
						assert.Equal(t, []string{"compile " + service, service + " relay"}, resources[service+" here"].ResourceDependencies)
					}
					assert.Equal(t, want, r.images(), service)
					assert.Equal(t, needs, r.ResourceDependencies, service)
					assert.Equal(t, ports, r.ports(), service)
					assert.Contains(t, r.Labels, "services")
				}
				_, brokered := resources["broker"].images()["orderly/broker"]
				assert.Equal(t, set == local.Embedded, brokered, "the broker of the embedded set is built")
			})
		}
	}
}

func TestWhatIsRefusedSaysWhatThereIs(t *testing.T) {
	only := "PATH=" + filepath.Dir(node.Bin("kubectl"))
	for name, c := range map[string]struct {
		context, env, arg, says string
	}{
		"set":               {"orderly", "", "--set=nope", "there are embedded, mysql-mqtt"},
		"service":           {"orderly", "", "--services=nope", "there are order, stock, notify"},
		"local service":     {"orderly", "", "--local=nope", "there are order, stock, notify"},
		"local but not one": {"orderly", "", "--services=order --local=stock", "there are order, stock, notify"},
		"context":           {"prod-eu", "", "--set=redis", "ORDERLY_TILT_CONTEXT=prod-eu"},
		"another context":   {"kind", "", "--set=redis", `"kind" is not a local cluster`},
		"kubectl":           {"orderly", "PATH=/nowhere", "--set=redis", "kubectl is missing: https://kubernetes.io"},
		"go":                {"orderly", only, "--set=redis", "go is missing: https://go.dev"},
		"loader":            {"minikube", "", "--set=redis", "minikube is missing: https://minikube.sigs.k8s.io"},
		"docker":            {"colima", "", "--set=redis", "docker is missing: or say in LOAD_IMAGE"},
	} {
		t.Run(name, func(t *testing.T) {
			var env []string
			if c.env != "" {
				env = []string{c.env}
			}
			_, said, err := evaluate(t, c.context, env, c.arg)
			require.Error(t, err)
			assert.Contains(t, said, c.says)
		})
	}
}

func TestAnotherClusterCanBeAllowed(t *testing.T) {
	_, said, err := evaluate(t, "mine", []string{"ORDERLY_TILT_CONTEXT=mine", "LOAD_IMAGE=true"})
	require.NoError(t, err, said)
}
