#!/usr/bin/env bash
# fuzz.sh [TIME]: runs every fuzz target of the tree for TIME (default 5s; or a number of inputs, as 1000x).
# A failing input is kept under testdata/fuzz of its package, where go test finds it from then on.
set -euo pipefail
cd "$(dirname "$0")/.."

time=${1:-5s}
failed=0
log=$(mktemp)
trap 'rm -f "$log"' EXIT

while IFS=: read -r file target; do
  dir=$(dirname "$file")
  echo "fuzzing $target in $dir"
  if go test -vet=off -run '^$' -fuzz "^$target\$" -fuzztime "$time" -fuzzminimizetime 10x "$dir" >"$log" 2>&1; then
    tail -n 1 "$log"
  elif grep -q 'context deadline exceeded' "$log" && ! grep -qE 'Failing input|panic|fatal error' "$log"; then
    # The go command may report its own deadline as a failure when the time ends between two inputs.
    echo "ended by its time limit, no failing input"
  else
    cat "$log"
    failed=1
  fi
done < <(grep -rnoE --include='*_test.go' '^func Fuzz[A-Za-z0-9_]+\(' . | sed -E 's/:[0-9]+:func /:/; s/\($//' | sort)
exit "$failed"
