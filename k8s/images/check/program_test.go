package check

import (
	"runtime/debug"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/stretchr/testify/require"
)

// A program that was built otherwise is found.
func TestProgram(t *testing.T) {
	config, want := &v1.ConfigFile{OS: "linux", Architecture: "amd64"}, Want{Name: "order", Revision: "c0ffee-dirty"}
	good := map[string]string{
		"CGO_ENABLED": "0", "GOOS": "linux", "GOARCH": "amd64", "-trimpath": "true", "-pgo": "default.pgo",
		"vcs.revision": "c0ffee", "vcs.modified": "true",
	}
	require.NoError(t, program(built("orderly/services/order", good), config, want))
	require.EqualError(t, program(built("orderly/services/stock", good), config, want), "the program is orderly/services/stock, not orderly/services/order")
	for key := range good {
		require.ErrorContains(t, program(built("orderly/services/order", good, key), config, want), "the program was built with "+key+` ""`)
	}

	daprd := map[string]string{"CGO_ENABLED": "0", "GOOS": "linux", "GOARCH": "amd64", "-trimpath": "true", "-tags": "stablecomponents"}
	require.NoError(t, program(built("orderly/dapr/runtime/daprd", daprd), config, Want{Name: "daprd"}))
	require.ErrorContains(t, program(built("orderly/dapr/runtime/daprd", daprd, "-tags"), config, Want{Name: "daprd"}), `-tags ""`)
	daprd["vcs.revision"] = "c0ffee"
	require.ErrorContains(t, program(built("orderly/dapr/runtime/daprd", daprd), config, Want{Name: "daprd"}), "vcs.revision")
}

// built is what a program of these settings says, less some.
func built(path string, settings map[string]string, but ...string) *debug.BuildInfo {
	info := &debug.BuildInfo{Path: path}
	for key, value := range settings {
		if len(but) == 0 || key != but[0] {
			info.Settings = append(info.Settings, debug.BuildSetting{Key: key, Value: value})
		}
	}
	return info
}
