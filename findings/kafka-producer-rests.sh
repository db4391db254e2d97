#!/usr/bin/env bash
# sarama, the Kafka client of Dapr's Kafka pub/sub: a broker that was away is back.
#
# Versions: github.com/IBM/sarama v1.45.2 (that of Dapr 1.16.5); the broker is
#   github.com/twmb/franz-go/pkg/kfake v0.0.0-20260918054303-01f206a7e32c, which speaks Kafka's protocol in the
#   process.
# The likely guess: a producer asks for the broker with each message, so the first one after its return arrives; how
#   long it tries is what Producer.Retry and Metadata.Retry say.
# The behaviour: after three failures a breaker in the producer, which no setting reaches, refuses every message of the
#   partition for 10 s, "circuit breaker is open", while another producer, made anew, publishes at once. The text is that
#   of Dapr's own breakers, whose settings change nothing here. Who measures the recovery of a service sees 0 to 10 s,
#   by when in those 10 s the broker came back.
set -euo pipefail

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"
go version

cat >main.go <<'GO'
package main

import (
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/IBM/sarama"
	"github.com/twmb/franz-go/pkg/kfake"
)

func must(err error) {
	if err != nil {
		fmt.Println("FAILED:", err)
		os.Exit(1)
	}
}

const port = 29092

func broker() *kfake.Cluster {
	b, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.Ports(port), kfake.SeedTopics(1, "orders"))
	must(err)
	return b
}

func producer() sarama.SyncProducer {
	c := sarama.NewConfig()
	c.Producer.Return.Successes = true
	c.Producer.Retry.Max, c.Producer.Retry.Backoff = 1, 50*time.Millisecond
	c.Metadata.Retry.Max, c.Metadata.Retry.Backoff = 1, 50*time.Millisecond
	p, err := sarama.NewSyncProducer([]string{fmt.Sprintf("127.0.0.1:%d", port)}, c)
	must(err)
	return p
}

func publish(p sarama.SyncProducer) error {
	_, _, err := p.SendMessage(&sarama.ProducerMessage{Topic: "orders", Value: sarama.StringEncoder("event")})
	return err
}

func main() {
	b := broker()
	old := producer()
	must(publish(old))
	b.Close()
	var opened time.Time
	for end := time.Now().Add(20 * time.Second); opened.IsZero() && time.Now().Before(end); {
		if err := publish(old); err != nil && strings.Contains(err.Error(), "circuit breaker is open") {
			opened = time.Now()
		}
	}
	fmt.Println("the broker is away; the producer's breaker has opened:", !opened.IsZero())

	b = broker()
	defer b.Close()
	back := time.Now()
	must(publish(producer()))
	fmt.Printf("the broker is back; a new producer published after %.1f s\n", time.Since(back).Seconds())
	var err error
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if err = publish(old); err == nil {
			break
		}
	}
	took := time.Since(back)
	fmt.Printf("the old one published after %.0f s, with one message each 50 ms\n", took.Seconds())
	if opened.IsZero() || err != nil || took < 5*time.Second {
		fmt.Println("CHANGED")
		os.Exit(1)
	}
	fmt.Println("AS STATED")
}
GO
{
  go mod init finding.local/kafka
  go get github.com/IBM/sarama@v1.45.2 github.com/twmb/franz-go@v1.22.3 \
    github.com/twmb/franz-go/pkg/kfake@v0.0.0-20260918054303-01f206a7e32c
  GOFLAGS="${GOFLAGS:-} -p=1" nice -n 10 go build -o finding .
} >build.log 2>&1 || { cat build.log; exit 1; }
go list -m github.com/IBM/sarama github.com/twmb/franz-go/pkg/kfake
timeout 90 ./finding
