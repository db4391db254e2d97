package jetstream

import (
	"context"
	"time"

	"github.com/dapr/kit/logger"
	"github.com/nats-io/nats.go"

	"orderly/dapr/runtime/daprd/delivery"
)

type publisher interface {
	Publish(subject string, data []byte) error
}

// The client's own Ack refuses to work once its subscription has ended, which is when the last answers are due.
const (
	ack        = "+ACK"
	nak        = "-NAK"
	nakDelayed = `-NAK {"delay": 1000000000}` // again in a second
	working    = "+WPI"
)

// newBatcher returns how messages are answered for: conn hears of each, and every sign of those under way.
func newBatcher(conn publisher, log logger.Logger, topic string, sign time.Duration) delivery.Batcher[*nats.Msg] {
	return delivery.Batcher[*nats.Msg]{
		Open: func(m *nats.Msg) ([]byte, map[string]string) { return m.Data, map[string]string{"Topic": m.Subject} },
		Answer: func(ctx context.Context, m *nats.Msg, failed error) {
			word := ack
			switch {
			case failed != nil && ctx.Err() != nil: // not the event's fault
				word = nak
			case failed != nil:
				log.Warnf("an event of %s will come again: %v", topic, failed)
				word = nakDelayed
			}
			if err := conn.Publish(m.Reply, []byte(word)); err != nil {
				log.Warnf("an event of %s will come again: its answer did not reach the broker: %v", topic, err)
			}
		},
		Alive: func(batch []*nats.Msg) {
			for _, m := range batch {
				_ = conn.Publish(m.Reply, []byte(working)) // without a broker there is nobody to tell
			}
		},
		Every: sign,
	}
}

// giveBack returns what was received and not begun, at once.
func giveBack(conn publisher, in <-chan *nats.Msg) {
	for {
		select {
		case m := <-in:
			_ = conn.Publish(m.Reply, []byte(nak)) // unheard, the event comes again all the same, later
		default:
			return
		}
	}
}
