package deployed

import (
	"net/http"
	"strings"
	"testing"
)

// Only apps that the access list names may call, and only what it names: by their certified identity, which has the
// namespace in it.
func TestAccess(t *testing.T) {
	for _, c := range []struct {
		what, app, namespace, method, path string
		want                               int
	}{
		{"the shop's own app", "storefront", "storefront", http.MethodGet, "v1/orders?customerId=nobody", http.StatusOK},
		{"what no app may call", "storefront", "storefront", http.MethodGet, "metrics", http.StatusForbidden},
		{"an unknown app", "stranger", "storefront", http.MethodGet, "v1/orders?customerId=nobody", http.StatusForbidden},
		{"the same name in another namespace", "storefront", "strangers", http.MethodGet, "v1/orders?customerId=nobody", http.StatusForbidden},
	} {
		t.Run(c.what, func(t *testing.T) {
			client, err := deployed.Client(t.Context(), c.app, c.namespace)
			if err != nil {
				t.Fatal(err)
			}
			status, body, err := client.Invoke(t.Context(), c.method, "order."+deployed.Namespace, c.path)
			if err != nil {
				t.Fatal(err)
			}
			if status != c.want {
				t.Errorf("answered %d, not %d: %s", status, c.want, body)
			}
			if identity := "ns/" + c.namespace + "/" + c.app; c.want == http.StatusForbidden && !strings.Contains(body, identity) {
				t.Errorf("it does not say that %s was refused: %s", identity, body)
			}
		})
	}
}

// Only notify's account may read a Secret, and that one only.
func TestSecrets(t *testing.T) {
	for _, c := range []struct{ account, secret, want string }{
		{"notify", "webhook-signing-key", "yes"},
		{"notify", "components", "no"},
		{"order", "webhook-signing-key", "no"},
		{"stock", "webhook-signing-key", "no"},
	} {
		out, _ := deployed.In(t.Context(), "auth", "can-i", "get", "secret/"+c.secret, // "no" is an exit code too
			"--as=system:serviceaccount:"+deployed.Namespace+":"+c.account)
		if answer, _, _ := strings.Cut(out, "\n"); answer != c.want {
			t.Errorf("may %s read %s: %q, not %s", c.account, c.secret, out, c.want)
		}
	}
}

// A pod that is not as restricted as the product's own is not let into its namespace.
func TestRestricted(t *testing.T) {
	out, err := deployed.In(t.Context(), "run", "intruder", "--image=orderly/probe", "--privileged")
	if err == nil || !strings.Contains(out, "violates PodSecurity") {
		t.Errorf("a privileged pod: %v %s", err, out)
	}
}
