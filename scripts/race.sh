#!/usr/bin/env bash
# race.sh: runs the tests with the race detector, of every package that starts goroutines, in its code or its tests, or is built from one
# of the module that does. The others cannot race, and to build them a second time costs minutes. Some of those that do count for themselves
# alone, see below. With -l it only lists the packages.
set -euo pipefail
cd "$(dirname "$0")/.."

module=$(go list -m)
# goroutines of the language, of sync and errgroup, of the testing packages, of the test servers that run in the test's process, and of what calls back
starts='\bgo func|^[[:space:]]*go [A-Za-z_.]+\(|\.(Try)?Go\(|AfterFunc\(|NotifyContext\(|iter\.Pull|\.Parallel\(|RunParallel\(|testscript\.Run|httptest\.|http\.(Serve|Server|Listen)|scan\.Runner\{|tlstest\.(Bad|TDS|TN3270|Vsftpd)\(|badserver\.'
# The goroutines of these work for a caller who waits for them, on nothing but what it gave them: they race, if at all, in their own tests and in
# those of the program. Whoever makes a Runner, or hands a handler to a test server, is found by that.
alone='scan scan/handshake scan/starttls internal/assess internal/evidence report/json internal/tlstest internal/tlstest/badserver'
packages=$(
  {
    # A package's tests count for itself, its code for others too. internal/archtest names what it forbids.
    grep -rlE --include='*.go' "$starts" . | grep -v -e /testdata/ -e '^./\.' -e '^./internal/archtest/' |
      sed -E "s|^\./|$module/|; s|/[^/]*_test\.go$| tests|; s|/[^/]*\.go$| starts|" | sort -u
    # of a test binary all that it is built from; "p [q.test]" is p, built for the tests of q
    go list -test -f '{{.ImportPath}} {{join .Deps " "}}' ./... | grep -E '^[^ ]+\.test ' | sed -E 's/ \[[^]]*\]//g'
  } | awk -v module="$module" -v alone="$alone" '
    BEGIN { split(alone, list, " "); for (i in list) itself[module "/" list[i]] }
    $2 == "tests" { tests[$1]; next }
    $2 == "starts" { starts[$1]; next }
    {
      package = $1
      sub(/\.test$/, "", package)
      if (package == module "/internal/tlstest") next # servers in other processes, which the other packages start as well
      found = package in starts || package in tests
      for (i = 2; i <= NF && !found; i++) found = $i in starts && !($i in itself)
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

# What does over and over, one at a time, what other tests of its package do a few times with the same functions shows no race that they do not.
# These took half of the time here, and run whole in make test: beside them are TestEveryLeafOfConfirmedCounts, VerifyPruned and ManyAtOnce, and
# daemon's TestKilled.
often='^TestEveryLeafCounts$|^TestSuite$/^(Verify|Growth|Killed)$'
# SQLite is C that was translated, with memory and locks of its own: the detector can say nothing of use about it, and costs twice its time.
CGO_ENABLED=1 go test -race -gcflags 'modernc.org/...=-race=false' -vet=off -timeout 60m -parallel "${PARALLEL:-4}" -skip "$often" $packages # make lint vets
