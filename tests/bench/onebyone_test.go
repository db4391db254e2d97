package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestSubscriptionsOneByOne(t *testing.T) {
	t.Chdir("../..")
	from, to := filepath.Join("dapr", "subscriptions"), filepath.Join(t.TempDir(), "s")
	if err := oneByOne(from, to); err != nil {
		t.Fatal(err)
	}
	before, _ := filepath.Glob(filepath.Join(from, "*.yaml"))
	after, _ := filepath.Glob(filepath.Join(to, "*.yaml"))
	if len(after) != len(before) || len(after) == 0 {
		t.Fatalf("%d files became %d", len(before), len(after))
	}
	for _, f := range after {
		text, err := os.ReadFile(f)
		if err != nil || strings.Count(string(text), "maxMessagesCount: ") != strings.Count(string(text), "maxMessagesCount: 1\n") {
			t.Errorf("%s: %v\n%s", f, err, text)
		}
	}
	if err := oneByOne("components", to); err == nil {
		t.Error("a folder without subscriptions was taken")
	}
}

func TestDelaysOfTheWindowOnly(t *testing.T) {
	var d delays
	noon := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	for i, at := range []time.Duration{-time.Second, 0, time.Second, 2 * time.Second} {
		d.hear(noon.Add(at+time.Duration(i+1)*time.Millisecond), told{At: noon.Add(at)})
	}
	got := d.within(noon, noon.Add(time.Second))
	if len(got) != 2 || got[0] != 2*time.Millisecond || got[1] != 3*time.Millisecond || d.count() != 4 {
		t.Errorf("%v of %d", got, d.count())
	}
}
