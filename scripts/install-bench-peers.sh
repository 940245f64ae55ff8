#!/usr/bin/env bash
# Installs the scanners that bench/ measures portseal against (Debian's sslscan, nmap and testssl.sh), where they are missing and
# where it may. Without root or apt-get it prints what is missing; under CI=true that is an error.
set -euo pipefail
. "$(dirname "$0")/debian-packages.sh"

ensure sslscan=sslscan nmap=nmap testssl=testssl.sh >/dev/null
