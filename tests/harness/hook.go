package harness

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// Hook is a customer's webhook: it leads to the probe, which every system has beside it, so that a story need not be
// reachable.
type Hook struct {
	URL string

	story *Story
	path  string // of the probe, where it shows the calls
	kept  []Hit  // before the probe forgot them
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
	if err := h.open(fail); err != nil {
		s.T.Fatal(err)
	}
	return h
}

// About returns the calls whose body has a word in it.
func (h *Hook) About(word string) []Hit {
	h.story.T.Helper()
	all, err := h.all()
	if err != nil {
		h.story.T.Fatal(err)
	}
	var found []Hit
	for _, hit := range all {
		if strings.Contains(string(hit.Body), word) {
			found = append(found, hit)
		}
	}
	return found
}

// open has the probe take calls.
func (h *Hook) open(fail int) error {
	res, err := quick.Post(fmt.Sprintf("%s%s?fail=%d", h.story.AppURL(probeID), h.path, fail), "", nil)
	if err != nil {
		return err
	}
	res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("the probe opens no webhook: %s", res.Status)
	}
	return nil
}

// all returns every call, in the order in which they came. A webhook that the probe forgot, as it was killed, is opened again.
func (h *Hook) all() ([]Hit, error) {
	res, err := quick.Get(h.story.AppURL(probeID) + h.path)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	var hits []Hit
	if err := json.NewDecoder(res.Body).Decode(&hits); err != nil {
		return nil, fmt.Errorf("the probe shows no calls: %s: %w", res.Status, err)
	}
	if hits == nil {
		err = h.open(0)
	}
	return append(slices.Clone(h.kept), hits...), err
}
