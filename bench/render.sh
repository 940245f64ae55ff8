#!/usr/bin/env bash
# Measures how long each format takes, and how much memory, for a report of 10,000 endpoints (or as many as the first argument says), and
# then one command that reads the stored report and writes it in every format. It prints the tables and writes bench/RENDERING.md, or the
# file that the second argument names. Linux. Takes a minute. Run nothing else meanwhile.
set -euo pipefail
cd "$(dirname "$0")/.."
endpoints=${1:-10000} page=${2:-bench/RENDERING.md}

export CGO_ENABLED=0
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
go build -trimpath -ldflags="-s -w" -o "$dir/portseal" ./cmd/portseal
go build -trimpath -ldflags="-s -w" -o "$dir/meter" ./bench/meter
go test -c -trimpath -o "$dir/formats.test" ./cmd/portseal
go run ./report/internal/sample/write "$endpoints" >"$dir/report.json"

began=$(cut -d' ' -f1 /proc/loadavg)
(cd cmd/portseal && "$dir/formats.test" -test.run '^$' -test.bench '^BenchmarkFormats$' -test.benchtime 1x -report "$dir/report.json") >"$dir/formats.txt"

outputs=()
for format in $(sed -n 's,^BenchmarkFormats/\([a-z]*\).*,\1,p' "$dir/formats.txt"); do
  outputs+=(-o "$format=$dir/out.$format")
done
measured() { sed -n "s/.*\"$1\":\([0-9a-z]*\).*/\1/p" "$dir/cost.$2.json"; } # KEY RUN
for run in 1 2 3; do
  "$dir/meter" "$dir/cost.$run.json" 10m "$dir/portseal" report convert "$dir/report.json" -o "$dir/out.txt" "${outputs[@]}"
  if [ "$(measured exit "$run")" != 0 ]; then
    echo "bench: portseal report convert ended with $(measured exit "$run")" >&2
    exit 1
  fi
  echo "$(measured wall "$run") $(measured cpu "$run") $(measured peak_kib "$run")"
done >"$dir/runs.txt"

size() { stat -c %s "$1" | awk '{ printf "%.1f", $1 / 1e6 }'; }
{
  cat <<EOF
# Reports in every format, measured

Written by \`make bench-render\` on $(date -u '+%F %R UTC').

- Machine: $(nproc) processors ($(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | sed -n 1p)), $(sed -n 's/^MemTotal: *//p' /proc/meminfo) memory, Linux $(uname -r | cut -d- -f1); load $began at the start, $(cut -d' ' -f1 /proc/loadavg) at the end (the measurement's own work in it).
- Compiler: $(go env GOVERSION).
- Report: $endpoints endpoints, $(size "$dir/report.json") MB as JSON, made by \`report/internal/sample/write\`.

## What it is to reach

| aim | measured | reached |
| --- | --- | --- |
EOF
  # The slowest run counts, and the largest.
  awk -v n="$endpoints" '{ wall = $1 > wall ? $1 : wall; peak = $3 > peak ? $3 : peak }
    END { wall /= 1e9; peak *= 1024 / 1e6
      printf "| %d endpoints read and written in every format in under 10 s | %.1f s | %s |\n", n, wall, wall < 10 ? "yes" : "no"
      printf "| in under 500 MB | %.0f MB | %s |\n", peak, peak < 500 ? "yes" : "no" }' "$dir/runs.txt"
  cat <<EOF

## One command, every format

\`portseal report convert REPORT.json -o FORMAT=FILE ...\`: the report is read, its digest checked, and every format and the table once more written to files.

| run | wall s | CPU s | peak MB |
| --- | --- | --- | --- |
EOF
  awk '{ printf "| %d | %.1f | %.1f | %.0f |\n", NR, $1 / 1e9, $2 / 1e9, $3 * 1024 / 1e6 }' "$dir/runs.txt"
  cat <<EOF

## One format

By itself, once, from a report in memory. The peak is that of the heap, the report itself included.

| format | wall s | peak MB | size MB |
| --- | --- | --- | --- |
EOF
  while read -r name _ ns _ peak _; do
    format=${name#*/} format=${format%-*}
    awk -v f="$format" -v ns="$ns" -v peak="$peak" -v size="$(size "$dir/out.$format")" \
      'BEGIN { printf "| %s | %.2f | %.0f | %s |\n", f, ns / 1e9, peak * 1048576 / 1e6, size }'
  done < <(grep '^BenchmarkFormats/' "$dir/formats.txt")
} >"$dir/page.md"
cat "$dir/page.md"
cp "$dir/page.md" "$page"
