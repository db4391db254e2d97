// Package rooms keeps the house in order: who may import whom.
package rooms

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

type pkg struct {
	ImportPath   string
	Standard     bool
	Deps         []string
	Imports      []string
	TestImports  []string
	XTestImports []string
}

var services = []string{"order", "stock", "notify"}

// list asks go about packages and everything they need.
func list(t *testing.T, flags ...string) map[string]pkg {
	t.Helper()
	cmd := exec.Command("go", append([]string{"list", "-json=ImportPath,Standard,Deps,Imports,TestImports,XTestImports"}, flags...)...)
	cmd.Dir = "../.."
	out, err := cmd.Output()
	if exit, failed := errors.AsType[*exec.ExitError](err); failed {
		t.Fatalf("%v: %s", err, exit.Stderr)
	}
	all := map[string]pkg{}
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p pkg
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all[p.ImportPath] = p
	}
}

func TestRooms(t *testing.T) {
	all := list(t, "-deps", "./services/...")
	for _, service := range services {
		home := "orderly/services/" + service
		for path, p := range all {
			if !strings.HasPrefix(path, home+"/") && path != home {
				continue
			}
			for _, other := range services {
				if other != service && uses(p, "orderly/services/"+other) {
					t.Errorf("%s reaches into the service %s", path, other)
				}
			}
		}
		core, api := home+"/internal/"+service, all[home+"/internal/api"]
		for _, room := range []string{core, home + "/internal/api", home + "/internal/dapr"} {
			if _, exists := all[room]; !exists {
				t.Errorf("there is no %s: nothing would be known of what it imports", room)
			}
		}
		for _, dep := range all[core].Deps {
			if !all[dep].Standard {
				t.Errorf("the core of %s needs %s; it may need only the standard library", service, dep)
			}
		}
		if uses(api, home+"/internal/dapr") || uses(api, "github.com/dapr/go-sdk") {
			t.Errorf("the front door of %s reaches the back door", service)
		}
		if slices.Contains(all[home+"/internal/dapr"].Imports, "github.com/go-chi/chi/v5") || uses(all[home+"/internal/dapr"], home+"/internal/api") {
			t.Errorf("the back door of %s reaches the front door", service)
		}
	}
	for path, p := range all {
		if !strings.HasPrefix(path, "orderly/services/internal/") {
			continue
		}
		for _, service := range services {
			if uses(p, "orderly/services/"+service) {
				t.Errorf("%s is furniture and knows the service %s", path, service)
			}
		}
	}
}

func TestStoriesAreBlackBox(t *testing.T) {
	all := list(t, "./tests/...")
	if _, exists := all["orderly/tests/e2e"]; !exists {
		t.Error("the stories are not among the packages that are looked at")
	}
	for path, p := range all {
		for _, i := range slices.Concat(p.Imports, p.TestImports, p.XTestImports) {
			if strings.HasPrefix(i, "orderly/services/") && !strings.HasSuffix(i, "/contract") {
				t.Errorf("%s imports %s; a test of the whole sees only what is served", path, i)
			}
		}
	}
}

// uses says whether a package imports a path or anything below it itself.
func uses(p pkg, path string) bool {
	return slices.ContainsFunc(p.Imports, func(i string) bool { return i == path || strings.HasPrefix(i, path+"/") })
}
