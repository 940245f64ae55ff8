#!/usr/bin/env bash
# Measures how long each format takes, and how much memory, for a report of 10,000 endpoints (or as many as the first argument says), and
# then one command that reads the stored report and writes it in every format. Linux. Run nothing else meanwhile.
set -euo pipefail
cd "$(dirname "$0")/.."

export CGO_ENABLED=0
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
go build -trimpath -ldflags="-s -w" -o "$dir/portseal" ./cmd/portseal
go build -trimpath -ldflags="-s -w" -o "$dir/meter" ./bench/meter
go run ./report/internal/sample/write "${1:-10000}" >"$dir/report.json"
ls -l "$dir/report.json" | awk '{printf "report: %.0f MB as JSON\n", $5 / 1e6}'

go test ./cmd/portseal -run '^$' -bench '^BenchmarkFormats$' -benchtime 1x -report "$dir/report.json"

outputs=()
for format in $("$dir/portseal" report convert --help | sed -n 's/.*--format FORMAT  *FORMAT of the result: \(.*\) (default.*/\1/p' | sed 's/,\| or / /g'); do
  outputs+=(-o "$format=$dir/out.$format")
done
"$dir/meter" "$dir/cost.json" 10m "$dir/portseal" report convert "$dir/report.json" -o "$dir/out.txt" "${outputs[@]}"
echo "portseal report convert, every format: $(cat "$dir/cost.json")"
ls -l "$dir"/out.* | awk '{sub(".*/out.", "", $NF); printf "%-10s %6.1f MB\n", $NF, $5 / 1e6}'
