package simulation

import (
	"fmt"
	"strings"
)

// attempts is how often a mail is tried.
var attempts = len(sendPauses) + 1

// concerns reports whether customers are told of events of this type.
func concerns(typ string) bool { return typ != "order.attention.v1" }

// judgeNotifications wants one notification for each event that a customer is
// told of.
func (e *evidence) judgeNotifications() {
	for _, o := range e.orders {
		times := map[string]int{}
		for _, one := range e.told[o.ID] {
			times[one.EventID+" by "+one.Channel]++
			if one.Status != "sent" && one.Status != "suppressed" && one.Attempts < attempts {
				e.say("notification %s by %s is %s after %d attempts", one.EventID, one.Channel, one.Status, one.Attempts)
			}
		}
		for i, typ := range o.History {
			want, event := 1, fmt.Sprintf("%s.%d", o.ID, i+1)
			if !concerns(typ) {
				want = 0
			}
			if n := times[event+" by email"]; n != want {
				e.say("customer of %s was told of %s (%s) %d times", o.ID, event, typ, n)
			}
			delete(times, event+" by email")
		}
		for what := range times {
			e.say("customer of %s was told of %s, which never was", o.ID, what)
		}
	}
}

// judgeMails wants a mail for each that is said to be sent, and a second one
// only where the first was not heard of, or was asked for so long before that
// the claim on it may have ended.
func (e *evidence) judgeMails() {
	arrived := map[string]bool{}
	for name, all := range e.mails.sent {
		order, rest, _ := strings.Cut(name, ".")
		sequence, _, _ := strings.Cut(rest, ".")
		arrived[order+"."+sequence] = true
		for i, m := range all[1:] {
			if first := all[i]; e.calm() && first.answered && m.asked.Sub(first.asked).Abs() < sendTimeout-2*mild {
				e.say("mail %s was sent again after %s", name, m.asked.Sub(first.asked))
			}
		}
	}
	for _, told := range e.told {
		for _, one := range told {
			if one.Status == "sent" && !arrived[one.EventID] {
				e.say("notification %s is sent, and no mail arrived", one.EventID)
			}
		}
	}
}

// judgeOrderOfMails wants the mails of an order in the order of its events: one
// that is handed over after a newer one, of which notify knew, says so.
func (e *evidence) judgeOrderOfMails() {
	if !e.calm() {
		return // a lease may have ended early
	}
	mails := map[string][]mail{}
	for name, all := range e.mails.sent {
		order, rest, _ := strings.Cut(name, ".")
		sequence, _, _ := strings.Cut(rest, ".")
		mails[order+"."+sequence] = all
	}
	for _, o := range e.orders {
		late := map[string]bool{}
		for _, one := range e.told[o.ID] {
			late[one.EventID] = one.Late
		}
		for i := range o.History {
			for j := i + 1; j < len(o.History); j++ {
				older, newer := fmt.Sprintf("%s.%d", o.ID, i+1), fmt.Sprintf("%s.%d", o.ID, j+1)
				if n := mails[newer]; len(n) != 1 || !n[0].answered || late[older] {
					continue // nobody knew that it was sent, or it says so
				}
				for _, m := range mails[older] {
					if m.asked.After(mails[newer][0].accepted) {
						e.say("mail of %s left after that of %s", older, newer)
					}
				}
			}
		}
	}
}

// judgeFeed wants one line for each event that a customer is told of.
func (e *evidence) judgeFeed() {
	shown := map[string]int{}
	for i, l := range e.feed {
		if l.Pos != int64(i)+1 {
			e.say("line %d of the feed is the %dth", l.Pos, i+1)
		}
		if shown[l.EventID]++; shown[l.EventID] == 2 {
			e.say("event %s is in the feed again", l.EventID)
		}
	}
	for _, o := range e.orders {
		for i, typ := range o.History {
			if event := fmt.Sprintf("%s.%d", o.ID, i+1); concerns(typ) && shown[event] == 0 {
				e.say("event %s is not in the feed", event)
			}
		}
	}
}
