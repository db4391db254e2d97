package harness

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"orderly/dapr/local"
)

// Promises reads components/README.md: what each set promises and needs, by set and head of the column, from every table
// whose first column is "set".
func Promises() (map[string]map[string]string, error) {
	text, err := os.ReadFile(filepath.Join(Root(), "components", "README.md"))
	if err != nil {
		return nil, err
	}
	sets := map[string]map[string]string{}
	var heads []string
	for line := range strings.Lines(string(text)) {
		cells, isRow := cellsOf(line)
		switch {
		case !isRow:
			heads = nil
		case heads == nil:
			heads = cells
		case heads[0] != "set" || strings.HasPrefix(cells[0], "---"):
		case len(cells) != len(heads):
			return nil, fmt.Errorf("components/README.md: a row of %d cells under %d heads: %s", len(cells), len(heads), line)
		default:
			name := strings.Trim(cells[0], "`")
			if sets[name] == nil {
				sets[name] = map[string]string{}
			}
			for i, head := range heads[1:] {
				sets[name][head] = cells[i+1]
			}
		}
	}
	return sets, nil
}

// LikeEmbedded says whether documents of the set, another one than the embedded, are written as they are there: whole
// transactions.
func (s *Story) LikeEmbedded() bool {
	s.T.Helper()
	all, err := Promises()
	if err != nil {
		s.T.Fatal(err)
	}
	return Set() != local.Embedded && all[Set()]["transaction"] == "whole"
}

func cellsOf(line string) (cells []string, isRow bool) {
	line = strings.TrimSpace(line)
	if !strings.HasPrefix(line, "|") {
		return nil, false
	}
	for _, cell := range strings.Split(strings.Trim(line, "|"), "|") {
		cells = append(cells, strings.TrimSpace(cell))
	}
	return cells, true
}
