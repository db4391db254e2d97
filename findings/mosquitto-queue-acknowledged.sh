#!/usr/bin/env bash
# Mosquitto: events at QoS 1 for a subscriber that is away.
#
# Versions: Mosquitto 2.0.11 (Debian packages mosquitto and mosquitto-clients), its default settings, MQTT 3.1.1.
# The likely guess: QoS 1 is "at least once". What the broker has acknowledged to the publisher reaches a subscriber
#   with a session that is kept (clean session off) when it comes back, or the publisher is told that there is no
#   room.
# The behaviour: of a session that is away the broker keeps 1,000 events (max_queued_messages) and drops those that
#   come later, while it acknowledges each of them. The publisher sees nothing but success. The broker's log has one
#   line for the client. max_queued_messages 0 lifts the limit.
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

mosquitto=$(PATH=$PATH:/usr/sbin command -v mosquitto || true)
if [[ -z $mosquitto ]] || ! command -v mosquitto_sub >/dev/null; then
  apt-get install -y --no-install-recommends mosquitto mosquitto-clients >&2
  mosquitto=/usr/sbin/mosquitto
fi
dpkg-query -W mosquitto mosquitto-clients

# round LINE SENT: sends so many events for a subscriber that is away, and writes to got what it has when it is back.
# LINE is one more line for the settings.
round() {
  local port
  port=$(free_port)
  printf 'listener %s 127.0.0.1\nallow_anonymous true\n%s\n' "$port" "$1" >conf
  "$mosquitto" -c conf >log 2>&1 &
  pid=$!
  local sub=(mosquitto_sub -h 127.0.0.1 -p "$port" -i away -c -q 1 -t orders)
  for _ in {1..50}; do
    if "${sub[@]}" -E >/dev/null 2>&1; then break; fi # subscribes and leaves
    sleep 0.1
  done
  seq "$2" | timeout 60 mosquitto_pub -h 127.0.0.1 -p "$port" -q 1 -t orders -l # ends when all are acknowledged
  "${sub[@]}" -W 5 >got 2>/dev/null || true
  kill "$pid"
  wait "$pid" || true
  pid=
}

round '' 1500
kept=$(wc -l <got)
last=$(tail -1 got)
echo "default settings:       sent and acknowledged: 1500  guess: 1500 arrive  seen: $kept arrive, the last is $last"
echo "what the broker's log says of it: $(grep -ci drop log || true) line(s)"
round 'max_queued_messages 0' 1500
all=$(wc -l <got)
echo "max_queued_messages 0:  sent and acknowledged: 1500  guess: 1500 arrive  seen: $all arrive"

if ((kept < 1000 || kept > 1100 || all != 1500)); then
  echo "CHANGED: Mosquitto keeps another number of events for a session that is away than stated above."
  exit 1
fi
echo "AS STATED: Mosquitto acknowledges events at QoS 1 that it drops for a subscriber that is away."
