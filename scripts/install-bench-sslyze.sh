#!/usr/bin/env bash
# Installs sslyze from Python's registry into the folder that is the first argument, where the registry can be reached. It is a bonus: whatever fails here,
# the tables say "not available".
set -euo pipefail

sslyze=6.3.1 # pinned: two runs are to be comparable
dir=$1/sslyze
mkdir -p "$1"
if [ "$(cat "$dir/version" 2>/dev/null)" = "$sslyze" ]; then exit 0; fi
rm -rf "$dir"
if python3 -m venv "$dir" >/dev/null 2>&1 && timeout 180 "$dir/bin/pip" install --quiet "sslyze==$sslyze" >"$1/pip.log" 2>&1; then
  echo "$sslyze" >"$dir/version"
else
  echo "bench: sslyze $sslyze could not be installed: it is left out" >&2
  rm -rf "$dir"
fi
