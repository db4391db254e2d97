package jetstream

import (
	"testing"

	"github.com/nats-io/nats.go"
)

// full is a stream of 1000 bytes with the events 11 to 20.
type full struct {
	bytes  uint64
	floors []uint64 // what each consumer has acknowledged
	more   int      // consumers that a list does not name
	purged uint64   // up to and without this one
}

func (f *full) StreamInfo(string, ...nats.JSOpt) (*nats.StreamInfo, error) {
	return &nats.StreamInfo{
		Config: nats.StreamConfig{MaxBytes: 1000},
		State:  nats.StreamState{Bytes: f.bytes, FirstSeq: 11, LastSeq: 20, Consumers: len(f.floors) + f.more},
	}, nil
}

func (f *full) Consumers(string, ...nats.JSOpt) <-chan *nats.ConsumerInfo {
	all := make(chan *nats.ConsumerInfo, len(f.floors))
	for _, floor := range f.floors {
		all <- &nats.ConsumerInfo{AckFloor: nats.SequenceInfo{Stream: floor}}
	}
	close(all)
	return all
}

func (f *full) PurgeStream(_ string, opts ...nats.JSOpt) error {
	for _, o := range opts {
		if r, ok := o.(*nats.StreamPurgeRequest); ok {
			f.purged = r.Sequence
		}
	}
	return nil
}

func TestOnlyWhatAllHaveAcknowledgedIsTrimmed(t *testing.T) {
	for name, c := range map[string]struct {
		stream full
		want   uint64
	}{
		"half full":                 {full{bytes: 500, floors: []uint64{20}}, 0},
		"all is read":               {full{bytes: 501, floors: []uint64{20, 20}}, 21},
		"one is behind":             {full{bytes: 501, floors: []uint64{20, 14}}, 15},
		"one has read nothing":      {full{bytes: 501, floors: []uint64{20, 0}}, 0},
		"nothing new is read":       {full{bytes: 501, floors: []uint64{10}}, 0},
		"nobody has come yet":       {full{bytes: 501}, 0},
		"the list of them is short": {full{bytes: 501, floors: []uint64{20}, more: 1}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			if err := trimOnce(t.Context(), &c.stream, "orders"); err != nil {
				t.Fatal(err)
			}
			if c.stream.purged != c.want {
				t.Errorf("purged up to %d, not %d", c.stream.purged, c.want)
			}
		})
	}
}
