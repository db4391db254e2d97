package main

import (
	"bytes"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
)

// started returns a server with the streams in dir, on a disk of so many bytes, or all there are if 0.
func started(t *testing.T, dir string, disk int64) *server.Server {
	t.Helper()
	ns, err := server.NewServer(&server.Options{DontListen: true, JetStream: true, StoreDir: dir, NoSigs: true, JetStreamMaxStore: disk})
	if err != nil {
		t.Fatal(err)
	}
	ns.Start()
	t.Cleanup(ns.Shutdown)
	if !ns.ReadyForConnections(10 * time.Second) {
		t.Fatal("not ready")
	}
	return ns
}

func jetstream(t *testing.T, ns *server.Server) nats.JetStreamContext {
	t.Helper()
	conn, err := nats.Connect("", nats.InProcessServer(ns))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(conn.Close)
	js, err := conn.JetStream()
	if err != nil {
		t.Fatal(err)
	}
	return js
}

var event = bytes.Repeat([]byte("x"), 10_000)

// A full topic refuses what is new and keeps what it has, and takes events again when there is room.
func TestAFullTopicRefusesAndKeeps(t *testing.T) {
	ns := started(t, t.TempDir(), 0)
	for range 2 { // the second start finds the streams there
		if err := ensureStreams("", 1<<20, nats.InProcessServer(ns)); err != nil {
			t.Fatal(err)
		}
	}
	js, taken := jetstream(t, ns), uint64(0)
	for ; ; taken++ {
		if _, err := js.Publish("orders", event); err != nil {
			t.Logf("after %d events: %v", taken, err)
			break
		}
		if taken > 1000 {
			t.Fatal("it takes more than its limit")
		}
	}
	info, err := js.StreamInfo("orders")
	if err != nil || info.State.FirstSeq != 1 || info.State.Msgs != taken {
		t.Fatalf("%d events were taken, and it has %+v (%v)", taken, info.State, err)
	}
	if err := js.PurgeStream("orders", &nats.StreamPurgeRequest{Sequence: taken / 2}); err != nil {
		t.Fatal(err)
	}
	if _, err := js.Publish("orders", event); err != nil {
		t.Errorf("with room again: %v", err)
	}
}

// A stream that was made without a limit, and has more than that by now, loses nothing by getting one.
func TestAStreamThatIsLargerThanItsNewLimitKeepsAll(t *testing.T) {
	ns := started(t, t.TempDir(), 0)
	js := jetstream(t, ns)
	before := stream("orders", 0)
	before.MaxBytes, before.Discard = -1, nats.DiscardOld
	if _, err := js.AddStream(&before); err != nil {
		t.Fatal(err)
	}
	for range 300 {
		if _, err := js.Publish("orders", event); err != nil {
			t.Fatal(err)
		}
	}
	if err := ensureStreams("", 1<<20, nats.InProcessServer(ns)); err != nil {
		t.Fatal(err)
	}
	if info, err := js.StreamInfo("orders"); err != nil || info.State.Msgs != 300 {
		t.Errorf("%+v %v", info, err)
	}
	if _, err := js.Publish("orders", event); err == nil {
		t.Error("it takes more")
	}
}

// The cluster's volume of 1 GiB, of which JetStream takes three quarters, has room for the limit that
// k8s/sets/embedded sets.
func TestTheVolumeOfTheClusterIsLargeEnough(t *testing.T) {
	ns := started(t, t.TempDir(), 768<<20)
	if err := ensureStreams("", 256<<20, nats.InProcessServer(ns)); err != nil {
		t.Fatal(err)
	}
	for topic, limit := range map[string]int64{"orders": 256 << 20, "stock": 256 << 20, "deadletters": 16 << 20} {
		if info, err := jetstream(t, ns).StreamInfo(topic); err != nil || info.Config.MaxBytes != limit {
			t.Errorf("topic %s: %+v, %v", topic, info, err)
		}
	}
}

// On a small disk the limits are smaller, and a disk that has filled since the last start is no reason not to start.
func TestASmallDiskIsNoReasonNotToStart(t *testing.T) {
	dir := t.TempDir()
	for _, disk := range []int64{100 << 20, 10 << 20, 2 << 20} {
		ns := started(t, dir, disk)
		if err := ensureStreams("", 1<<30, nats.InProcessServer(ns)); err != nil {
			t.Fatalf("with %d bytes: %v", disk, err)
		}
		js := jetstream(t, ns)
		if disk == 100<<20 {
			for range 300 {
				if _, err := js.Publish("orders", event); err != nil {
					t.Fatal(err)
				}
			}
		}
		info, err := js.StreamInfo("orders")
		if err != nil || info.State.Msgs != 300 || info.Config.MaxBytes > 100<<20 || info.Config.MaxBytes < leastBytes {
			t.Errorf("with %d bytes: %+v, %v", disk, info, err)
		}
		ns.Shutdown()
		ns.WaitForShutdown()
	}
}
