#!/usr/bin/env bash
# race.sh: runs the tests with the race detector, of every package that starts goroutines, in its code or its tests, or is built from one
# of the module that does. The others cannot race, and to build them a second time costs more than a minute. Package scan counts for
# itself and for whoever makes a Runner: all others import it for its types. With -l it only lists the packages.
set -euo pipefail
cd "$(dirname "$0")/.."

module=$(go list -m)
# goroutines of the language, of sync and errgroup, of the testing packages, and of what calls back
starts='\bgo func|^[[:space:]]*go [A-Za-z_.]+\(|\.(Try)?Go\(|AfterFunc\(|NotifyContext\(|iter\.Pull|\.Parallel\(|RunParallel\(|testscript\.Run|httptest\.|http\.(Serve|Server|Listen)|scan\.Runner\{'
packages=$(
  {
    grep -rlE --include='*.go' "$starts" . | grep -v -e /testdata/ -e '^./\.' | sed -E "s|^\./|$module/|; s|/[^/]*$| starts|" | sort -u
    # of a test binary all that it is built from; "p [q.test]" is p, built for the tests of q
    go list -test -f '{{.ImportPath}} {{join .Deps " "}}' ./... | grep -E '^[^ ]+\.test ' | sed -E 's/ \[[^]]*\]//g'
  } | awk -v scan="$module/scan" -v servers="$module/internal/tlstest" '
    $2 == "starts" { starts[$1]; next }
    {
      package = $1
      sub(/\.test$/, "", package)
      if (package == servers) next # servers in other processes, which the other packages start as well
      found = package in starts
      for (i = 2; i <= NF && !found; i++) {
        sub(/_test$/, "", $i)
        found = $i in starts && $i != scan
      }
      if (found) print package
    }'
)
if [ "${1:-}" = -l ]; then
  echo "$packages"
  exit
fi

# A program that was built for the race detector sleeps a second before it ends, by default, so that goroutines that it leaves may still
# race; the scripts of cmd/portseal run it a thousand times. GORACE that is set already has the last word.
export GORACE="atexit_sleep_ms=20 ${GORACE:-}"
CGO_ENABLED=1 go test -race -vet=off -timeout 60m $packages # make lint vets
