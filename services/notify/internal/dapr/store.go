// Package dapr is the back door of notify: what it keeps and sends goes through
// its sidecar.
package dapr

import (
	"strings"
	"time"

	"orderly/services/internal/ledger"
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

// Lists. Each line of the feed leads to the story that it is of, so there is no
// other list of everything; nor is there one of an order, which has its story.
const (
	feedList = "feed" // every event told, in the order it was told
	deadList = "deadletters"
)

func customerList(id string) string { return "customer:" + id }

// Documents.
const (
	storyPrefix   = "told:" // everything told of one order
	contactPrefix = "contact:"
	deadPrefix    = "deadletter:"
)

func storyKey(order string) string      { return storyPrefix + order }
func contactKey(customer string) string { return contactPrefix + customer }
func deadKey(id string) string          { return deadPrefix + id }

// Keep says which documents are worth keeping in memory: every event asks for
// its customer's contact, even when there is none.
func Keep(key string) bool { return strings.HasPrefix(key, contactPrefix) }

// Group writes new stories together, where order ids have their time in them;
// see ledger.ByTime.
func Group(key string) string {
	if id, ok := strings.CutPrefix(key, storyPrefix); ok {
		return ledger.ByTime(id)
	}
	return ""
}

// Store keeps everything of notify in one book.
type Store struct {
	book *ledger.Book
	due  map[notify.Queue]*ledger.Due
	all  *ledger.Yield // who lists what everybody was told
}

// NewStore returns the store in a book with this package's Codec.
func NewStore(book *ledger.Book) *Store {
	due := make(map[notify.Queue]*ledger.Due, len(notify.Queues))
	key := func(id string) string { return storyKey(openID(id).OrderID) }
	for _, q := range notify.Queues {
		due[q] = ledger.NewDue(book, key, func(id string, value any) time.Time {
			t, _ := storyOf(value).Find(openID(id).Event)
			return t.Due(q)
		})
	}
	return &Store{book: book, all: ledger.NewYield(), due: due}
}

// entryID is how lists and reminders name a Told: order/event. No id has a slash.
func entryID(k notify.ToldKey) string { return k.OrderID + "/" + k.Event }

func openID(id string) notify.ToldKey {
	order, event, _ := strings.Cut(id, "/")
	return notify.ToldKey{OrderID: order, Event: event}
}

// storyOf is the story in a document; of none, one in which nothing was told.
func storyOf(value any) notify.Story {
	s, _ := value.(notify.Story)
	return s
}
