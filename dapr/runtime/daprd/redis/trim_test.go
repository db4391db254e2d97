package redis

import (
	"fmt"
	"net"
	"os/exec"
	"strconv"
	"testing"
	"time"

	contrib "github.com/dapr/components-contrib/metadata"
	"github.com/dapr/components-contrib/pubsub"
	"github.com/dapr/kit/logger"
)

// server starts a Redis of its own, and returns a trimmer that keeps 100 acknowledged events there.
func server(t *testing.T) *trimmer {
	t.Helper()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := free.Addr().(*net.TCPAddr)
	free.Close()
	cmd := exec.Command("redis-server", "--bind", "127.0.0.1", "--port", strconv.Itoa(addr.Port), "--save", "", "--dir", t.TempDir())
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	for end := time.Now().Add(10 * time.Second); ; <-time.After(10 * time.Millisecond) {
		c, err := net.Dial("tcp", addr.String())
		if err == nil {
			c.Close()
			break
		}
		if time.Now().After(end) {
			t.Fatal(err)
		}
	}
	trimmer := &trimmer{log: logger.NewLogger("test")}
	md := pubsub.Metadata{Base: contrib.Base{Properties: map[string]string{"redisHost": addr.String(), "keepAcknowledged": "100"}}}
	if err := trimmer.connect(t.Context(), md); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = trimmer.disconnect() })
	return trimmer
}

// Whole nodes of a stream go, of 100 events each, so a little more may stay.
func TestOnlyWhatAllGroupsHaveAcknowledgedIsTrimmed(t *testing.T) {
	trimmer := server(t)
	do := func(args ...any) any {
		t.Helper()
		res, err := trimmer.client.DoRead(t.Context(), args...)
		if err != nil {
			t.Fatalf("%v: %v", args, err)
		}
		return res
	}
	for name, c := range map[string]struct {
		events int
		groups map[string][2]int // read, and acknowledged of those, the oldest first
		first  int               // event that is the oldest, or a little older
	}{
		"short":                  {events: 100, groups: map[string][2]int{"a": {100, 100}}, first: 1},
		"all is acknowledged":    {events: 1000, groups: map[string][2]int{"a": {1000, 1000}, "b": {1000, 1000}}, first: 1000},
		"one is under way":       {events: 1000, groups: map[string][2]int{"a": {1000, 1000}, "b": {1000, 500}}, first: 501},
		"one has not read":       {events: 1000, groups: map[string][2]int{"a": {1000, 1000}, "b": {300, 300}}, first: 300},
		"one has not come again": {events: 1000, groups: map[string][2]int{"a": {1000, 1000}, "b": {0, 0}}, first: 1},
		"nobody has come yet":    {events: 1000, first: 1},
	} {
		t.Run(name, func(t *testing.T) {
			for i := range c.events {
				do("XADD", name, fmt.Sprintf("7-%d", i+1), "data", "x")
			}
			for group, n := range c.groups {
				do("XGROUP", "CREATE", name, group, "0")
				if n[0] > 0 {
					do("XREADGROUP", "GROUP", group, "me", "COUNT", n[0], "STREAMS", name, ">")
				}
				for i := range n[1] {
					do("XACK", name, group, fmt.Sprintf("7-%d", i+1))
				}
			}
			if err := trimmer.once(t.Context(), name); err != nil {
				t.Fatal(err)
			}
			left, kept := int(do("XLEN", name).(int64)), c.events-c.first+1
			if left < kept || left > kept+200 {
				t.Errorf("%d events are left, want %d", left, kept)
			}
		})
	}
	if err := trimmer.once(t.Context(), "a topic without a stream"); err != nil {
		t.Error(err)
	}
}
