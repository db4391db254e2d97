package e2e

import (
	"net/http"
	"reflect"
	"testing"

	"orderly/tests/harness"
)

// Whom to tell and how: unknown at first, then as it was put, also when it is put again.
func TestContact(t *testing.T) {
	t.Parallel()
	harness.BothDoors(t, func(s *harness.Story) {
		t := s.T
		path := "/v1/customers/" + s.Customer("ann") + "/contact"
		s.Notify.Get(path).Problem(http.StatusNotFound, "")
		for _, contact := range []M{
			{"email": s.Mail("ann"), "phone": "+14155550100", "locale": "zh", "webhookUrl": "https://example.com/hook?k=v", "channels": []any{"email", "webhook"}},
			{"email": "other@example.org", "locale": "en", "channels": []any{"email"}},
			{"locale": "en", "channels": []any{}},
		} {
			s.Notify.Put(path, contact).Want(http.StatusOK)
			if got := harness.As[M](s.Notify.Get(path).Want(http.StatusOK)); !reflect.DeepEqual(got, contact) {
				t.Errorf("put %v, got %v", contact, got)
			}
		}
		for _, bad := range []M{
			{"email": "a@b.example;c@d.example", "channels": []string{"email"}},
			{"channels": []string{"email"}},
			{"webhookUrl": "ftp://example.com", "channels": []string{"webhook"}},
			{"webhookUrl": "https://user:secret@example.com", "channels": []string{"webhook"}},
			{"email": s.Mail("ann"), "locale": "../../etc", "channels": []string{"email"}},
			{"phone": "call me", "channels": []string{}},
		} {
			s.Notify.Put(path, bad).Problem(http.StatusBadRequest, "validation-failed")
		}
	})
}
