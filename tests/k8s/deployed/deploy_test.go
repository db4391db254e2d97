package deployed

import (
	"errors"
	"maps"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"orderly/tests/harness"
	"orderly/tests/k8s/shop"
)

// k8s/deploy.sh brings the shop to images of a registry while customers order. When a service does not come up, all three
// are what they were, and no customer notices; the next version is as if that had never been tried.
func TestDeploy(t *testing.T) {
	if strings.HasPrefix(deployed.Overlay, "dev/") {
		t.Skip("k8s/deploy.sh is for environments that people share")
	}
	good, err := deployed.Publish(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if out, err := deployed.Deploy(t.Context(), "mysql-mqtt", good, "60s", ""); err == nil || !strings.Contains(out, "deployment.apps/stock deployment.apps/notify: of another set") {
		t.Errorf("services of another kind, beside those that run: %v\n%s", err, out)
	}
	// Only the first version has a note. It is back with that version, and must not stay for ever then.
	first := comesUp(t, "first", good, "commonAnnotations: { note: first }")
	for app, is := range first {
		if !strings.Contains(is.template, `"note":"first"`) {
			t.Fatalf("%s has no note: %s", app, is.template)
		}
	}
	for _, c := range []struct{ what, stock, says string }{
		{"no stock", good["orderly/broker"], `\[pod/stock-\S+/app\] broker: `},
		{"not there", strings.Replace(good["orderly/stock"], "/stock@", "/nowhere@", 1), `stock-\S+ +\d/2 +\S*ImagePull`},
	} {
		bad := maps.Clone(good)
		bad["orderly/stock"] = c.stock
		out, err := deploy(t, c.what, bad, "60s", "")
		var exit *exec.ExitError
		if !errors.As(err, &exit) || exit.ExitCode() != 1 {
			t.Fatalf("%s: %v\n%s", c.what, err, out)
		}
		for _, want := range []string{"stock did not come up; services that were there before are what they were",
			`Warning +\w+ +pod/stock-`, `\[pod/stock-\S+/daprd\]`, c.says} {
			if !regexp.MustCompile(want).MatchString(out) {
				t.Errorf("%s: it does not say %q:\n%s", c.what, want, out)
			}
		}
		if now := services(t); !maps.Equal(now, first) {
			t.Errorf("%s: now there is\n%v\nand there was\n%v", c.what, now, first)
		}
	}
	for app, is := range comesUp(t, "next", good, "") {
		if is.mark == first[app].mark || strings.Contains(is.template, "note") {
			t.Errorf("%s is still partly what it was: %s", app, is.template)
		}
	}
}

var mark = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ [0-9a-f]{40}$`)

// comesUp deploys what works.
func comesUp(t *testing.T, what string, images shop.Images, more string) map[string]service {
	t.Helper()
	if out, err := deploy(t, what, images, "4m", more); err != nil {
		t.Fatalf("%s: %v\n%s", what, err, out)
	}
	now := services(t)
	for app, is := range now {
		if want := images["orderly/"+app] + " " + images["orderly/daprd"]; is.images != want {
			t.Errorf("the pods of %s have %s, not %s", app, is.images, want)
		}
		if !mark.MatchString(is.mark) {
			t.Errorf("the pods of %s are marked %q", app, is.mark)
		}
	}
	return now
}

// deploy does it while customers order, and judges what became of their orders.
func deploy(t *testing.T, what string, images shop.Images, timeout, more string) (out string, err error) {
	t.Helper()
	judged := t.Run(what, func(t *testing.T) {
		s := story(t)
		traffic := s.Traffic("deploy")
		traffic.Flowing(15)
		before, began := traffic.Answered(), time.Now()
		out, err = deployed.Deploy(t.Context(), deployed.Set, images, timeout, more)
		t.Logf("it ended with %v after %s, in which %d orders were answered", err, time.Since(began).Round(time.Second), traffic.Answered()-before)
		traffic.Flowing(15)
		for _, app := range harness.Services {
			ready(s, app)
		}
		s.Judge(traffic)
	})
	if !judged {
		t.Fatal(out)
	}
	return out, err
}

// service is what one is: the template of its pods, and what all its pods have.
type service struct{ template, images, mark string }

func services(t *testing.T) map[string]service {
	t.Helper()
	all := map[string]service{}
	for _, app := range harness.Services {
		out := in(t, "get", "pods", "-l", "app.kubernetes.io/name="+app, "-o", `go-template={{range .items}}{{if not .metadata.deletionTimestamp -}}
			{{range .spec.containers}}{{.image}} {{end}}={{index .metadata.annotations "orderly/deployed"}}{{"\n"}}{{end}}{{end}}`)
		pods := slices.Compact(strings.Split(strings.TrimSpace(out), "\n"))
		images, mark, _ := strings.Cut(pods[0], " =")
		if len(pods) != 1 {
			t.Errorf("the pods of %s differ: %q", app, pods)
		}
		all[app] = service{in(t, "get", workload(app), "-o", "jsonpath={.spec.template}"), images, mark}
	}
	return all
}
