package harness

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// badNews looks for races and panics in the logs: the exit code of a process that was killed later does not tell.
func (s *Stack) badNews() error {
	words := []string{"DATA RACE", "fatal error:"}
	if s.opts.Build != Faults {
		words = append(words, "panic:")
	}
	var all []error
	for name, lines := range s.Logs() {
		for i, line := range lines {
			for _, w := range words {
				if strings.Contains(line, w) {
					all = append(all, fmt.Errorf("%s has %q in its log:\n%s", name, w, strings.Join(lines[i:min(i+40, len(lines))], "\n")))
				}
			}
		}
		if len(all) > 3 {
			break
		}
	}
	return errors.Join(all...)
}

// Logs returns every line that each process printed, by process name; one that is being written now is left out.
func (s *Stack) Logs() map[string][]string {
	all := map[string][]string{}
	files, _ := filepath.Glob(filepath.Join(s.Dir, ".dapr", "logs", "*.log"))
	for _, f := range files {
		body, err := os.ReadFile(f)
		if err == nil {
			lines := strings.Split(string(body), "\n")
			all[strings.TrimSuffix(filepath.Base(f), ".log")] = lines[:len(lines)-1]
		}
	}
	return all
}

// about returns the log lines that have one of words in them, from all processes.
func (s *Stack) about(words ...string) string {
	var out strings.Builder
	logs := s.Logs()
	for _, name := range slices.Sorted(maps.Keys(logs)) {
		for _, line := range logs[name] {
			if slices.ContainsFunc(words, func(w string) bool { return strings.Contains(line, w) }) && out.Len() < 60_000 {
				fmt.Fprintf(&out, "%s | %s\n", name, line)
			}
		}
	}
	return "what the logs say of this story:\n" + out.String()
}

// tails returns the last lines of every process.
func (s *Stack) tails(n int) string {
	var out strings.Builder
	logs := s.Logs()
	for _, name := range slices.Sorted(maps.Keys(logs)) {
		lines := logs[name]
		fmt.Fprintf(&out, "--- %s\n%s\n", name, strings.Join(lines[max(0, len(lines)-n):], "\n"))
	}
	return "how the logs end:\n" + out.String()
}
