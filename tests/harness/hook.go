package harness

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

// Hook is a customer's webhook: it leads to the probe, which every system has beside it, so that a story need not be
// reachable.
type Hook struct {
	URL string

	story *Story
	path  string // of the probe, where it shows the calls
}

// Hit is one call of a webhook.
type Hit struct {
	Header http.Header
	Body   []byte
}

// Hook opens a webhook, which refuses the first fail calls.
func (s *Story) Hook(fail int) *Hook {
	s.T.Helper()
	name := randomHex(8)
	h := &Hook{URL: s.hooksURL() + "/told/" + name, story: s, path: "/hooks/" + name}
	res, err := quick.Post(fmt.Sprintf("%s%s?fail=%d", s.AppURL(probeID), h.path, fail), "", nil)
	if err != nil {
		s.T.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusOK {
		s.T.Fatalf("the probe opens no webhook: %s", res.Status)
	}
	return h
}

// About returns the calls whose body has a word in it.
func (h *Hook) About(word string) []Hit {
	h.story.T.Helper()
	var all, found []Hit
	if err := json.Unmarshal([]byte(h.story.Fetch(h.story.AppURL(probeID)+h.path)), &all); err != nil {
		h.story.T.Fatal(err)
	}
	for _, hit := range all {
		if strings.Contains(string(hit.Body), word) {
			found = append(found, hit)
		}
	}
	return found
}
