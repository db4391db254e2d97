package components

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/dapr/dapr/pkg/scopes"
	"go.yaml.in/yaml/v3"

	"orderly/dapr/local"
	"orderly/tests/harness"
)

// component is what of a file says who may use it.
type component struct {
	Metadata struct{ Name string }
	Scopes   []string
	Spec     struct {
		Metadata []struct{ Name, Value string }
	}
}

// may says what an app may do with a topic, as Dapr 1.16.5 has it (IsOperationAllowed in its pkg/runtime/pubsub): who has a
// scope has no more than that, and a protected topic nobody without one.
func (c component) may(app, scope, topic string) bool {
	given := map[string]string{}
	for _, m := range c.Spec.Metadata {
		given[m.Name] = strings.ReplaceAll(m.Value, "{appID}", app) // as the sidecar does in every value
	}
	granted := scopes.GetScopedTopics(scope, app, given)
	if len(granted) == 0 && !slices.Contains(scopes.GetProtectedTopics(given), topic) {
		return true
	}
	return slices.Contains(granted, topic)
}

// componentsOf returns the components of a set by file; it is named like its component.
func componentsOf(t *testing.T, set string) map[string]component {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(harness.Root(), "components", set, "*.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]component{}
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var c component
		if err := yaml.Unmarshal(body, &c); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		all[strings.TrimSuffix(filepath.Base(file), ".yaml")] = c
	}
	return all
}

func everySet(t *testing.T, check func(*testing.T, map[string]component)) {
	t.Helper()
	sets, err := local.Sets(harness.Root())
	if err != nil {
		t.Fatal(err)
	}
	for _, set := range sets {
		t.Run(set, func(t *testing.T) { check(t, componentsOf(t, set)) })
	}
}

// permissions are what each app may do: "p" publish, "s" subscribe.
var permissions = map[string]map[string]string{
	"order":    {"orders": "p", "stock": "s", "orders.deadletter": "", "stock.deadletter": "p", "health": "p", "deadletters": ""},
	"stock":    {"orders": "s", "stock": "p", "orders.deadletter": "p", "stock.deadletter": "", "health": "p", "deadletters": ""},
	"notify":   {"orders": "ps", "stock": "p", "orders.deadletter": "ps", "stock.deadletter": "s", "health": "p", "deadletters": "p"}, // it replays
	"stranger": {"orders": "s", "stock": "s", "orders.deadletter": "", "stock.deadletter": "", "health": "", "deadletters": "s"},
	"Order":    {"orders": "s", "stock": "s", "orders.deadletter": "", "stock.deadletter": "", "health": "", "deadletters": "s"},
}

// Who may publish and who may subscribe is the same in every set. Any app may read events, and publish none.
func TestTopicsAreScoped(t *testing.T) {
	everySet(t, func(t *testing.T, all map[string]component) {
		for app, topics := range permissions {
			for topic, want := range topics {
				got := ""
				if all["pubsub"].may(app, scopes.PublishingScopes, topic) {
					got = "p"
				}
				if all["pubsub"].may(app, scopes.SubscriptionScopes, topic) {
					got += "s"
				}
				if got != want {
					t.Errorf("%s may %q on %s, not %q", app, got, topic, want)
				}
			}
		}
	})
}

// loadedBy is which apps load a component; nil is every app.
var loadedBy = map[string][]string{
	"order-state": {"order"}, "expiry": {"order"},
	"stock-state": {"stock"}, "holds": {"stock"},
	"notify-state": {"notify"}, "retries": {"notify"}, "mail": {"notify"}, "webhook": {"notify"}, "secrets": {"notify"},
	"configuration": {"order", "stock", "notify"},
	"pubsub":        nil, // any app may subscribe
}

// A component is loaded by the apps that need it, and by nobody else: it has a password, or a customer's way out.
func TestComponentsAreScoped(t *testing.T) {
	everySet(t, func(t *testing.T, all map[string]component) {
		for name, c := range all {
			want, known := loadedBy[name]
			if !known {
				t.Errorf("nobody says which apps load %s", name)
			}
			if fmt.Sprint(c.Scopes) != fmt.Sprint(want) {
				t.Errorf("%s is loaded by %v, not %v", name, c.Scopes, want)
			}
		}
	})
	t.Run("secrets", func(t *testing.T) { // what may stand in the place of a set's
		for name, c := range componentsOf(t, "secrets") {
			if c.Metadata.Name != "secrets" || fmt.Sprint(c.Scopes) != fmt.Sprint(loadedBy["secrets"]) {
				t.Errorf("%s is loaded by %v", name, c.Scopes)
			}
		}
	})
}
