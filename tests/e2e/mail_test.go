package e2e

import (
	"strings"
	"testing"

	"orderly/tests/harness"
)

// Each event becomes one mail file, in the customer's language, with what the event says.
func TestMail(t *testing.T) {
	t.Parallel()
	s := harness.Shared(t)
	book := s.Product("book", 10)
	for customer, want := range map[string]struct{ locale, lang, word string }{
		"ann":  {"en", `lang="en"`, "reserved"},
		"mei":  {"zh", `lang="zh"`, "确认"},
		"wei":  {"zh-CN", `lang="zh"`, "确认"},
		"none": {"fr", `lang="en"`, "reserved"}, // a language without templates
	} {
		s.Contact(customer, want.locale, "")
		o := s.Place(customer, line(book, 2))
		var mails []string
		s.Until("the mail is written", func() error {
			mails = s.Mails(o.ID)
			return harness.Expect("mails", len(mails), 1)
		})
		for _, part := range []string{want.lang, book, "39.98"} {
			if !strings.Contains(mails[0], part) {
				t.Errorf("the mail for locale %s has no %q:\n%s", want.locale, part, mails[0])
			}
		}
	}
}

// What a customer can write reaches a mail as text, never as markup.
func TestMailEscapes(t *testing.T) {
	t.Parallel()
	s := harness.Shared(t)
	s.Contact("ann", "en", "")
	o := s.Place("ann", line(s.Product("book", 1), 1))
	s.Order.Delete("/v1/orders/"+o.ID, M{"reason": "<script>alert(1)</script>"}).Want(200)
	s.Until("the mail is written", func() error { return harness.Expect("mails", len(s.Mails(o.ID, "alert(1)")), 1) })
	if bad := s.Mails(o.ID, "<script>"); len(bad) != 0 {
		t.Errorf("markup in a mail:\n%s", bad[0])
	}
}
