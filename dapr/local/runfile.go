package local

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"

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

	Set     Set      `yaml:"-"` // the component set that runs
	servers []server // behind it
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
	Replica  int               `yaml:"-"` // 0 is the first
	Command  []string          `yaml:"command"`
	Env      map[string]string `yaml:"env"`
	AppPorts `yaml:",inline"`
}

// Process is the name of the service's process, and with ".sidecar" that of its sidecar: "order", or "order-2" for the
// second replica.
func (a App) Process() string {
	if a.Replica == 0 {
		return a.ID
	}
	return a.ID + "-" + strconv.Itoa(a.Replica+1)
}

// publicPort is the variable by which a service learns its port for direct calls.
const publicPort = "PUBLIC_PORT"

// ReadRunFile reads <root>/dapr/run.yaml, makes its paths absolute and puts the component set of that name in place of
// the embedded one.
func ReadRunFile(root, set string) (RunFile, error) {
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
	for i, a := range run.Apps {
		if run.Apps[i].Public, err = strconv.Atoi(a.Env[publicPort]); err != nil {
			return RunFile{}, fmt.Errorf("%s: %s of %s: %w", path, publicPort, a.ID, err)
		}
	}
	here := filepath.Dir(path)
	for i, p := range run.Common.ResourcesPaths {
		run.Common.ResourcesPaths[i] = filepath.Join(here, p)
	}
	run.Common.ConfigFilePath = filepath.Join(here, run.Common.ConfigFilePath)
	components, err := ReadSet(filepath.Dir(here), set)
	if err != nil {
		return RunFile{}, err
	}
	run.use(components)
	return run, nil
}
