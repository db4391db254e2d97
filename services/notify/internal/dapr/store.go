// Package dapr is the back door of notify: what it keeps and sends goes through
// its sidecar.
package dapr

import (
	"context"

	"orderly/services/internal/journal"
	"orderly/services/internal/sidecar"
	"orderly/services/notify/internal/notify"
)

// Component names, equal in every set.
const (
	StateStore = "notify-state"
	PubSub     = "pubsub"
	MailOut    = "mail"
	WebhookOut = "webhook"
	Secrets    = "secrets"
)

// Lists of the journal.
const (
	feedList = "feed"          // every event told, in the order it was told
	dueList  = "due"           // what asks for work, and when
	allList  = "notifications" // listings, for all and by customer and order
	deadList = "deadletters"
)

// Store keeps everything of notify in one state store.
type Store struct {
	state journal.Store
	book  *journal.Book
	due   *journal.Due
}

// NewStore returns the store in state.
func NewStore(state journal.Store) *Store {
	book := journal.NewBook(state)
	return &Store{state: state, book: book, due: journal.NewDue(book, dueList)}
}

// Keys and lists.
func toldKey(key string) string         { return "told:" + key }
func contactKey(customer string) string { return "contact:" + customer }
func newestKey(order string) string     { return "newest:" + order }
func deadKey(id string) string          { return "deadletter:" + id }
func customerList(id string) string     { return "customer:" + id }
func orderList(id string) string        { return "order:" + id }

// maxTries bounds how often a lost race is run again.
const maxTries = 50

// again runs once until it does not lose a race.
func again(ctx context.Context, once func() error) error { return journal.Again(ctx, maxTries, once) }

// Contact returns a customer's contact.
func (s *Store) Contact(ctx context.Context, customerID string) (notify.Contact, error) {
	doc, err := s.state.Get(ctx, contactKey(customerID))
	if err != nil {
		return notify.Contact{}, err
	}
	if !doc.Found() {
		return notify.Contact{}, notify.ErrNotFound
	}
	return openContact(doc.Value)
}

// SaveContact replaces a customer's contact: the last writer wins.
func (s *Store) SaveContact(ctx context.Context, c notify.Contact) error {
	value, err := closeContact(c)
	if err != nil {
		return err
	}
	return s.state.Apply(ctx, sidecar.Put(contactKey(c.Fields().CustomerID), value))
}
