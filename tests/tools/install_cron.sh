#!/usr/bin/env bash
# Installs Debian's cron for the tests, without starting it: they run one of their own.
set -euo pipefail
export PATH="$PATH:/usr/sbin:/sbin"
if command -v cron >/dev/null && command -v crontab >/dev/null; then exit 0; fi
command -v apt-get >/dev/null || {
  echo "Cannot install cron: there is no apt-get. Install cron with this system's package manager." >&2
  exit 1
}
echo "Installing a package of the distribution: cron"
policy=/usr/sbin/policy-rc.d
made=no
if [ ! -e "$policy" ]; then
  # What Debian asks before it starts a service that it has just installed.
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod +x "$policy"
  made=yes
fi
trap '[ "$made" = no ] || rm -f "$policy"' EXIT
export DEBIAN_FRONTEND=noninteractive
apt-get install -y -qq --no-install-recommends cron >/dev/null 2>&1 || {
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends cron >/dev/null
}
