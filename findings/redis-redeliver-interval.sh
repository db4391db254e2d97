#!/usr/bin/env bash
# Dapr's Redis pub/sub component: what redeliverInterval "1s" means.
#
# Versions: github.com/dapr/components-contrib v1.16.5 (that of Dapr 1.16.5), Redis 7.0.15 (Debian).
# The likely guess: "1s" is one second, as for processingTimeout beside it and as the component's own description of
#   its settings has it ("60s" is the default it names).
# The behaviour: processingTimeout understands "1s" and "1000"; redeliverInterval only the number of milliseconds.
#   "1s" is dropped without an error or a line in the log, and the component's default is taken, which is 15 s. An
#   event whose handler has failed then comes again after 15 s instead of 1 to 2 s.
set -euo pipefail

tmp=$(mktemp -d)
pid=
cleanup() {
  if [[ -n $pid ]]; then kill "$pid" 2>/dev/null || true; wait "$pid" 2>/dev/null || true; fi
  rm -rf "$tmp"
}
trap cleanup EXIT
cd "$tmp"

free_port() {
  local p
  for _ in {1..50}; do
    p=$((20000 + RANDOM % 12000))
    if ! (exec 3<>"/dev/tcp/127.0.0.1/$p") 2>/dev/null; then echo "$p"; return; fi
  done
  return 1
}

if ! command -v redis-server >/dev/null || ! command -v redis-cli >/dev/null; then
  apt-get install -y --no-install-recommends redis-server redis-tools >&2
fi
go version
redis-server --version

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
	"github.com/dapr/components-contrib/pubsub/redis"
	"github.com/dapr/kit/logger"
)

func must(err error) {
	if err != nil {
		fmt.Println("FAILED:", err)
		os.Exit(1)
	}
}

// again is how long an event takes to come a second time when its handler has failed at once.
func again(topic, interval string) time.Duration {
	ctx, stop := context.WithTimeout(context.Background(), 40*time.Second)
	defer stop()
	log := logger.NewLogger(topic)
	log.SetOutputLevel(logger.WarnLevel)
	log.SetOutput(os.Stderr)
	c := redis.NewRedisStreams(log)
	must(c.Init(ctx, pubsub.Metadata{Base: metadata.Base{Name: topic, Properties: map[string]string{
		"redisHost": os.Args[1], "consumerID": "finding", "processingTimeout": "1s", "redeliverInterval": interval,
	}}}))
	defer c.Close()
	came := make(chan time.Time, 10)
	must(c.Subscribe(ctx, pubsub.SubscribeRequest{Topic: topic}, func(context.Context, *pubsub.NewMessage) error {
		came <- time.Now()
		if len(came) == 1 {
			return errors.New("the handler wants it again")
		}
		return nil
	}))
	must(c.Publish(ctx, &pubsub.PublishRequest{Topic: topic, Data: []byte("{}")}))
	for len(came) < 2 {
		select {
		case <-ctx.Done():
			must(errors.New("the event did not come again in 40 s"))
		case <-time.After(50 * time.Millisecond):
		}
	}
	first := <-came
	return (<-came).Sub(first)
}

func main() {
	number, words := again("number", "1000"), again("words", "1s")
	fmt.Printf("redeliverInterval %-7q guess: again after 1 to 2 s  seen: after %.1f s\n", "1000", number.Seconds())
	fmt.Printf("redeliverInterval %-7q guess: again after 1 to 2 s  seen: after %.1f s\n", "1s", words.Seconds())
	if number > 5*time.Second || words < 10*time.Second {
		fmt.Println("CHANGED: redeliverInterval is understood in another way than stated above.")
		os.Exit(1)
	}
	fmt.Println(`AS STATED: redeliverInterval "1s" is dropped in silence, and 15 s is taken in its place.`)
}
GO
{
  go mod init finding.local/redeliver
  go get github.com/dapr/components-contrib/pubsub/redis@v1.16.5
  GOFLAGS="${GOFLAGS:-} -p=1" nice -n 10 go build -o finding .
} >build.log 2>&1 || { cat build.log; exit 1; }
go list -m github.com/dapr/components-contrib

port=$(free_port)
redis-server --port "$port" --bind 127.0.0.1 --dir "$tmp" --save '' --appendonly no >"$tmp/log" 2>&1 &
pid=$!
for _ in {1..50}; do
  if [[ $(redis-cli -p "$port" PING 2>&1) == PONG ]]; then break; fi
  sleep 0.1
done
./finding "127.0.0.1:$port"
