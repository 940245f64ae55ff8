#!/usr/bin/env bash
# Installs the real TLS servers and clients that the tests run against, the browser that opens HTML reports, and PostgreSQL, where they are missing and where it may.
# Without root or apt-get it prints what is missing: the tests that need it then skip, except under CI=true (exit 1).
set -euo pipefail
. "$(dirname "$0")/debian-packages.sh"

installed=$(ensure openssl=openssl gnutls-serv=gnutls-bin nginx=nginx stunnel4=stunnel4 tinyproxy=tinyproxy-bin microsocks=microsocks \
  java=default-jdk-headless javac=default-jdk-headless vsftpd=vsftpd curl=curl s3270=s3270 chromium=chromium systemd-analyze=systemd initdb=postgresql \
  postfix=postfix imap=dovecot-imapd pop3=dovecot-pop3d managesieve=dovecot-managesieved lmtp=dovecot-lmtpd slapd=slapd prosody=prosody \
  inspircd=inspircd ngircd=ngircd xrdp=xrdp Xtigervnc=tigervnc-standalone-server mariadbd=mariadb-server derbyctl=derby-tools)
for name in nginx stunnel4 vsftpd postgresql postfix slapd prosody inspircd ngircd xrdp; do
  case " $installed " in *" $name "*) not_at_boot "$name" ;; esac
done
case " $installed " in *" dovecot-imapd "*) not_at_boot dovecot ;; esac
case " $installed " in *" mariadb-server "*) not_at_boot mariadb ;; esac
