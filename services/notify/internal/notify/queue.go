package notify

// Queue is of channels whose messages wait in the store for the same reason. What
// waits on one is looked for without the other's: webhooks go to servers of
// customers, of which many may be slow for long, mails to one of the shop's own.
type Queue int

// The queues.
const (
	Mails Queue = iota // and what else leaves by a server of the shop
	Webhooks
)

// Queues is every Queue.
var Queues = []Queue{Mails, Webhooks}

func (c Channel) queue() Queue {
	if c == Webhook {
		return Webhooks
	}
	return Mails
}
