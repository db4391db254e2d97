package egress

import (
	"strings"
	"testing"
	"time"
)

func TestATicketOpensWithItsKeyWhileItLives(t *testing.T) {
	key, now, url := []byte("key"), time.Now(), "https://example.com/hook?a=b&c=d#"
	ticket := Seal(key, url, now)
	if strings.ContainsAny(ticket, "/?#%+= ") {
		t.Errorf("%s does not fit in a path", ticket)
	}
	if got, err := Open(key, ticket, now.Add(59*time.Second)); err != nil || got != url {
		t.Errorf("%q %v", got, err)
	}
	for story, open := range map[string]func() (string, error){
		"expired":     func() (string, error) { return Open(key, ticket, now.Add(61*time.Second)) },
		"another key": func() (string, error) { return Open([]byte("other"), ticket, now) },
		"no seal":     func() (string, error) { return Open(key, strings.Split(ticket, ".")[0]+".", now) },
		"a new head":  func() (string, error) { return Open(key, "AA"+ticket, now) },
		"empty":       func() (string, error) { return Open(key, "", now) },
	} {
		if url, err := open(); err == nil {
			t.Errorf("%s: opened as %s", story, url)
		}
	}
}

func FuzzTicket(f *testing.F) {
	key := []byte("key")
	f.Add(Seal(key, "https://example.com", time.Unix(0, 0)))
	f.Add("a.b")
	f.Fuzz(func(t *testing.T, ticket string) {
		now := time.Now() // the seed has expired: nothing may open
		if url, err := Open(key, ticket, now); err == nil {
			t.Errorf("opened as %s", url)
		}
	})
}
