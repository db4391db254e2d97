package mqtt

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dapr/components-contrib/pubsub"
	"github.com/dapr/kit/logger"
	paho "github.com/eclipse/paho.mqtt.golang"
)

// message counts how often it was acknowledged.
type message struct {
	paho.Message
	acks int
}

func (m *message) Ack() { m.acks++ }

func component() *MQTT { return New(logger.NewLogger("test")).(*MQTT) }

func TestAnEventIsAcknowledgedOrComesAgain(t *testing.T) {
	ended, end := context.WithCancel(t.Context())
	end()
	for name, c := range map[string]struct {
		ctx         context.Context
		failed      error
		acks, again int
	}{
		"handled":                   {ctx: t.Context(), acks: 1},
		"handled when all was over": {ctx: ended, acks: 1},
		"failed":                    {ctx: t.Context(), failed: errors.New("no"), again: 1},
		"not the event's fault":     {ctx: ended, failed: errors.New("no")}, // the session keeps it
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				in, m := make(chan paho.Message, 1), &message{}
				component().batcher("orders", in).Answer(c.ctx, m, c.failed)
				time.Sleep(again - time.Millisecond)
				if len(in) != 0 {
					t.Error("it comes again too soon")
				}
				time.Sleep(2 * time.Millisecond)
				if m.acks != c.acks || len(in) != c.again {
					t.Errorf("acknowledged %d times and came again %d times, want %d and %d", m.acks, len(in), c.acks, c.again)
				}
			})
		})
	}
}

func TestAnEventThatHasNoRoomIsLeftToTheSession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in, m := make(chan paho.Message), &message{}
		component().batcher("orders", in).Answer(t.Context(), m, errors.New("no"))
		time.Sleep(2 * again) // and nothing waits for ever: the bubble would not end
		if m.acks != 0 {
			t.Error("it was acknowledged")
		}
	})
}

func TestAURLSaysHowToConnect(t *testing.T) {
	for at, want := range map[string]string{
		"mqtt://u:hush@localhost:1883": "tcp://localhost:1883",
		"tcp://localhost:1883":         "tcp://localhost:1883",
		"mqtts://localhost:8883":       "ssl://localhost:8883",
	} {
		m := component()
		m.set.URL = at
		o, err := m.options("order")
		if err != nil {
			t.Fatal(err)
		}
		if got := o.Servers[0].String(); got != want {
			t.Errorf("%s connects to %s, want %s", at, got, want)
		}
	}
}

func TestWhatIsMissingIsNamedAndNoPasswordIsPrinted(t *testing.T) {
	for want, properties := range map[string]map[string]string{
		"url and consumerID are needed":             {"consumerID": "order"},
		"url is not mqtt://user:password@host:port": {"consumerID": "order", "url": "mqtt://u:hush@host:port"},
	} {
		md := pubsub.Metadata{}
		md.Properties = properties
		if err := component().Init(t.Context(), md); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}
