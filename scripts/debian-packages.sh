# Shared by the install-*.sh scripts; source it, do not run it. Limits: Debian and its derivatives only.
# Installs packages without prompts, starts no daemon and enables none: what the tests start, they start themselves.

policy=/usr/sbin/policy-rc.d # invoke-rc.d asks it before a package's script may start a daemon (101: it may not)
saved=""

# have BINARY: is it in the PATH or in a system folder that a plain user's PATH leaves out (nginx is in /usr/sbin, initdb and imap in their packages' own)?
have() {
  local path=$PATH:/usr/sbin:/sbin dir
  for dir in /usr/lib/postgresql/*/bin /usr/lib/dovecot; do path+=:$dir; done
  PATH=$path command -v "$1" >/dev/null 2>&1
}

# Every step ends in ||: "set -e" does not hold inside a condition, where ensure calls this.
forbid_daemons() {
  if [ -e "$policy" ] || [ -L "$policy" ]; then
    saved=$(mktemp "$policy.XXXXXX") || return 1
    mv -f "$policy" "$saved" || return 1
  fi
  trap restore_policy EXIT
  printf '#!/bin/sh\nexit 101\n' >"$policy" || return 1
  chmod 755 "$policy" || return 1
}

restore_policy() {
  rm -f "$policy"
  if [ -n "$saved" ]; then mv -f "$saved" "$policy"; fi
}

# apt_install PACKAGE...: quiet, with an index refresh only when the index at hand does not do.
apt_install() {
  local get=(apt-get -qq -y --no-install-recommends -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300)
  export DEBIAN_FRONTEND=noninteractive
  forbid_daemons || return 1
  if ! "${get[@]}" install "$@" >/dev/null 2>&1; then
    "${get[@]}" update >/dev/null
    "${get[@]}" install "$@" >/dev/null
  fi
}

# not_at_boot SERVICE...: a package enables its daemon for the next boot; these are wanted as programs only.
not_at_boot() {
  if ! have systemctl; then return 0; fi
  local service
  for service in "$@"; do systemctl disable --quiet "$service" >/dev/null 2>&1 || true; done
}

# ensure BINARY=PACKAGE...: installs the packages whose binary is missing when it may (root, apt-get there);
# otherwise says what is missing, which is an error under CI=true only. Prints the packages it installed.
ensure() {
  local pair missing=()
  for pair in "$@"; do
    if have "${pair%%=*}" || [[ " ${missing[*]} " == *" ${pair#*=} "* ]]; then continue; fi
    missing+=("${pair#*=}")
  done
  if [ ${#missing[@]} -eq 0 ]; then return 0; fi
  if [ "$(id -u)" -eq 0 ] && have apt-get; then
    echo "installing ${missing[*]}" >&2
    if apt_install "${missing[@]}"; then
      echo "${missing[*]}"
      return 0
    fi
  fi
  echo "missing Debian packages: ${missing[*]} (as root: apt-get install --no-install-recommends ${missing[*]})" >&2
  if [ "${CI:-}" = true ]; then return 1; fi
}
