package rabbitmq

import (
	"errors"
	"sync"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"
)

const (
	pause     = 200 * time.Millisecond // between attempts to connect
	heartbeat = 10 * time.Second
)

// link is a connection that is opened when it is needed.
type link struct {
	url, name string

	mu   sync.Mutex
	conn *amqp.Connection
}

// open returns a new channel, on a new connection if there is none.
func (l *link) open() (*amqp.Channel, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.conn == nil || l.conn.IsClosed() {
		properties := amqp.NewConnectionProperties()
		properties.SetClientConnectionName("daprd " + l.name)
		conn, err := amqp.DialConfig(l.url, amqp.Config{Heartbeat: heartbeat, Properties: properties, Dial: amqp.DefaultDial(2 * time.Second)})
		if err != nil {
			return nil, err
		}
		l.conn = conn
	}
	return l.conn.Channel()
}

func (l *link) close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.conn == nil {
		return nil
	}
	if err := l.conn.Close(); !errors.Is(err, amqp.ErrClosed) {
		return err
	}
	return nil
}

// declareExchange makes the exchange of a topic as the released component does.
func declareExchange(ch *amqp.Channel, topic string) error {
	return ch.ExchangeDeclare(topic, amqp.ExchangeFanout, true, false, false, false, nil)
}
