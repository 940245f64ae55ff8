#!/usr/bin/env bash
# Measures how long portseal takes to start: `portseal version`, and `portseal scan` of one closed port of this machine, as a whole and up to
# its first connection (as whoever listens sees it), the median of 20 (or as many as the first argument says). It prints the page and writes
# bench/START.md, or the file that the second argument names. Linux. Run nothing else meanwhile: what the processors had to do is measured too.
set -euo pipefail
cd "$(dirname "$0")/.."
times=${1:-20} page=${2:-bench/START.md}

export CGO_ENABLED=0
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
go build -trimpath -ldflags="-s -w" -o "$dir/" ./cmd/portseal ./bench/first
portseal=$dir/portseal

median() { sort -n | awk '{v[NR] = $1} END {printf "%.1f | %.1f | %.1f", (v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2, v[1], v[NR]}'; }

row() { # WHAT COMMAND...: the whole command, and what the processors did for it
  local what=$1 runs=() TIMEFORMAT='%R %U %S'
  shift
  for ((i = 0; i < times; i++)); do
    runs+=("$({ time "$@" >/dev/null 2>&1 || true; } 2>&1)")
  done
  echo "| $what, from begin to end | $(printf '%s\n' "${runs[@]}" | awk '{print $1 * 1000}' | median) |"
  echo "| $what, processor time | $(printf '%s\n' "${runs[@]}" | awk '{print ($2 + $3) * 1000}' | median) |"
}

{
  cat <<END
# The start of portseal, measured

Written by \`make bench-start\` on $(date -u '+%Y-%m-%d %H:%M UTC'). Milliseconds, of $times starts each. Port 1 of 127.0.0.1 is closed.

- Machine: $(nproc) processors ($(awk -F': ' '/model name/ {print $2; exit}' /proc/cpuinfo)), Linux $(uname -r); load average $(cut -d' ' -f1 /proc/loadavg) at the start.
- Program: $(stat -c %s "$portseal" | awk '{printf "%.0f", $1 / 1e6}') MB, $(go env GOVERSION). Its own SHA-256, which every report has, is computed beside the scan.
- What libraries do before main (GODEBUG=inittrace=1): $(for i in 1 2 3 4 5; do GODEBUG=inittrace=1 "$portseal" version 2>&1 >/dev/null | awk '/^init / {s += $5} END {print s}'; done | sort -n | awk 'NR == 1 {printf "%.1f", $1}') ms, the least of five.

| | median | least | most |
|---|---|---|---|
$(row '`portseal version`' "$portseal" version)
$(row '`portseal scan 127.0.0.1:1`' "$portseal" scan 127.0.0.1:1)
| \`portseal scan\` of a port that is open, up to its first connection | $("$dir/first" "$times" "$portseal" scan {} | median) |

The aim: on an idle machine a scan has begun, and made its first connection, within 50 ms, and what only the service needs is not begun by it. With a load average above the number of
processors the times from begin to end say more about the machine than about portseal. Load average at the end: $(cut -d' ' -f1 /proc/loadavg).
END
} | tee "$page"
