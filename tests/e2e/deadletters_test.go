package e2e

import (
	"encoding/json"
	"net/http"
	"slices"
	"testing"

	"orderly/tests/harness"
)

// An operator replays a dead letter as it is, in vain, then edited, to good effect, and discards another.
func TestDeadLetters(t *testing.T) {
	t.Parallel()
	harness.BothDoors(t, func(s *harness.Story) {
		t := s.T
		s.Contact("ann", "en", "")
		lines := []harness.Item{line(s.Product("book", 10), 1)}
		id := s.Key("o")
		s.PublishEvent("orders", s.Forge(id, "confirmed", 1, lines, M{"customerId": ""}))
		d := s.Dead("orders", id)

		s.Notify.Post("/v1/deadletters/"+d.ID+"/replay", nil).Want(http.StatusOK)
		s.Until("it came back", func() error {
			back := s.DeadLetters("orders", id)
			if len(back) == 0 {
				return errNotYet
			}
			return harness.Expect("times", back[0].Times, 2)
		})
		if told := s.Notifications(id); len(told) != 0 {
			t.Errorf("told of a poison event: %+v", told)
		}

		edited := json.RawMessage(s.Forge(id, "confirmed", 1, lines, nil))
		s.Notify.Post("/v1/deadletters/"+s.Dead("orders", id).ID+"/replay", M{"body": edited}).Want(http.StatusOK)
		s.Until("the customer was told", func() error { return harness.Expect("notifications", len(s.Notifications(id)), 1) })
		if left := s.DeadLetters("orders", id); len(left) != 0 {
			t.Errorf("a replayed dead letter is still open: %+v", left)
		}

		var changed [2]struct {
			By      string
			Event   struct{ ID string }
			Changed []string
		}
		for i, e := range s.Events(d.ID, "deadletter.replayed.v1", "deadletter.replayed.v1") {
			if err := json.Unmarshal(e.Data, &changed[i]); err != nil || changed[i].Event.ID != id+".1" || changed[i].By == "" {
				t.Errorf("the audit says %s", e.Data)
			}
		}
		if len(changed[0].Changed) != 0 || !slices.Contains(changed[1].Changed, "data.customerId") {
			t.Errorf("changed were %v", changed)
		}

		s.PublishEvent("orders", s.Forge(s.Key("rubbish"), "shipped", 1, lines, M{"orderId": nil}))
		rubbish := s.Dead("orders", s.Key("rubbish"))
		if a := s.Notify.Delete("/v1/deadletters/"+rubbish.ID, nil); a.Status/100 != 2 {
			t.Errorf("discard:\n%s", a)
		}
		if left := s.DeadLetters("orders", s.Key("rubbish")); len(left) != 0 {
			t.Errorf("a discarded dead letter is still open: %+v", left)
		}
		s.Notify.Post("/v1/deadletters/nobody/replay", nil).Problem(http.StatusNotFound, "")
		s.Notify.Delete("/v1/deadletters/nobody", nil).Problem(http.StatusNotFound, "")
		s.Notify.Get("/v1/deadletters?topic=weather").Problem(http.StatusBadRequest, "")
	})
}
