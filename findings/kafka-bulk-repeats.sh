#!/usr/bin/env bash
# Dapr's Kafka pub/sub component: one event of a bulk delivery fails.
#
# Versions: github.com/dapr/components-contrib v1.16.5 (that of Dapr 1.16.5); the broker is
#   github.com/twmb/franz-go/pkg/kfake v0.0.0-20260918054303-01f206a7e32c, which speaks Kafka's protocol in the
#   process.
# The likely guess: the answer to a bulk names each event's result, so the one that failed comes again, and those that
#   were taken do not.
# The behaviour: the component answers the broker by the results, but retries with the whole bulk as it was. An event
#   that was taken comes again for as long as another one of its bulk fails, those before the failed one included. A
#   handler needs a memory of what it has done even while nothing crashes.
set -euo pipefail

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"
go version

cat >main.go <<'GO'
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/dapr/components-contrib/metadata"
	"github.com/dapr/components-contrib/pubsub"
	"github.com/dapr/components-contrib/pubsub/kafka"
	"github.com/dapr/kit/logger"
	"github.com/twmb/franz-go/pkg/kfake"
)

func must(err error) {
	if err != nil {
		fmt.Println("FAILED:", err)
		os.Exit(1)
	}
}

func main() {
	broker, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.SeedTopics(1, "orders"))
	must(err)
	defer broker.Close()
	ctx, stop := context.WithTimeout(context.Background(), time.Minute)
	defer stop()
	log := logger.NewLogger("finding")
	log.SetOutputLevel(logger.FatalLevel)
	c := kafka.NewKafka(log)
	must(c.Init(ctx, pubsub.Metadata{Base: metadata.Base{Properties: map[string]string{
		"brokers": broker.ListenAddrs()[0], "authType": "none", "consumerGroup": "finding", "initialOffset": "oldest",
		"consumeRetryInterval": "200ms",
	}}}))
	for _, event := range []string{"first", "second", "third"} {
		must(c.Publish(ctx, &pubsub.PublishRequest{Topic: "orders", Data: []byte(event)}))
	}

	bulks := make(chan []string, 10)
	n := 0
	handler := func(_ context.Context, m *pubsub.BulkMessage) ([]pubsub.BulkSubscribeResponseEntry, error) {
		n++
		var names []string
		var results []pubsub.BulkSubscribeResponseEntry
		var failed error
		for _, e := range m.Entries {
			names = append(names, string(e.Event))
			result := pubsub.BulkSubscribeResponseEntry{EntryId: e.EntryId}
			if string(e.Event) == "third" && n == 1 {
				failed = errors.New("not now")
				result.Error = failed
			}
			results = append(results, result)
		}
		bulks <- names
		return results, failed
	}
	must(c.(pubsub.BulkSubscriber).BulkSubscribe(ctx, pubsub.SubscribeRequest{
		Topic:               "orders",
		BulkSubscribeConfig: pubsub.BulkSubscribeConfig{MaxMessagesCount: 3, MaxAwaitDurationMs: 20_000},
	}, handler))

	var seen [2]string
	for i := range seen {
		select {
		case names := <-bulks:
			seen[i] = fmt.Sprint(names)
		case <-ctx.Done():
			must(fmt.Errorf("delivery %d did not come in a minute", i+1))
		}
	}
	fmt.Println("the delivery of which third failed                          seen:", seen[0])
	fmt.Println("the next one                               guess: [third]  seen:", seen[1])
	if whole := "[first second third]"; seen[0] != whole || seen[1] != whole {
		fmt.Println("CHANGED: after a failure other events come again than stated above.")
		os.Exit(1)
	}
	fmt.Println("AS STATED: one failed event of a bulk brings all events of that bulk again.")
	os.Exit(0) // the component's own end waits for its group
}
GO
{
  go mod init finding.local/kafka
  go get github.com/dapr/components-contrib/pubsub/kafka@v1.16.5 github.com/twmb/franz-go@v1.22.3 \
    github.com/twmb/franz-go/pkg/kfake@v0.0.0-20260918054303-01f206a7e32c
  GOFLAGS="${GOFLAGS:-} -p=1" nice -n 10 go build -o finding .
} >build.log 2>&1 || { cat build.log; exit 1; }
go list -m github.com/dapr/components-contrib github.com/twmb/franz-go/pkg/kfake
timeout 90 ./finding
