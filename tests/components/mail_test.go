package components

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"orderly/tests/harness"
)

const mailbox = "mailbox"

// Mails that are due at the same moment reach those they are for.
func TestMailsAreNotMixedUp(t *testing.T) {
	t.Parallel()
	s := harness.Shared(t)
	book := s.Product("book", 100)
	const customers = 25
	orders, ids := make([]harness.Order, customers), make([]string, customers)
	for i := range customers {
		s.Contact(strconv.Itoa(i), "en", "")
	}
	harness.Together(customers, func(i int) {
		orders[i] = s.Place(strconv.Itoa(i), harness.Line(book, 1))
		ids[i] = orders[i].ID
	})
	s.Once(ids...)
	for i, o := range orders {
		mails := s.Mails(o.ID)
		if len(mails) != 1 {
			t.Fatalf("%d mails of one order", len(mails))
		}
		if bySMTP(s) && !strings.Contains(mails[0], "X-Envelope-To: "+s.Mail(strconv.Itoa(i))+"\n") {
			t.Errorf("the mail for %s went to someone else:\n%.400s", s.Mail(strconv.Itoa(i)), mails[0])
		}
	}
}

// A mail server that is away gets its mails when it is back, each once.
func mailServerAway(s *harness.Story) {
	if !bySMTP(s) {
		s.T.Skip("not promised: the set keeps mails in a folder, which is never away")
	}
	s.Contact("ann", "en", "")
	book := s.Product("book", 10)
	s.Murder(mailbox)
	o := s.Place("ann", harness.Line(book, 1))
	s.Until("sending is tried", func() error {
		return harness.Expect("tried", len(s.Notifications(o.ID)) > 0 && s.Notifications(o.ID)[0].Attempts > 0, true)
	})
	if err := s.Restart(mailbox); err != nil {
		s.T.Fatal(err)
	}
	s.Until("the mail is there", func() error { return harness.Expect("mails", len(s.Mails(o.ID)), 1) })
	s.Once(o.ID)
	if n := len(s.Mails(o.ID)); n != 1 {
		s.T.Errorf("%d mails", n)
	}
}

func bySMTP(s *harness.Story) bool { return slices.Contains(s.Servers(), mailbox) }
