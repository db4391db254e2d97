#!/usr/bin/env bash
# PostgreSQL whose postmaster is stopped by SIGSTOP: who notices?
#
# Versions: PostgreSQL 15 (Debian package postgresql-15).
# The likely guess: the server is frozen. A test that stops the pid in postmaster.pid rehearses a database that hangs.
# The behaviour: each connection has a process of its own, which the postmaster only starts. A connection that is there
#   reads, writes and commits on as if nothing were. A new connection is accepted by the kernel and waits without an
#   error, so a client with a pool sees nothing until its pool grows or renews a connection.
set -euo pipefail

tmp=$(mktemp -d)
pid=
client=
cleanup() {
  if [[ -n $client ]]; then kill "$client" 2>/dev/null || true; fi
  if [[ -n $pid ]]; then
    kill -CONT "$pid" 2>/dev/null || true
    kill -INT "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  fi
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

bin=/usr/lib/postgresql/15/bin
if [[ ! -x $bin/postgres ]] || ! command -v psql >/dev/null; then
  apt-get install -y --no-install-recommends postgresql-15 postgresql-client-15 >&2
fi
"$bin/postgres" --version

as=()
if ((EUID == 0)); then # the server does not run as root
  chown postgres "$tmp"
  as=(setpriv --reuid postgres --regid postgres --init-groups)
fi
cd "$tmp"
"${as[@]}" "$bin/initdb" -D "$tmp/data" -A trust -U finding --no-sync >"$tmp/initdb.log"
port=$(free_port)
"${as[@]}" "$bin/postgres" -D "$tmp/data" -h 127.0.0.1 -p "$port" -k "$tmp" >"$tmp/log" 2>&1 &
pid=$! # setpriv becomes the postmaster, so this is its pid
url="host=127.0.0.1 port=$port user=finding dbname=postgres connect_timeout=3"
for _ in {1..100}; do
  if "$bin/pg_isready" -q -d "$url"; then break; fi
  sleep 0.1
done
if [[ $(head -1 "$tmp/data/postmaster.pid") != "$pid" ]]; then echo "no server to look at"; exit 1; fi

# One connection, opened before the stop and fed through a pipe.
mkfifo "$tmp/in"
psql -X -q -At -d "$url" <"$tmp/in" >"$tmp/out" 2>&1 &
client=$!
exec 4>"$tmp/in"
# ask SQL: the answer's last line, or "no answer" after 5 s.
ask() {
  local n
  n=$(wc -l <"$tmp/out")
  echo "$1" >&4
  for _ in {1..50}; do
    if (($(wc -l <"$tmp/out") > n)); then tail -1 "$tmp/out"; return; fi
    sleep 0.1
  done
  echo "no answer"
}
ask "CREATE TABLE t (n int);" >/dev/null

kill -STOP "$pid"
for _ in {1..50}; do
  state=$(ps -o state= -p "$pid")
  if [[ $state == T* ]]; then break; fi
  sleep 0.1
done
echo "the postmaster's state: $state (T is stopped)"

bad=0
seen=$(ask "INSERT INTO t VALUES (1) RETURNING 'committed';")
echo "a write on the connection that is there   guess: no answer   seen: $seen"
if [[ $seen != committed ]]; then bad=1; fi
seen=$(ask "SELECT count(*) || ' row' FROM t;")
echo "a read on the connection that is there    guess: no answer   seen: $seen"
if [[ $seen != "1 row" ]]; then bad=1; fi
start=$SECONDS
seen=$(timeout 20 psql -X -At -d "$url" -c 'SELECT 1' 2>&1 | tail -1) || true
echo "a new connection, with a timeout of 3 s   guess: hangs       seen after $((SECONDS - start)) s: $seen"
if [[ $seen != *"timeout expired"* ]]; then bad=1; fi

kill -CONT "$pid"
seen=$(timeout 20 psql -X -At -d "$url" -c "SELECT 'answered'" 2>&1 | tail -1) || true
echo "a new connection after SIGCONT            guess: answered    seen: $seen"
if [[ $seen != answered ]]; then bad=1; fi

exec 4>&-
if ((bad)); then
  echo "CHANGED: a stopped postmaster shows in another way than stated above."
  exit 1
fi
echo "AS STATED: with the postmaster stopped, a connection that is there reads and writes; only new ones hang."
