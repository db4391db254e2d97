package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"
)

// report is what a run found, as it is written to the JSON file.
type report struct {
	Date    time.Time `json:"date"`
	Machine machine   `json:"machine"`
	Set     string    `json:"set"`
	Seconds int       `json:"seconds"`
	Warmup  int       `json:"warmupSeconds"`
	Stored  int64     `json:"stored"`
	Buyers  int64     `json:"buyers"`
	Void    bool      `json:"void"`
	Ratios  []ratio   `json:"ratios"`
	Rows    []*row    `json:"rows"`
}

type machine struct {
	Cores  int    `json:"cores"`
	CPU    string `json:"cpu"`
	OS     string `json:"os"`
	Go     string `json:"go"`
	Commit string `json:"commit"`
}

// newReport returns what was measured, in the order of the letters.
func newReport(o options, rows []*row) *report {
	slices.SortStableFunc(rows, func(a, b *row) int { return strings.Compare(a.Letter, b.Letter) })
	return &report{Date: time.Now().UTC().Truncate(time.Second), Machine: thisMachine(), Set: o.set, Seconds: o.seconds, Warmup: o.warmup,
		Stored: o.stored, Buyers: o.buyers, Ratios: ratios(rows), Rows: rows,
		Void: slices.ContainsFunc(rows, func(r *row) bool { return len(r.Void) > 0 })}
}

func (rep *report) void() bool { return rep.Void }

// save writes the report and its chart.
func (rep *report) save(path string) error {
	text, err := json.MarshalIndent(rep, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(path, append(text, '\n'), 0o644); err != nil {
		return err
	}
	return os.WriteFile(strings.TrimSuffix(path, ".json")+".svg", rep.chart(), 0o644)
}

func thisMachine() machine {
	m := machine{Cores: runtime.NumCPU(), CPU: cpuModel(), OS: runtime.GOOS + "/" + runtime.GOARCH, Go: runtime.Version(), Commit: "unknown"}
	if out, err := exec.Command("git", "describe", "--always", "--dirty", "--exclude=*", "--abbrev=12").Output(); err == nil {
		m.Commit = strings.TrimSpace(string(out))
	}
	return m
}

// cpuModel is the processor's name where /proc/cpuinfo tells it.
func cpuModel() string {
	text, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return runtime.GOARCH
	}
	for line := range bytes.Lines(text) {
		if name, value, found := bytes.Cut(line, []byte(":")); found && string(bytes.TrimSpace(name)) == "model name" {
			return cmp.Or(string(bytes.TrimSpace(value)), runtime.GOARCH)
		}
	}
	return runtime.GOARCH
}
