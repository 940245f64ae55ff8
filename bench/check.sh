#!/usr/bin/env bash
# Measures how long a check takes, and how much memory, of a report of 1,000 endpoints (or as many as the first argument says: 1000 or 10000)
# that speak TLS 1.2 and 1.3, with ten exchanges each: first the function, then the command, three times. Linux. Run nothing else meanwhile.
set -euo pipefail
cd "$(dirname "$0")/.."

export CGO_ENABLED=0
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
go build -trimpath -ldflags="-s -w" -o "$dir/portseal" ./cmd/portseal
go build -trimpath -ldflags="-s -w" -o "$dir/meter" ./bench/meter

go test ./internal/evidence/replay -run '^$' -bench "^BenchmarkCheck\$/^${1:-1000}\$" -benchtime 3x -keep "$dir/report.json"

ls -l "$dir/report.json" | awk '{printf "report: %.0f MB as JSON\n", $5 / 1e6}'
for _ in 1 2 3; do
  load=$(cut -d' ' -f1 /proc/loadavg)
  "$dir/meter" "$dir/cost.json" 10m "$dir/portseal" report check "$dir/report.json" >"$dir/check.txt"
  echo "portseal report check, at load $load: $(cat "$dir/cost.json")"
done
grep -q '^AGREES' "$dir/check.txt"
