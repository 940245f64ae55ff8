#!/usr/bin/env bash
# Measures portseal beside sslscan, nmap and sslyze on the same listeners, prints the tables and writes bench/RESULTS.md.
# Needs root or the Debian packages of scripts/install-*.sh; sslyze comes from Python's registry where that can be reached.
# Takes a quarter of an hour. Run nothing else meanwhile.
set -euo pipefail
cd "$(dirname "$0")/.."

export BENCH_TOOLS="$PWD/.cache/bench"
mkdir -p "$BENCH_TOOLS"

bash scripts/install-test-servers.sh
bash scripts/install-bench-peers.sh
bash scripts/install-bench-sslyze.sh "$BENCH_TOOLS"

export CGO_ENABLED=0
go build -trimpath -ldflags="-s -w" -o "$BENCH_TOOLS/portseal" ./cmd/portseal
go build -trimpath -ldflags="-s -w" -o "$BENCH_TOOLS/meter" ./bench/meter
go build -trimpath -o "$BENCH_TOOLS/wide" ./bench/wide
go build -trimpath -o "$BENCH_TOOLS/loop" ./bench/loop
go build -trimpath -ldflags="-s -w" -o "$BENCH_TOOLS/read" ./bench/read
go test -c -tags bench -o "$BENCH_TOOLS/bench.test" ./bench

cd bench
exec "$BENCH_TOOLS/bench.test" -test.run '^TestMeasure$' -test.count=1 -test.timeout=30m
