#!/usr/bin/env bash
# Installs the real TLS servers and clients that the tests run against, the browser that opens HTML reports, and PostgreSQL, where they are missing and where it may.
# Without root or apt-get it prints what is missing: the tests that need it then skip, except under CI=true (exit 1).
set -euo pipefail
. "$(dirname "$0")/debian-packages.sh"

installed=$(ensure openssl=openssl gnutls-serv=gnutls-bin nginx=nginx stunnel4=stunnel4 tinyproxy=tinyproxy-bin microsocks=microsocks \
  java=default-jdk-headless javac=default-jdk-headless vsftpd=vsftpd curl=curl s3270=s3270 chromium=chromium systemd-analyze=systemd initdb=postgresql)
case " $installed " in *" nginx "*) not_at_boot nginx ;; esac
case " $installed " in *" stunnel4 "*) not_at_boot stunnel4 ;; esac
case " $installed " in *" vsftpd "*) not_at_boot vsftpd ;; esac
case " $installed " in *" postgresql "*) not_at_boot postgresql ;; esac
