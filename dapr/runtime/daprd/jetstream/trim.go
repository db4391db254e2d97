package jetstream

import (
	"context"
	"time"

	"github.com/nats-io/nats.go"
)

// trimEvery is how often a stream's size is looked at. At a hundred megabytes in that time a stream of 1 GiB has room.
const trimEvery = 2 * time.Second

// manager is what trimming needs of JetStream.
type manager interface {
	StreamInfo(stream string, opts ...nats.JSOpt) (*nats.StreamInfo, error)
	Consumers(stream string, opts ...nats.JSOpt) <-chan *nats.ConsumerInfo
	PurgeStream(stream string, opts ...nats.JSOpt) error
}

// trim makes room in a stream that has a limit of size, until ctx ends. At its limit the broker refuses new events, and an
// event that everybody has read would hold up those to come for the rest of its week. Every sidecar that reads does this.
func (j *JetStream) trim(ctx context.Context, stream string) {
	tick := time.NewTicker(trimEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if err := trimOnce(ctx, j.js, stream); err != nil && ctx.Err() == nil && j.conn.IsConnected() {
			j.log.Warnf("stream %s could not be trimmed, tried again in %s: %v", stream, trimEvery, err)
		}
	}
}

// trimOnce drops what every consumer has acknowledged from a stream that is more than half full. A stream without
// consumers keeps all: they may come.
func trimOnce(ctx context.Context, js manager, stream string) error {
	info, err := js.StreamInfo(stream, nats.Context(ctx))
	if err != nil {
		return err
	}
	if info.Config.MaxBytes <= 0 || info.State.Bytes <= uint64(info.Config.MaxBytes)/2 {
		return nil
	}
	consumers, done := 0, info.State.LastSeq
	for consumer := range js.Consumers(stream, nats.Context(ctx)) {
		consumers++
		done = min(done, consumer.AckFloor.Stream)
	}
	// A list that broke off looks like a short one.
	if consumers == 0 || consumers != info.State.Consumers || done < info.State.FirstSeq {
		return nil
	}
	return js.PurgeStream(stream, &nats.StreamPurgeRequest{Sequence: done + 1}, nats.Context(ctx))
}
