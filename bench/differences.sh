#!/usr/bin/env bash
# Looks at some forty servers with portseal, sslscan, nmap, sslyze and (three of them) testssl.sh, and writes every difference to bench/DIFFERENCES.md.
# With an argument only at the servers whose name matches it, and prints the differences. Takes about half an hour; with
# TESTSSL=all testssl.sh looks at all of them, which takes hours. What each scanner wrote stays in
# .cache/bench/differences.
set -euo pipefail
cd "$(dirname "$0")/.."

export BENCH_TOOLS="$PWD/.cache/bench"
bash scripts/install-test-servers.sh
bash scripts/install-bench-peers.sh
bash scripts/install-bench-sslyze.sh "$BENCH_TOOLS"

export CGO_ENABLED=0
go build -trimpath -ldflags="-s -w" -o "$BENCH_TOOLS/portseal" ./cmd/portseal
go test -c -tags bench -o "$BENCH_TOOLS/differ.test" ./bench/differ

cd bench/differ
exec nice "$BENCH_TOOLS/differ.test" -test.run "^TestDifferences\$/(${1:-})" -test.count=1 -test.timeout=0
