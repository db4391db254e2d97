package sidecar

import (
	"context"
	"fmt"
)

// Keys that differ only in what some collations overlook: if one is found by
// another, the documents of "Teapot" and "teapot" are one.
const writtenKey = "told-apart:Key"

var lookalikes = []string{"told-apart:key", "told-apart:Key ", "told-apart:Kéy"}

// foldedError says that the store cannot be used, for good.
type foldedError struct{ store, key string }

func (e foldedError) Error() string {
	return fmt.Sprintf("state store %s takes the key %q for %q: its database needs a binary collation without padding "+
		"(utf8mb4_nopad_bin in MariaDB, utf8mb4_0900_bin in MySQL), and tables made with it", e.store, e.key, writtenKey)
}

// tellsApart makes sure, once, that a store tells its keys apart.
func (s *State) tellsApart(ctx context.Context, d Dialect) error {
	if !d.folds || s.sound.Load() {
		return nil
	}
	if err := s.send(ctx, d, []Op{Put(writtenKey, []byte("1"))}); err != nil {
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
