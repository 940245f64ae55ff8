#!/usr/bin/env bash
# Measures how long people wait for the overview of `portseal serve` while a run is in progress: 50 users, 100 requests a second of all together,
# for 60 s (or as many as the first argument says), on an estate of 200 listeners that one process on loopback serves. It prints the tables and
# writes bench/SERVICE.md, or the file that the second argument names. Linux. Takes seven minutes. Run nothing else meanwhile.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-60} page=${2:-bench/SERVICE.md}
users=50 rate=100 listeners=200 alone=2000

export CGO_ENABLED=0
dir=$(mktemp -d)
started=()
ended() { # end what was started, and nothing else
  for pid in "${started[@]}"; do kill "$pid" 2>/dev/null || true; done
  wait || true
  rm -rf "$dir"
}
trap ended EXIT
for program in ./cmd/portseal ./bench/load ./bench/wide; do
  go build -trimpath -ldflags="-s -w" -o "$dir/" "$program"
done

mkfifo "$dir/hold"
"$dir/wide" "$listeners" <"$dir/hold" >"$dir/wide.json" &
started+=($!)
exec 9>"$dir/hold" # which ends the listeners when it is closed
until [ -s "$dir/wide.json" ]; do sleep 0.1; done

estate() { # LINE
  printf 'name: bench\n%s\nsystems:\n' "$1"
  grep -o '"port":[0-9]*' "$dir/wide.json" | cut -d: -f2 | awk '
    NR % 10 == 1 { printf "  - name: SYS%02d\n    host: 127.0.0.1\n    listeners:\n", NR / 10 }
    { printf "      - {name: L%d, role: generic, port: %s, expect: tls, versions: [TLSv1.2, TLSv1.3]}\n", NR % 10, $1 }'
}
estate 'schedules: [{name: often, cron: "* * * * *", probes: standard}]' >"$dir/often.yaml"
estate 'schedules: [{name: fast, every: 24h, probes: standard, pace: fast}]' >"$dir/fast.yaml"
estate '' >"$dir/none.yaml"

mkdir -m 700 "$dir/nobody" "$dir/team"
head -c 18 /dev/urandom | base64 >"$dir/password"
chmod 600 "$dir/password"
for i in $(seq "$users"); do
  role=viewer
  if [ "$i" = 1 ]; then role=operator; fi
  "$dir/portseal" user add "user$i" --role "$role" --password-file "$dir/password" --state "$dir/team" 2>/dev/null
  echo "user$i"
done >"$dir/names"
"$dir/portseal" user token add user1 bench --role operator --state "$dir/team" >"$dir/token" 2>/dev/null

serve() { # ESTATE STATE [FLAG...]; sets url and service
  local log="$dir/serve.log" estate=$1 state=$2
  shift 2
  : >"$log"
  "$dir/portseal" serve --estate "$dir/$estate.yaml" --state "$dir/$state" --listen 127.0.0.1:0 "$@" >"$log" 2>"$dir/serve.err" &
  service=$!
  started+=("$service")
  until [ -s "$log" ]; do
    if ! kill -0 "$service" 2>/dev/null; then
      cat "$dir/serve.err" >&2
      exit 1
    fi
    sleep 0.1
  done
  url=$(sed -n 1p "$log")
}
stop() { kill "$service"; wait "$service" || true; }
value() { sed -n "s/.*\"$1\":\"\{0,1\}\([^,\"}]*\).*/\1/p" <<<"$2"; } # KEY JSON
ms() { awk -v v="$1" 'BEGIN { printf v < 10 ? "%.1f" : "%.0f", v }'; }
signed=(-names "$dir/names" -password "$dir/password")

under_load() { # WHAT ESTATE STATE [FLAG of load...]; a row of the first table
  local what=$1 got load at_start=()
  if [ "$2" = often ]; then at_start=(--run-at-start); fi
  serve "$2" "$3" "${at_start[@]}"
  got=$("$dir/load" -users "$users" -rate "$rate" -for "${seconds}s" -ca "$dir/$3/server.crt" "${@:4}" "$url")
  load=$(cut -d' ' -f1 /proc/loadavg)
  echo "| $what | $(value requests "$got") | $(value failed "$got") | $(ms "$(value p50 "$got")") | $(ms "$(value p90 "$got")") | $(ms "$(value p99 "$got")") | $(ms "$(value max "$got")") | $(value runs "$got") | $(awk -v r="$(value running "$got")" 'BEGIN { printf "%.0f %%", r * 100 }') | $(awk '/VmHWM/ { printf "%.0f", $2 / 1024 }' "/proc/$service/status") | $load |"
  echo "$(value p99 "$got") $(value failed "$got") $(value octets "$got") $(value sign_in "$got")" >>"$dir/loads.txt"
  stop
}

