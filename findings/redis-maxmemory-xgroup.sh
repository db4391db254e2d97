#!/usr/bin/env bash
# Redis at maxmemory: which commands of a stream are taken?
#
# Versions: Redis 7.0.15 (Debian package redis-server), maxmemory-policy noeviction.
# The likely guess: reads and acknowledgements work on, and XGROUP CREATE, which stores some bytes of bookkeeping and is
#   no data, works like them. Or: all writes are refused, XACK among them.
# The behaviour: Redis judges by a flag of the command. XADD and XGROUP CREATE are refused with OOM, even on a stream
#   that is there. XREADGROUP is taken although it grows the server's memory by an entry in the pending list for each
#   event. XACK is taken. So a worker that has its group works on, and a worker of a new group cannot start to drain.
set -euo pipefail

tmp=$(mktemp -d)
pid=
cleanup() {
  if [[ -n $pid ]]; then kill "$pid" 2>/dev/null || true; wait "$pid" 2>/dev/null || true; fi
  rm -rf "$tmp"
}
trap cleanup EXIT

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
redis-server --version

port=$(free_port)
redis-server --port "$port" --bind 127.0.0.1 --dir "$tmp" --save '' --appendonly no \
  --maxmemory-policy noeviction >"$tmp/log" 2>&1 &
pid=$!
r() { redis-cli -p "$port" "$@" 2>&1; }
for _ in {1..50}; do
  if [[ $(r PING) == PONG ]]; then break; fi
  sleep 0.1
done

r XGROUP CREATE orders old 0 MKSTREAM >/dev/null
for i in {1..20}; do r XADD orders '*' n "$i" >/dev/null; done
r CONFIG SET maxmemory 1 >/dev/null # less than is in use: the server is at its limit from here on

bad=0
# expect GUESS SEEN COMMAND... runs the command; SEEN is "taken" or "OOM".
expect() {
  local guess=$1 want=$2 out seen=taken
  shift 2
  out=$(r "$@")
  if [[ $out == OOM* ]]; then seen=OOM; elif [[ $out == *ERR* || $out == *"not connect"* ]]; then seen="$out"; fi
  printf '%-44s guess: %-6s seen: %s\n' "$*" "$guess" "$seen"
  if [[ $seen != "$want" ]]; then bad=1; fi
}
expect OOM OOM XADD orders '*' n 21
expect taken OOM XGROUP CREATE orders new 0
before=$(r XPENDING orders old | head -1)
expect taken taken XREADGROUP GROUP old worker COUNT 20 STREAMS orders '>'
after=$(r XPENDING orders old | head -1)
echo "entries in the pending list, before and after the read: $before, $after"
if [[ $before != 0 || $after != 20 ]]; then bad=1; fi
first=$(r XRANGE orders - + COUNT 1 | head -1)
expect OOM taken XACK orders old "$first"
left=$(r XPENDING orders old | head -1)
echo "entries in the pending list after the XACK: $left"
if [[ $left != 19 ]]; then bad=1; fi

if ((bad)); then
  echo "CHANGED: this Redis at maxmemory does not refuse and take the commands as stated above."
  exit 1
fi
echo "AS STATED: at maxmemory XGROUP CREATE is refused with OOM, while XREADGROUP and XACK are taken."
