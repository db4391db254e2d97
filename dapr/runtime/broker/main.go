// Command broker is a NATS JetStream server in one small process, with the streams of this system already there: the
// Dapr component looks streams up and never makes them.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
)

func main() {
	addr := flag.String("addr", "127.0.0.1:4222", "where to listen")
	data := flag.String("data", ".data/broker", "where the streams are kept")
	others := flag.String("streams", "", "make the streams on the server at this URL, and end")
	bytes := flag.Int64("topic-bytes", 1<<30, "limit of a topic's stream, at which new events are refused; the server sets so much of its disk aside, or what it has")
	flag.Parse()
	if *bytes < leastBytes {
		fmt.Fprintln(os.Stderr, "broker: -topic-bytes must be at least", leastBytes)
		os.Exit(2)
	}
	if *others != "" {
		if err := ensureStreams(*others, *bytes); err != nil {
			fmt.Fprintln(os.Stderr, "broker:", err)
			os.Exit(1)
		}
		return
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *addr, *data, *bytes); err != nil {
		fmt.Fprintln(os.Stderr, "broker:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, addr, data string, topicBytes int64) error {
	host, digits, err := net.SplitHostPort(addr)
	if err != nil {
		return err
	}
	port, err := strconv.Atoi(digits)
	if err != nil {
		return fmt.Errorf("-addr %s: the port must be a number", addr)
	}
	ns, err := server.NewServer(&server.Options{
		ServerName: "orderly",
		Host:       host,
		Port:       port,
		JetStream:  true,
		StoreDir:   data,
		NoSigs:     true,
		// An event is acknowledged once it is written to the file, before it is synced to the disk. So it survives
		// kill -9 of this process; what a power cut may take is the last second. Syncing every write
		// (SyncAlways) would close that gap for some milliseconds per event. The state stores make the same
		// choice, and an event they hold as unsent is sent again.
		SyncInterval: time.Second,
		MaxPayload:   8 << 20,
	})
	if err != nil {
		return err
	}
	ns.SetLogger(stderr{}, false, false)
	ns.Start()
	defer ns.WaitForShutdown()
	defer ns.Shutdown()
	if !ns.ReadyForConnections(20 * time.Second) {
		return errors.New("not ready after 20 s; is " + addr + " taken?")
	}
	if err := ensureStreams("", topicBytes, nats.InProcessServer(ns)); err != nil {
		return err
	}
	fmt.Println("broker ready on", addr)
	<-ctx.Done()
	return nil
}