spent() { awk '{ print ($14 + $15) }' "/proc/$service/stat"; } # clock ticks of the service
by_itself() { # WHAT STATE "FLAGS of serve" [FLAG of load...]; a row of the second table
  local what=$1 got before flags=() ca=()
  if [ -n "$3" ]; then flags=("$3"); else ca=(-ca "$dir/$2/server.crt"); fi
  serve none "$2" "${flags[@]}"
  "$dir/load" -count 50 "${ca[@]}" "${@:4}" "$url" >/dev/null
  before=$(spent)
  got=$("$dir/load" -count "$alone" "${ca[@]}" "${@:4}" "$url")
  awk -v what="$what" -v p50="$(value p50 "$got")" -v p99="$(value p99 "$got")" -v failed="$(value failed "$got")" -v ticks="$(($(spent) - before))" -v hz="$(getconf CLK_TCK)" -v n="$alone" \
    'BEGIN { printf "| %s | %.2f | %.2f | %.2f | %d |\n", what, ticks * 1000 / hz / n, p50, p99, failed }'
  stop
}

began=$(cut -d' ' -f1 /proc/loadavg)
under_load "nobody has to sign in; run at the default pace" often nobody >"$dir/under.txt"
under_load "all signed in; run at the default pace" often team "${signed[@]}" >>"$dir/under.txt"
under_load "all signed in; one run after the other, at pace fast" fast team "${signed[@]}" -token "$dir/token" -schedule fast >>"$dir/under.txt"
{
  by_itself "plain HTTP, nobody signed in" nobody --plain-http
  by_itself "TLS, nobody signed in" nobody ""
  by_itself "plain HTTP, signed in" team --plain-http "${signed[@]}"
  by_itself "TLS, signed in" team "" "${signed[@]}"
  by_itself "TLS, signed in, a new connection each time" team "" "${signed[@]}" -fresh
} >"$dir/alone.txt"

{
  cat <<EOF
# The service under load, measured

Written by \`make bench-service\` on $(date -u '+%F %R UTC').

- Machine: $(nproc) processors ($(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | sed -n 1p)), $(sed -n 's/^MemTotal: *//p' /proc/meminfo) memory, Linux $(uname -r | cut -d- -f1); load average $began at the start. Who asks, the service, and the listeners that it looks at share it.
- Compiler: $(go env GOVERSION).
- Estate: $listeners TLS listeners of $((listeners / 10)) systems in one process on loopback; the history is SQLite.
- Load: $users users with a TLS connection each, which is kept, ask for the overview ($(awk 'END { printf "%.0f KB", $3 / 1000 }' "$dir/loads.txt")) $rate times a second in all, for $seconds s, at fixed times: what a request waits for another one counts.

## What it is to reach

| aim | measured | reached |
| --- | --- | --- |
EOF
  awk -v users="$users" -v rate="$rate" '{ p99 = $1 > p99 ? $1 : p99; failed += $2 }
    END { printf "| %d users, %d requests/s, a run in progress: 99th percentile under 100 ms | %.0f ms (the slowest row), %d failed | %s |\n", users, rate, p99, failed, p99 < 100 && !failed ? "yes" : "no" }' "$dir/loads.txt"
  cat <<EOF

## Under load

| | requests | failed | p50 ms | p90 ms | p99 ms | max ms | runs | a run in progress | peak MB | load average after |
| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
EOF
  cat "$dir/under.txt"
  cat <<EOF

Signing in took $(awk 'END { printf "%.0f ms", $4 }' "$dir/loads.txt") (median; argon2id is meant to be slow).

## What one request costs

One user, $alone requests one after the other, no run. CPU is the service's.

| | CPU ms a request | p50 ms | p99 ms | failed |
| --- | --- | --- | --- | --- |
EOF
  cat "$dir/alone.txt"
} >"$dir/page.md"
cat "$dir/page.md"
cp "$dir/page.md" "$page"
