package overlays

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"orderly/dapr/local"
)

// The pods of every overlay get the sidecar they are meant to have, and are let into their namespace with it.
func TestInjected(t *testing.T) {
	needsInjector(t)
	for name, dir := range overlays(t) {
		t.Run(name, func(t *testing.T) { assert.NoError(t, injected(t, filepath.Base(dir), parse(t, render(t, dir)))) })
	}
}

// That is not so for every pod.
func TestNotInjected(t *testing.T) {
	needsInjector(t)
	for _, c := range []struct{ what, overlay, old, new, found string }{
		{"no sidecar is asked for", "staging/redis", `dapr.io/enabled: "true"`, `dapr.io/enabled: "false"`, "no container daprd"},
		{"an id that is none", "staging/redis", "dapr.io/app-id: order", "dapr.io/app-id: order.1", "sidecar-injector.dapr.io"},
		{"another configuration", "staging/redis", "dapr.io/config: orderly", "dapr.io/config: ordinary", "--config"},
		{"less than a laptop takes", "staging/redis", "dapr.io/max-body-size: 20Mi", "dapr.io/max-body-size: 2Mi", "--max-body-size"},
		{"Dapr's own image", "staging/redis", "dapr.io/sidecar-image:", "dapr.io/sidecar-images:", "image"},
		{"a memory that is none", "staging/redis", "dapr.io/sidecar-memory-limit: 512Mi", "dapr.io/sidecar-memory-limit: 512 MB", "limits.memory"},
		{"no token", "staging/redis", "dapr.io/api-token-secret:", "dapr.io/api-token:", "DAPR_API_TOKEN"},
		{"a variable that is not given", "staging/redis", "REDIS_PASSWORD=components:REDIS_PASSWORD", "REDIS_PASS=components:REDIS_PASSWORD", "REDIS_PASSWORD"},
		{"a variable that nobody takes", "staging/redis", "REDIS_PASSWORD=components:REDIS_PASSWORD", "REDIS_PASSWORD=components:REDIS_PASSWORD,REDIS_PASS=components:REDIS_PASSWORD", "DAPR_ENV_KEYS"},
		{"a volume that is not there", "dev/embedded", "dapr.io/volume-mounts-rw: data:", "dapr.io/volume-mounts-rw: date:", "mount./.data"},
		{"no seccomp of its own", "staging/redis", "dapr.io/sidecar-seccomp-profile-type:", "dapr.io/seccomp-profile-type:", "security.seccompProfile"},
		{"no seccomp at all", "staging/redis", "dapr.io/sidecar-seccomp-profile-type: RuntimeDefault", "dapr.io/sidecar-seccomp-profile-type: Unconfined", "violates PodSecurity"},
		{"an account that is not there", "staging/redis", "serviceAccountName: stock", "serviceAccountName: shop", `serviceaccount "shop" not found`},
	} {
		t.Run(c.what, func(t *testing.T) {
			rendered := string(render(t, overlays(t)[c.overlay]))
			require.Contains(t, rendered, c.old)
			err := injected(t, filepath.Base(c.overlay), parse(t, []byte(strings.ReplaceAll(rendered, c.old, c.new))))
			assert.ErrorContains(t, err, c.found)
		})
	}
}

// needsInjector: Dapr's would be open to everybody who reaches this machine, if it were not apart.
func needsInjector(t *testing.T) {
	t.Helper()
	needsServer(t)
	if notApart == nil {
		return
	}
	leave := t.Skipf
	if os.Getenv("CI") != "" { // nothing may be left out
		leave = t.Fatalf
	}
	leave("this machine gives no network namespace to run Dapr's injector in: %v", notApart)
}

