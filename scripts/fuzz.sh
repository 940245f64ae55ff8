#!/usr/bin/env bash
# fuzz.sh [TIME]: runs every fuzz target of the tree for TIME (default 5s; or a number of inputs, as 1000x).
# A failing input is kept under testdata/fuzz of its package, where go test finds it from then on.
set -euo pipefail
cd "$(dirname "$0")/.."

time=${1:-5s}
failed=0
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
log=$temp/log program=$temp/fuzz.test
cache=$(go env GOCACHE)/fuzz # where go test -fuzz keeps what it found of interest
module=$(go list -m)

# fuzz TARGET: runs a target of the program, in the package's folder.
fuzz() {
  (cd "$dir" && "$program" -test.run '^$' -test.fuzz "^$1\$" -test.fuzztime "$time" -test.fuzzminimizetime 10x -test.fuzzcachedir "$cache/$module${dir#.}")
}

built=""
while IFS=: read -r file target; do
  dir=$(dirname "$file")
  echo "fuzzing $target in $dir"
  if [ "$dir" != "$built" ]; then # once a package: go test would link it for each target
    built=""
    if ! go test -vet=off -c -fuzz . -ldflags '-s -w' -o "$program" "$dir"; then
      failed=1
      continue
    fi
    built=$dir
  fi
  if fuzz "$target" >"$log" 2>&1; then
    tail -n 2 "$log"
  elif grep -q 'context deadline exceeded' "$log" && ! grep -qE 'Failing input|panic|fatal error' "$log"; then
    # A deadline may be reported as a failure when the time ends between two inputs.
    echo "ended by its time limit, no failing input"
  else
    cat "$log"
    failed=1
  fi
done < <(grep -rnoE --include='*_test.go' '^func Fuzz[A-Za-z0-9_]+\(' . | sed -E 's/:[0-9]+:func /:/; s/\($//' | sort)
exit "$failed"
