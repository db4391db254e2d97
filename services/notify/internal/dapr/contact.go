package dapr

import (
	"context"

	"orderly/services/internal/ledger"
	"orderly/services/notify/internal/notify"
)

// Contact returns a customer's contact.
func (s *Store) Contact(ctx context.Context, customerID string) (c notify.Contact, err error) {
	key := contactKey(customerID)
	err = s.book.View(ctx, []string{key}, func(t *ledger.Txn) error {
		c, _ = t.Get(key).(notify.Contact)
		return nil
	})
	if err == nil && !c.Known() {
		err = notify.ErrNotFound
	}
	return c, err
}

// SaveContact replaces a customer's contact: the last writer wins.
func (s *Store) SaveContact(ctx context.Context, c notify.Contact) error {
	id := c.Fields().CustomerID
	key := contactKey(id)
	return s.book.Change(ctx, ledger.Change{Lane: id, Keys: []string{key}, Decide: func(t *ledger.Txn) error {
		t.Put(key, c)
		return nil
	}})
}