// injected says what is wrong with the sidecars of an overlay on a set, nil when nothing.
func injected(t *testing.T, set string, rendered []object) error {
	t.Helper()
	run, err := local.ReadRunFile(node.Root, local.Embedded)
	require.NoError(t, err)
	workloads := ofKind(rendered, "Deployment", "StatefulSet")
	for _, account := range ofKind(rendered, "ServiceAccount") { // no pod is let in without
		if _, err := server.Apply(t.Context(), "serviceaccounts", false, account); err != nil {
			return err
		}
	}
	var failed []error
	for _, app := range run.Apps {
		i := slices.IndexFunc(workloads, func(w object) bool { return metadata(w, "name") == app.ID })
		require.GreaterOrEqual(t, i, 0, "%s is not there", app.ID)
		workload := workloads[i]
		s, err := admit(t, workload)
		if err != nil {
			failed = append(failed, err)
			continue
		}
		got := s.facts()
		for what, want := range wanted(t, run, app.ID, set, workload, rendered) {
			if is, there := got[what]; !there || is != want {
				failed = append(failed, fmt.Errorf("sidecar of %s: %s is %q, not %q", app.ID, what, is, want))
			}
		}
	}
	return errors.Join(failed...)
}

// wanted are the facts of an app's sidecar: it is set as one of `make run` is, takes what its components do, has the
// resources its pod says, and is restricted.
func wanted(t *testing.T, run local.RunFile, app, set string, workload object, rendered []object) map[string]string {
	t.Helper()
	c := run.Common
	all := map[string]string{
		"image": "orderly/daprd", "--app-id": app, "--app-port": "8180", "--config": metadata(find(t, rendered, "Configuration", "orderly"), "name"),
		"--max-body-size": c.MaxBodySize, "--read-buffer-size": c.ReadBufferSize,
		"--app-health-check-path": c.HealthPath, "--app-health-probe-interval": strconv.Itoa(c.HealthInterval),
		"--app-health-probe-timeout": strconv.Itoa(c.HealthTimeout), "--app-health-threshold": strconv.Itoa(c.HealthThreshold),
		"--disable-builtin-k8s-secret-store": "", "--dapr-block-shutdown-duration": "20s", "--dapr-graceful-shutdown-seconds": "5",
		"DAPR_API_TOKEN": "dapr-api-token:token", "APP_API_TOKEN": "app-api-token:token",
		"security.allowPrivilegeEscalation": "false", "security.readOnlyRootFilesystem": "true", "security.runAsNonRoot": "true",
		"security.capabilities": "map[drop:[ALL]]", "security.seccompProfile": "map[type:RuntimeDefault]",
	}
	if c.HealthCheck {
		all["--enable-app-health-check"] = ""
	}
	annotations := workload["spec"].(object)["template"].(object)["metadata"].(object)["annotations"].(object)
	for _, kind := range []string{"request", "limit"} {
		for _, what := range []string{"cpu", "memory"} {
			all[kind+"s."+what] = annotations["dapr.io/sidecar-"+what+"-"+kind].(string)
		}
	}
	if set == local.Embedded {
		all["mount./.data"] = "data"
	}
	taken := variables(rendered, app)
	for _, v := range taken {
		all[v] = "components:" + v
	}
	all["DAPR_ENV_KEYS"] = strings.Join(taken, " ")
	for v, value := range map[string]string{"WEBHOOK_URL": "http://127.0.0.1:8180", "BROKER_URL": "nats://broker:4222"} {
		if all[v] != "" { // of no Secret: these are the same everywhere
			all[v] = value
		}
	}
	return all
}

// variables are those that the components of an app take.
func variables(rendered []object, app string) []string {
	all := map[string]bool{}
	for _, c := range ofKind(rendered, "Component") {
		if !reads(c, app) {
			continue
		}
		for _, m := range c["spec"].(object)["metadata"].([]any) {
			if v, _ := m.(object)["envRef"].(string); v != "" {
				all[v] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(all))
}

func ofKind(all []object, kinds ...string) (some []object) {
	for _, o := range all {
		if slices.Contains(kinds, o["kind"].(string)) {
			some = append(some, o)
		}
	}
	return some
}
