#!/usr/bin/env bash
# Measures portseal beside sslscan, nmap and sslyze on the same listeners, prints the tables and writes bench/RESULTS.md.
# Needs root or the Debian packages of scripts/install-*.sh; sslyze comes from Python's registry where that can be reached.
# Takes a quarter of an hour. Run nothing else meanwhile.
set -euo pipefail
cd "$(dirname "$0")/.."

sslyze=6.3.1 # pinned: two runs are to be comparable
export BENCH_TOOLS="$PWD/.cache/bench"
mkdir -p "$BENCH_TOOLS"

bash scripts/install-test-servers.sh
bash scripts/install-bench-peers.sh

# sslyze is a bonus: whatever fails here, the table says "not available".
if [ "$(cat "$BENCH_TOOLS/sslyze/version" 2>/dev/null)" != "$sslyze" ]; then
  rm -rf "$BENCH_TOOLS/sslyze"
  if python3 -m venv "$BENCH_TOOLS/sslyze" >/dev/null 2>&1 &&
    timeout 180 "$BENCH_TOOLS/sslyze/bin/pip" install --quiet "sslyze==$sslyze" >"$BENCH_TOOLS/pip.log" 2>&1; then
    echo "$sslyze" >"$BENCH_TOOLS/sslyze/version"
  else
    echo "bench: sslyze $sslyze could not be installed: it is left out" >&2
    rm -rf "$BENCH_TOOLS/sslyze"
  fi
fi

export CGO_ENABLED=0
go build -trimpath -ldflags="-s -w" -o "$BENCH_TOOLS/portseal" ./cmd/portseal
go build -trimpath -ldflags="-s -w" -o "$BENCH_TOOLS/meter" ./bench/meter
go build -trimpath -o "$BENCH_TOOLS/wide" ./bench/wide
go build -trimpath -o "$BENCH_TOOLS/loop" ./bench/loop
go build -trimpath -ldflags="-s -w" -o "$BENCH_TOOLS/read" ./bench/read
go test -c -tags bench -o "$BENCH_TOOLS/bench.test" ./bench

cd bench
exec "$BENCH_TOOLS/bench.test" -test.run '^TestMeasure$' -test.count=1 -test.timeout=30m
