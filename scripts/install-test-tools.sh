#!/usr/bin/env bash
# Puts axe-core, which finds what keeps people with disabilities from using a page, into .cache/tools for the tests of HTML pages: the
# version below, from the npm registry that npm is configured for, and only when its bytes are those that this file names.
# Without npm it says what is missing: the tests that need it then skip, except under CI=true (exit 1).
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/debian-packages.sh

version=4.14.1
sha512=1477dafa598d8d065f273d6af302aa203c02e83131707b7fa648cd41bd3d6b734f8c22a0dab86ee6a6f64b8afbe804b214d36db85a2826965edfb3a0b9d546b5
folder=".cache/tools/axe-core-$version"

if [ -e "$folder/axe.min.js" ]; then exit 0; fi
ensure npm=npm >/dev/null
if ! have npm; then exit 0; fi

packed=$(mktemp -d)
trap 'rm -rf "$packed"' EXIT
if ! npm pack --silent --pack-destination "$packed" "axe-core@$version" >/dev/null; then
  echo "axe-core $version could not be fetched" >&2
  if [ "${CI:-}" = true ]; then exit 1; fi
  exit 0
fi
echo "$sha512  $packed/axe-core-$version.tgz" | sha512sum --check --quiet
tar -xzf "$packed/axe-core-$version.tgz" -C "$packed" package/axe.min.js
rm -rf .cache/tools/axe-core-*
mkdir -p "$folder"
mv "$packed/package/axe.min.js" "$folder/"
