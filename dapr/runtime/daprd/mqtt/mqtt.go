// Package mqtt is Dapr's pubsub.mqtt3 component as this system needs it.
//
// The one in the released daprd connects before it subscribes: what a broker kept for an app that was away arrives when
// nobody listens yet, is never acknowledged and stays where it is until the next time the connection breaks. An event
// that failed waits for that as well. This one
//
//   - has a connection, and so a session in the broker, for each topic, and listens before it connects;
//   - tries an event that failed again after a second, and leaves what was not handled to the session when it ends;
//   - delivers several batches of a topic side by side;
//   - publishes in bulk in order, without waiting for each answer before sending the next, and fails at once without a broker.
//
// MQTT 3 has no competing consumers: each replica of an app gets every event, in a session of its own.
package mqtt

import (
	"context"
	"errors"
	"net/url"
	"reflect"
	"sync"
	"time"

	contrib "github.com/dapr/components-contrib/metadata"
	"github.com/dapr/components-contrib/pubsub"
	"github.com/dapr/kit/logger"
	"github.com/dapr/kit/metadata"
	paho "github.com/eclipse/paho.mqtt.golang"
)

type settings struct {
	URL        string `mapstructure:"url"`
	ConsumerID string `mapstructure:"consumerID"`
}

// MQTT is the component.
type MQTT struct {
	log     logger.Logger
	set     settings
	out     paho.Client     // for publishing
	ctx     context.Context // ends when the component is closed
	close   context.CancelFunc
	readers sync.WaitGroup
}

// New returns the component; Init connects it.
func New(log logger.Logger) pubsub.PubSub {
	ctx, cancel := context.WithCancel(context.Background())
	return &MQTT{log: log, ctx: ctx, close: cancel}
}

// Init connects to the broker. It waits for one that is not there yet, up to the component's initTimeout.
func (m *MQTT) Init(ctx context.Context, md pubsub.Metadata) error {
	if err := metadata.DecodeMetadata(md.Properties, &m.set); err != nil {
		return err
	}
	if m.set.URL == "" || m.set.ConsumerID == "" {
		return errors.New("url and consumerID are needed")
	}
	options, err := m.options(m.set.ConsumerID)
	if err != nil {
		return err
	}
	m.out = paho.NewClient(options.SetCleanSession(true))
	return await(ctx, m.out.Connect())
}

// options are what every connection has.
func (m *MQTT) options(id string) (*paho.ClientOptions, error) {
	at, err := url.Parse(m.set.URL)
	if err != nil {
		return nil, errors.New("url is not mqtt://user:password@host:port") // the cause would print the password
	}
	scheme := map[string]string{"mqtt": "tcp", "mqtts": "ssl", "tcps": "ssl", "tls": "ssl"}[at.Scheme]
	if scheme == "" {
		scheme = at.Scheme
	}
	o := paho.NewClientOptions().AddBroker(scheme + "://" + at.Host).SetClientID(id)
	if at.User != nil {
		password, _ := at.User.Password()
		o.SetUsername(at.User.Username()).SetPassword(password)
	}
	o.SetConnectRetry(true).SetConnectRetryInterval(200 * time.Millisecond)
	o.SetAutoReconnect(true).SetMaxReconnectInterval(time.Second)
	o.SetWriteTimeout(answerWait)
	o.OnConnectionLost = func(_ paho.Client, err error) { m.log.Warnf("%s lost the broker: %v", id, err) }
	return o, nil
}

// Close stops reading, waits for what is being handled and disconnects.
func (m *MQTT) Close() error {
	m.close()
	m.readers.Wait()
	if m.out != nil {
		m.out.Disconnect(quiesce)
	}
	return nil
}

// Features: without this one the runtime would publish the events of a bulk one by one, in goroutines.
func (m *MQTT) Features() []pubsub.Feature { return []pubsub.Feature{pubsub.FeatureBulkPublish} }

// GetComponentMetadata names the settings.
func (m *MQTT) GetComponentMetadata() (info contrib.MetadataMap) {
	contrib.GetMetadataInfoFromStructType(reflect.TypeFor[settings](), &info, contrib.PubSubType)
	return info
}

// await waits for an answer of the broker.
func await(ctx context.Context, answer paho.Token) error {
	select {
	case <-answer.Done():
		return answer.Error()
	case <-ctx.Done():
		return ctx.Err()
	}
}
