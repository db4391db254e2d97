package notify

import (
	"fmt"
	"regexp"
	"slices"
)

// Channel is a way to reach a customer.
type Channel string

// The channels.
const (
	Email   Channel = "email"
	SMS     Channel = "sms"
	Webhook Channel = "webhook"
)

// Contact is whom to tell, and how.
type Contact struct{ f ContactFields }

// ContactFields are the values of a Contact. Channels may be empty, not nil:
// that customer wants no messages.
type ContactFields struct {
	CustomerID string
	Email      string
	Phone      string
	Locale     string
	WebhookURL string
	Channels   []Channel
}

// DefaultLocale is spoken to who did not say otherwise.
const DefaultLocale = "en"

var (
	// Mail bindings take a list of addresses separated by semicolons: what could
	// be read as a list, or as a name with an address, is no address here.
	emailForm  = regexp.MustCompile(`^[A-Za-z0-9.!#$%&'*+/=?^_{|}~` + "`" + `-]{1,64}@[A-Za-z0-9\p{L}-]{1,63}(\.[A-Za-z0-9\p{L}-]{1,63})*$`)
	phoneForm  = regexp.MustCompile(`^\+[1-9][0-9]{1,14}$`)
	localeForm = regexp.MustCompile(`^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$`)
)

// NewContact returns a Contact; its error is Faults. A channel needs its
// address, and that of webhooks has to be within reach.
func NewContact(f ContactFields, reach Reach) (Contact, error) {
	var bad Faults
	bad.id("id", f.CustomerID)
	if f.Email != "" && (!emailForm.MatchString(f.Email) || len(f.Email) > 254) {
		bad.add("email", "email", "must be an e-mail address")
	}
	if f.Phone != "" && !phoneForm.MatchString(f.Phone) {
		bad.add("phone", "e164", "must be an international number such as +14155550100")
	}
	if f.Locale == "" {
		f.Locale = DefaultLocale
	}
	if !localeForm.MatchString(f.Locale) {
		bad.add("locale", "locale", "must be a language tag such as en or zh-CN")
	}
	if f.WebhookURL != "" {
		bad.webhook("webhookUrl", f.WebhookURL, reach)
	}
	f.Channels = slices.Clone(f.Channels)
	bad.channels(f)
	return Contact{f}, bad.err()
}

func (f *Faults) channels(c ContactFields) {
	if c.Channels == nil {
		f.add("channels", "required", "is required; [] asks for no messages")
	}
	for i, ch := range c.Channels {
		field := fmt.Sprintf("channels[%d]", i)
		address, known := c.address(ch)
		switch {
		case !known:
			f.add(field, "oneof", "must be one of: email sms webhook")
		case slices.Contains(c.Channels[:i], ch):
			f.add(field, "unique", "must not repeat "+string(ch))
		case address == "" && ch != SMS: // nothing sends SMS yet, so nothing needs the number
			f.add(addressField[ch], "required", "is required by channel "+string(ch))
		}
	}
}

var addressField = map[Channel]string{Email: "email", SMS: "phone", Webhook: "webhookUrl"}

func (f ContactFields) address(ch Channel) (address string, known bool) {
	switch ch {
	case Email:
		return f.Email, true
	case SMS:
		return f.Phone, true
	case Webhook:
		return f.WebhookURL, true
	}
	return "", false
}

// Known reports whether there is a contact at all: the zero Contact is none.
func (c Contact) Known() bool { return c.f.CustomerID != "" }

// Fields returns the values of c.
func (c Contact) Fields() ContactFields {
	f := c.f
	f.Channels = slices.Clone(f.Channels)
	return f
}
