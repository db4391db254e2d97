package e2e

import (
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"orderly/tests/harness"
)

// `make run` on a machine of its own, twice: it names a taken port before it starts anything, prints an order's
// journey to a mail that can be read, and leaves nothing behind but its state.
func TestMakeRun(t *testing.T) {
	t.Parallel()
	p := harness.NewProject(t)

	taken, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(p.Ports().Apps["stock"].Public)))
	if err != nil {
		t.Fatal(err)
	}
	code, out := p.MakeRun()
	if code == 0 || !strings.Contains(out, strconv.Itoa(p.Ports().Apps["stock"].Public)) || !strings.Contains(out, "stock") || strings.Contains(out, "starting") {
		t.Errorf("with a taken port it ends with code %d:\n%s", code, out)
	}
	if err := taken.Close(); err != nil {
		t.Fatal(err)
	}

	mail := regexp.MustCompile(`read it: cat (\S+)`)
	for _, time := range []string{"first", "second"} {
		code, out := p.MakeRun()
		t.Logf("%s time:\n%s", time, out)
		if code != 0 {
			t.Fatalf("ends with code %d", code)
		}
		for _, step := range []string{"stock held", "order confirmed", "alice told"} {
			if !strings.Contains(out, step) {
				t.Errorf("the journey has no %q", step)
			}
		}
		found := mail.FindStringSubmatch(out)
		if found == nil {
			t.Fatal("it does not say where to read the mail")
		}
		if body, err := os.ReadFile(filepath.Join(p.Dir, found[1])); err != nil || !strings.Contains(string(body), "mug-blue") {
			t.Errorf("the mail: %v\n%s", err, body)
		}
		if err := p.Ports().Check(); err != nil {
			t.Errorf("something was left behind: %v", err)
		}
	}
	tokens, err := os.Stat(filepath.Join(p.Dir, ".dapr", "tokens.env"))
	if err != nil || tokens.Mode().Perm() != 0o600 {
		t.Errorf("tokens.env: %v %v", tokens, err)
	}
}
