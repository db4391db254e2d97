package sidecar

import (
	"context"
	"errors"
	"fmt"
)

// landmark is the key of a document that is always there.
const landmark = "landmark:Key"

// Keys that differ from it only in what some collations overlook: if one is found
// by the other, the documents of "Teapot" and "teapot" are one.
var lookalikes = []string{"landmark:key", "landmark:Key ", "landmark:Kéy"}

// foldedError says that the store cannot be used, for good.
type foldedError struct{ store, key string }

func (e foldedError) Error() string {
	return fmt.Sprintf("state store %s takes the key %q for %q: its database needs a binary collation without padding "+
		"(utf8mb4_nopad_bin in MariaDB, utf8mb4_0900_bin in MySQL), and tables made with it", e.store, e.key, landmark)
}

// prove makes the landmark of a store that needs one, and sure that the store
// tells its keys apart; once.
func (s *State) prove(ctx context.Context, d Dialect) error {
	if !d.leavesOut || s.sound.Load() {
		return nil
	}
	limited, done, err := s.writes.begin(ctx, 0)
	if err != nil {
		return err
	}
	err = s.send(limited, d, []Op{Put(landmark, []byte("1"))})
	if done(err); err != nil {
		return err
	}
	for _, key := range lookalikes {
		doc, err := s.Get(ctx, key)
		if err != nil {
			return err
		}
		if doc.Found() {
			return foldedError{s.name, key}
		}
	}
	s.sound.Store(true)
	return nil
}

var errNotWhole = errors.New("the answer to a bulk read was not whole")

// getLeftOut asks once more for what a bulk read called missing, and for the
// landmark. A read on a connection that was lost finds nothing, and no error
// either; what is missing from an answer with the landmark in it is not there.
func (s *State) getLeftOut(ctx context.Context, missing []string, into map[string]Doc) error {
	if len(missing) == 0 {
		return nil
	}
	if err := s.getSome(ctx, append(missing, landmark), into); err != nil {
		return err
	}
	whole := into[landmark].Found()
	delete(into, landmark)
	if !whole {
		return s.failed(errNotWhole)
	}
	return nil
}
