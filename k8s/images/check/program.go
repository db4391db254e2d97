package check

import (
	"bytes"
	"debug/buildinfo"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

func (f files) built() (*debug.BuildInfo, error) {
	return buildinfo.Read(bytes.NewReader(f.program))
}

// program looks at how the program was built, as it says itself.
func program(built *debug.BuildInfo, config *v1.ConfigFile, want Want) error {
	main, settings := "orderly/services/"+want.Name, map[string]string{
		"CGO_ENABLED": "0",
		"GOOS":        config.OS,
		"GOARCH":      config.Architecture,
		"-trimpath":   "true",
		"-tags":       "",
		"-pgo":        "default.pgo",
	}
	if b, found := beside[want.Name]; found {
		main, settings["-tags"], settings["-pgo"] = b.main, b.tags, ""
	}
	commit, dirty := strings.CutSuffix(want.Revision, "-dirty")
	settings["vcs.revision"], settings["vcs.modified"] = commit, ""
	if commit != "" {
		settings["vcs.modified"] = fmt.Sprint(dirty)
	}
	is := map[string]string{}
	for _, s := range built.Settings {
		is[s.Key] = s.Value
	}
	var wrong []error
	if built.Path != main {
		wrong = append(wrong, fmt.Errorf("the program is %s, not %s", built.Path, main))
	}
	for key, value := range settings {
		if is[key] != value {
			wrong = append(wrong, fmt.Errorf("the program was built with %s %q, not %q", key, is[key], value))
		}
	}
	return errors.Join(wrong...)
}
