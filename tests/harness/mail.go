package harness

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Mails returns the mails that have every word in them, as the local mail binding wrote them.
func (s *Stack) Mails(words ...string) []string {
	var found []string
	_ = filepath.WalkDir(filepath.Join(s.Dir, ".data", "mail"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return nil
		}
		body, err := os.ReadFile(path)
		if err != nil {
			return nil // it is being written
		}
		for _, w := range words {
			if !strings.Contains(string(body), w) {
				return nil
			}
		}
		found = append(found, string(body))
		return nil
	})
	return found
}
