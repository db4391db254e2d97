#!/usr/bin/env bash
# Dapr's publishingScopes: what may an app publish that they do not name?
#
# Versions: github.com/dapr/dapr v1.16.5 (daprd, built here with -tags stablecomponents), the component
#   pubsub.in-memory.
# The likely guess: publishingScopes "shop=orders" is a list of who may publish what. Who is not on it publishes
#   nothing.
# The behaviour: the setting narrows the apps that it names, and leaves all others as they were: an app it does not
#   name publishes to every topic. A list of all senders with protectedTopics, or an entry "other=" with no topic for
#   each other app, is what the guess expects of it.
# The first build of daprd takes about 8 minutes; FINDINGS_CACHE=folder keeps it for the next run.
set -euo pipefail

tmp=$(mktemp -d)
pid=
cleanup() {
  if [[ -n $pid ]]; then kill -KILL "$pid" 2>/dev/null || true; wait "$pid" 2>/dev/null || true; fi
  rm -rf "$tmp"
}
trap cleanup EXIT
cd "$tmp"

cache=${FINDINGS_CACHE:-$tmp/cache}
mkdir -p "$cache"
daprd=$cache/daprd-1.16.5
if [[ ! -x $daprd ]]; then
  mkdir build
  (
    cd build
    go mod init finding.local/daprd
    # As in Dapr's own go.mod, whose replace lines do not count in another module. go-etcd-cron v0.9.2, which Dapr asks
    # for, is not to be had any more.
    for r in dubbo.apache.org/dubbo-go/v3=dubbo.apache.org/dubbo-go/v3@v3.0.3-0.20230118042253-4f159a2b38f3 \
      gopkg.in/couchbaselabs/gocbconnstr.v1=github.com/couchbaselabs/gocbconnstr@v1.0.5 \
      github.com/chenzhuoyu/iasm=github.com/chenzhuoyu/iasm@v0.9.0 \
      github.com/chzyer/logex=github.com/chzyer/logex@v1.2.1 \
      github.com/gobwas/pool=github.com/gobwas/pool@v0.2.1 \
      github.com/toolkits/concurrent=github.com/niean/gotools@v0.0.0-20151221085310-ff3f51fc5c60 \
      github.com/diagridio/go-etcd-cron=github.com/diagridio/go-etcd-cron@v0.9.1; do
      go mod edit -replace "$r"
    done
    go get github.com/dapr/dapr/cmd/daprd@v1.16.5
    GOFLAGS="${GOFLAGS:-} -mod=mod -p=1" nice -n 10 \
      go build -tags stablecomponents -o "$daprd.new" github.com/dapr/dapr/cmd/daprd
    mv "$daprd.new" "$daprd"
  ) >build.log 2>&1 || { tail -20 build.log; exit 1; }
fi
go version -m "$daprd" | awk '$2 ~ /^github.com\/dapr\/(dapr|components-contrib)$/ {print $2, $3}'

mkdir resources
scopes() {
  cat >resources/pubsub.yaml <<YAML
apiVersion: dapr.io/v1alpha1
kind: Component
metadata: { name: pubsub }
spec:
  type: pubsub.in-memory
  version: v1
  metadata:
$(printf '    - { name: %s, value: "%s" }\n' "$@")
YAML
}
cat >config.yaml <<YAML
apiVersion: dapr.io/v1alpha1
kind: Configuration
metadata: { name: finding }
spec:
  metric: { enabled: false }
  nameResolution: { component: sqlite, version: v1, configuration: { connectionString: "$tmp/names.db" } }
YAML

bad=0
base=$((20000 + RANDOM % 10000))
# app ID: starts a daprd for that app, which is stopped by stop.
app() {
  local code ports=() try
  for try in {1..50}; do
    base=$((20000 + (base + 10 * try) % 10000))
    ports=("$base" "$((base + 1))" "$((base + 2))")
    for p in "${ports[@]}"; do
      if (exec 3<>"/dev/tcp/127.0.0.1/$p") 2>/dev/null; then continue 2; fi
    done
    break
  done
  "$daprd" --app-id "$1" --resources-path resources --config config.yaml --log-level error \
    --dapr-listen-addresses 127.0.0.1 --dapr-internal-grpc-listen-address 127.0.0.1 --dapr-http-port "${ports[0]}" \
    --dapr-grpc-port "${ports[1]}" --dapr-internal-grpc-port "${ports[2]}" --enable-metrics=false \
    --placement-host-address '' --scheduler-host-address '' >log 2>&1 &
  pid=$!
  for _ in {1..150}; do
    code=$(curl -s -m 2 -o health -w '%{http_code}' "http://127.0.0.1:$base/v1.0/healthz/outbound" || true)
    if [[ $code == 204 ]]; then return; fi
    sleep 0.2
  done
  echo "daprd does not start:"
  tail -5 log
  exit 1
}
stop() {
  kill "$pid"
  for _ in {1..100}; do
    if ! kill -0 "$pid" 2>/dev/null; then break; fi
    sleep 0.1
  done
  kill -KILL "$pid" 2>/dev/null || true
  wait "$pid" || true
  pid=
}
# publish APP TOPIC GUESS STATED: the status of one publish.
publish() {
  local code
  code=$(curl -s -m 5 -o answer -w '%{http_code}' -H 'Content-Type: application/json' -d '{}' \
    "http://127.0.0.1:$base/v1.0/publish/pubsub/$2" || true)
  printf '  %-6s publishes to %-9s guess: %s  seen: %s\n' "$1" "$2" "$3" "$code"
  if [[ $code != "$4" ]]; then bad=1; fi
}

echo 'publishingScopes "shop=orders" (204 is taken, 403 refused):'
scopes publishingScopes shop=orders
app shop
publish shop orders 204 204
publish shop payments 403 403
stop
app other
publish other orders 403 204
publish other payments 403 204
stop
echo 'publishingScopes "shop=orders;other=":'
scopes publishingScopes 'shop=orders;other='
app other
publish other orders 403 403
stop
echo 'publishingScopes "shop=orders" and protectedTopics "orders":'
scopes publishingScopes shop=orders protectedTopics orders
app other
publish other orders 403 403
stop

if ((bad)); then
  echo "CHANGED: daprd takes and refuses other publishes than stated above."
  exit 1
fi
echo "AS STATED: publishingScopes narrow the apps they name; an app they do not name publishes to every topic."
