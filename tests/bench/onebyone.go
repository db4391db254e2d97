package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
)

var mostMessages = regexp.MustCompile(`maxMessagesCount: *\d+`)

// oneByOne writes a copy of the subscription files of folder from into folder to, in which no two events are delivered
// together.
func oneByOne(from, to string) error {
	files, err := filepath.Glob(filepath.Join(from, "*.yaml"))
	if err != nil {
		return err
	}
	if err := os.MkdirAll(to, 0o755); err != nil {
		return err
	}
	changed := 0
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			return err
		}
		changed += len(mostMessages.FindAll(text, -1))
		text = mostMessages.ReplaceAll(text, []byte("maxMessagesCount: 1"))
		if err := os.WriteFile(filepath.Join(to, filepath.Base(f)), text, 0o600); err != nil {
			return err
		}
	}
	if changed == 0 {
		return fmt.Errorf("no maxMessagesCount in %s: the naive stack would not be naive", from)
	}
	return nil
}
