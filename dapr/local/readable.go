package local

import (
	"cmp"
	"encoding/json"
	"strings"
)

// readable turns JSON log lines into lines for a person; what is not JSON stays.
func readable(log string) string {
	lines := strings.Split(log, "\n")
	for i, line := range lines {
		var l struct{ Level, Msg, Message, Error string }
		if json.Unmarshal([]byte(line), &l) != nil {
			continue
		}
		lines[i] = strings.TrimSpace(strings.ToLower(l.Level) + ": " + cmp.Or(l.Msg, l.Message) + " " + l.Error)
	}
	return "  " + strings.Join(lines, "\n  ")
}
