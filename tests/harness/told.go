package harness

import (
	"errors"
	"fmt"
	"strings"
)

// ToldOnce says whether each event of an order led to exactly one notification on each channel that was used, and nothing
// more will come of it: one that is tried again later is not told.
func ToldOnce(history []Step, told []Notification) error {
	events := 0
	for _, step := range history {
		if forCustomer(step) {
			events++
		}
	}
	if err := notTwice(told); err != nil {
		return err
	}
	perChannel := map[string]int{}
	for _, n := range told {
		if !n.settled() {
			return fmt.Errorf("%s by %s is %s: %s", n.Template, n.Channel, n.Status, n.Error)
		}
		perChannel[n.Channel]++
	}
	for channel, n := range perChannel {
		if n != events {
			return fmt.Errorf("%d events, %d notifications by %s", events, n, channel)
		}
	}
	if len(perChannel) == 0 {
		return errors.New("nobody was told")
	}
	return nil
}

// settled says whether a notification has its last status.
func (n Notification) settled() bool {
	final := n.Status == "sent" || n.Status == "failed" || n.Status == "suppressed"
	return final && !strings.HasSuffix(n.Error, "; will be retried")
}

// notTwice says whether a notification was repeated.
func notTwice(told []Notification) error {
	type once struct{ channel, template string }
	count := map[once]int{}
	for _, n := range told {
		count[once{n.Channel, n.Template}]++
	}
	for what, n := range count {
		if n != 1 {
			return fmt.Errorf("%d notifications %s by %s", n, what.template, what.channel)
		}
	}
	return nil
}
