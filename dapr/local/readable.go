package local

import (
	"cmp"
	"encoding/json"
	"strings"
)

// readable turns a log's JSON lines into lines for a person; what is not JSON stays. If there are errors among the
// lines, the lesser ones are left out.
func readable(log string) string {
	var all, errors []string
	for line := range strings.Lines(log) {
		text, level := plain(strings.TrimRight(line, "\n"))
		all = append(all, text)
		if level != "debug" && level != "info" && level != "warning" && level != "warn" {
			errors = append(errors, text)
		}
	}
	if len(errors) > 0 {
		all = errors
	}
	return "  " + strings.Join(all, "\n  ")
}

func plain(line string) (text, level string) {
	var l struct{ Level, Msg, Message, Error string }
	if json.Unmarshal([]byte(line), &l) != nil {
		return line, ""
	}
	level = strings.ToLower(l.Level)
	return strings.TrimSpace(level + ": " + cmp.Or(l.Msg, l.Message) + " " + l.Error), level
}
