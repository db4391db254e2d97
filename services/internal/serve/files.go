package serve

import (
	"io/fs"
	"net/http"
	"strings"

	"orderly/services/internal/problem"
)

// file serves one file of the contract. Folders are not listed: what there is, openapi.yaml and asyncapi.yaml name.
func (f *Frame) file(w http.ResponseWriter, r *http.Request) error {
	name := strings.TrimPrefix(r.URL.Path, "/")
	info, err := fs.Stat(f.Contract, name)
	if err != nil || info.IsDir() { // a name that is none is an error, too
		return problem.New(http.StatusNotFound, "no-such-file", "There is no file %s here; openapi.yaml and asyncapi.yaml name those that are.", r.URL.Path)
	}
	http.ServeFileFS(w, r, f.Contract, name)
	return nil
}
