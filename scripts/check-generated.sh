#!/usr/bin/env bash
# Runs go generate and fails when a file is not what its generator writes. Leaves the newly written files in place.
set -euo pipefail
cd "$(dirname "$0")/.."

snapshot() {
  find . -type f -not -path './.git/*' -not -path './.cache/*' -not -path './bin/*' -not -path './dist/*' -print0 | sort -z |
    xargs -0 cksum
}

before=$(snapshot)
go generate ./...
if ! changed=$(diff <(echo "$before") <(snapshot)); then
  printf 'not up to date; go generate ./... wrote:\n%s\n' "$changed" >&2
  exit 1
fi
