package local

import (
	"fmt"
	"os"
	"path/filepath"

	"go.yaml.in/yaml/v3"
)

// RunFile is what this package needs of a Dapr multi-app run file; `dapr run -f` reads the same file.
type RunFile struct {
	Common struct {
		ResourcesPaths []string `yaml:"resourcesPaths"` // relative to the run file
		ConfigFilePath string   `yaml:"configFilePath"` // relative to the run file
		Settings       `yaml:",inline"`
	} `yaml:"common"`
	Apps []App `yaml:"apps"`
}

// Settings are the sidecar settings all apps share.
type Settings struct {
	LogLevel        string `yaml:"logLevel"`
	MaxBodySize     string `yaml:"maxBodySize"`
	ReadBufferSize  string `yaml:"readBufferSize"`
	HealthCheck     bool   `yaml:"enableAppHealthCheck"`
	HealthPath      string `yaml:"appHealthCheckPath"`
	HealthInterval  int    `yaml:"appHealthProbeInterval"`
	HealthTimeout   int    `yaml:"appHealthProbeTimeout"`
	HealthThreshold int    `yaml:"appHealthThreshold"`
}

// App is one service of the run file.
type App struct {
	ID       string            `yaml:"appID"`
	Command  []string          `yaml:"command"`
	Env      map[string]string `yaml:"env"`
	AppPorts `yaml:",inline"`
}

// ReadRunFile reads <root>/dapr/run.yaml and makes its paths absolute.
func ReadRunFile(root string) (RunFile, error) {
	path, err := filepath.Abs(filepath.Join(root, "dapr", "run.yaml"))
	if err != nil {
		return RunFile{}, err
	}
	body, err := os.ReadFile(path)
	if err != nil {
		return RunFile{}, err
	}
	var run RunFile
	if err := yaml.Unmarshal(body, &run); err != nil {
		return RunFile{}, fmt.Errorf("%s: %w", path, err)
	}
	here := filepath.Dir(path)
	for i, p := range run.Common.ResourcesPaths {
		run.Common.ResourcesPaths[i] = filepath.Join(here, p)
	}
	run.Common.ConfigFilePath = filepath.Join(here, run.Common.ConfigFilePath)
	return run, nil
}
