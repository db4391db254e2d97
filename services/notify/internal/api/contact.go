package api

import (
	"errors"
	"net/http"

	"github.com/go-chi/chi/v5"

	"orderly/services/internal/wire"
	"orderly/services/notify/internal/notify"
)

// contact is a customer's contact as it is sent and read.
type contact struct {
	Email      string           `json:"email,omitempty"`
	Phone      string           `json:"phone,omitempty"`
	Locale     string           `json:"locale,omitempty"`
	WebhookURL string           `json:"webhookUrl,omitempty"`
	Channels   []notify.Channel `json:"channels"`
}

func showContact(c notify.Contact) contact {
	f := c.Fields()
	return contact{f.Email, f.Phone, f.Locale, f.WebhookURL, f.Channels}
}

func (a *API) contact(w http.ResponseWriter, r *http.Request) error {
	c, err := a.Notify.Contact(r.Context(), chi.URLParam(r, "id"))
	if errors.Is(err, notify.ErrNotFound) {
		return errNoContact
	}
	if err != nil {
		return err
	}
	return wire.Reply(w, http.StatusOK, showContact(c))
}

func (a *API) setContact(w http.ResponseWriter, r *http.Request) error {
	var in contact
	if err := wire.Decode(r, &in); err != nil {
		return err
	}
	c, err := a.Notify.SetContact(r.Context(), notify.ContactFields{CustomerID: chi.URLParam(r, "id"),
		Email: in.Email, Phone: in.Phone, Locale: in.Locale, WebhookURL: in.WebhookURL, Channels: in.Channels})
	if err != nil {
		return err
	}
	return wire.Reply(w, http.StatusOK, showContact(c))
}
