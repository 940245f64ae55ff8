#!/usr/bin/env bash
# Checks that need no test server: formatting, go vet, staticcheck (pinned, built once into .cache) and the repository's
# own rules (internal/archtest). Every check runs; the exit code is 1 when one of them failed.
set -euo pipefail
cd "$(dirname "$0")/.."

staticcheck=v0.8.2 # 2026.2.2
bin="$PWD/.cache/bin/$(go env GOVERSION)-staticcheck-$staticcheck"
failed=0

unformatted=$(find . -name '*.go' -not -path './.cache/*' -print0 | xargs -0 gofmt -l)
if [ -n "$unformatted" ]; then
  printf 'not gofmt-ed:\n%s\n' "$unformatted" >&2
  failed=1
fi

if [ ! -x "$bin/staticcheck" ]; then
  GOBIN="$bin" go install "honnef.co/go/tools/cmd/staticcheck@$staticcheck"
fi

for script in .ci/run scripts/*.sh bench/*.sh; do
  if [ -e "$script" ]; then bash -n "$script" || failed=1; fi
done

# The tag adds the measurement of bench/, which no other target compiles.
go vet -tags bench ./... || failed=1
"$bin/staticcheck" -tags bench ./... || failed=1
go test ./internal/archtest || failed=1
exit "$failed"
