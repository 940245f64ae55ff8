#!/usr/bin/env bash
# Simulates 5,000 listeners that are looked at every night for three years, in SQLite, and measures the database and what pages ask of it.
# Writes bench/HISTORY.md. The first argument is how many nights; others go to bench/history (see its --help). Three years take about an hour
# on two processors. Run nothing else meanwhile.
set -euo pipefail
cd "$(dirname "$0")/.."

export CGO_ENABLED=0
nights=${1:-1095}
shift || true
go run ./bench/history -runs "$nights" -o bench/HISTORY.md "$@"
