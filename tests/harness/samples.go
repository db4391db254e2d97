package harness

import (
	"encoding/json"
	"errors"
	"fmt"
	"sync"
)

// forged are the ids of events that stories made themselves: those may be as wrong as a story wants.
var forged sync.Map

// forge notes that a story made an event; of what is no event there is nothing to note.
func forge(event []byte) {
	var e struct{ ID string }
	if json.Unmarshal(event, &e) == nil {
		forged.Store(e.ID, true)
	}
}

// undocumented says which events differ from what the services' documents say of them: of a sample of everything that was
// published, also of what no story has read. Where a process is gone that has to be asked there is nothing to say.
func (s *Stack) undocumented() error {
	for _, app := range append([]string{probeID}, Services...) {
		if s.there == nil && !s.Process(app).Running() {
			return nil
		}
	}
	res, err := quick.Get(s.AppURL(probeID) + "/samples")
	if err != nil {
		return fmt.Errorf("samples of what was published: %w", err)
	}
	defer res.Body.Close()
	var samples map[string][]json.RawMessage // by type
	if err := json.NewDecoder(res.Body).Decode(&samples); err != nil {
		return err
	}
	return s.allDocumented(samples)
}

func (s *Stack) allDocumented(samples map[string][]json.RawMessage) error {
	var wrong []error
	for _, events := range samples {
		for _, event := range events {
			var e struct{ ID string }
			err := json.Unmarshal(event, &e)
			if _, ours := forged.Load(e.ID); ours {
				continue
			}
			if err = errors.Join(err, s.documented(event)); err != nil {
				wrong = append(wrong, err)
				break // the others of its type are likely as wrong
			}
		}
	}
	return errors.Join(wrong...)
}
