package loop

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"orderly/tests/harness"
	"orderly/tests/k8s/cluster"
)

// What a developer does, one thing after the other.
func TestLoop(t *testing.T) {
	began := time.Now()
	require.NoError(t, it.ready(t.Context(), 20*time.Minute, "probe")) // daprd is compiled, if it never was
	t.Logf("all is up after %s", time.Since(began).Round(time.Second))

	before := podOf(t, "stock")
	for n := range 3 {
		saved(t, fmt.Sprintf("save %d", n))
	}
	require.Equal(t, before, podOf(t, "stock"), "the pod stays, and Kubernetes has started nothing in it")

	for _, button := range []string{"place-order", "load-order", "e2e-probe"} {
		pressed(t, button)
	}
	for _, service := range harness.Services {
		for button, container := range map[string]string{"kill-": "app", "kill-sidecar-": "daprd"} {
			crashed(t, service, container, button+service)
		}
	}

	before = podOf(t, "order")
	pressed(t, "drain-order")
	require.NoError(t, it.ready(t.Context(), 2*time.Minute))
	require.NotEqual(t, before.name, podOf(t, "order").name)
	pressed(t, "place-order")

	_, err := it.do(t.Context(), "args", "--port="+strings.TrimPrefix(it.context, "tilt-"), "--", "--local=stock")
	require.NoError(t, err)
	require.NoError(t, it.ready(t.Context(), 5*time.Minute, "stock here"))
	saved(t, "save here")
	pressed(t, "place-order")
	pressed(t, "e2e-probe")
}

// pressed presses a button, whose command must succeed.
func pressed(t *testing.T, button string) {
	t.Helper()
	began := time.Now()
	require.NoError(t, it.press(t.Context(), button, 10*time.Minute))
	t.Logf("%s: %s", button, time.Since(began).Round(100*time.Millisecond))
}

// crashed presses a button that kills a container's process, which must come back where it was.
func crashed(t *testing.T, service, container, button string) {
	t.Helper()
	before := podOf(t, service)
	pressed(t, button)
	require.NoError(t, cluster.Until(t.Context(), time.Minute, container+" to be started again", func(context.Context) error {
		after := podOf(t, service)
		if after.restarts[container] <= before.restarts[container] {
			return fmt.Errorf("restarts: %v", after.restarts)
		}
		return nil
	}))
	require.NoError(t, it.ready(t.Context(), 2*time.Minute))
	require.Equal(t, before.name, podOf(t, service).name)
}

// saved saves a file of stock, and waits until stock answers with it; then everything must be up.
func saved(t *testing.T, mark string) {
	t.Helper()
	began := time.Now()
	require.NoError(t, save(it.project, "stock", mark))
	require.NoError(t, cluster.Until(t.Context(), time.Minute, mark+" to be answered", func(ctx context.Context) error {
		body, err := get(ctx, "http://127.0.0.1:8082/openapi.yaml")
		if err == nil && !strings.Contains(body, mark) {
			err = errors.New("it is the older one")
		}
		return err
	}))
	t.Logf("%s: answered after %s", mark, time.Since(began).Round(100*time.Millisecond))
	require.NoError(t, it.ready(t.Context(), time.Minute))
}

func get(ctx context.Context, url string) (string, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return "", err
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	return string(body), err
}
