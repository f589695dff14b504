#!/usr/bin/env bash
# Makes Docker answer on this machine, with the distribution's packages (Debian, Ubuntu).
#
#   tests/tools/install_docker.sh          Docker, running
#   tests/tools/install_docker.sh --lab    only the programs that the lab of tests/ needs; starts nothing
#
# A Docker that runs is never touched.
set -euo pipefail
log=/var/log/luma-dockerd.log

fail() { # REASON NEXT
  printf 'Cannot use Docker: %s\n%s\n' "$1" "$2" >&2
  exit 1
}

answers() { timeout 20 docker info >/dev/null 2>&1; }

if [ "${1:-}" = --lab ]; then
  commands=(docker dockerd sshd debootstrap ip iptables nsenter)
else
  answers && exit 0
  [ -z "${DOCKER_HOST:-}" ] ||
    fail "DOCKER_HOST=$DOCKER_HOST does not answer." "Start that Docker, or unset DOCKER_HOST."
  commands=(docker dockerd iptables)
fi

[ "$(uname -s)" = Linux ] ||
  fail "this is not Linux, and no Docker answers here." "Start Docker Desktop (or another Docker), and run this again."
[ "$(id -u)" = 0 ] ||
  fail "it needs root." "Run this again as root, for example with sudo."

# Programs of system administration are not on everybody's PATH.
export PATH="$PATH:/usr/sbin:/sbin"
missing=()
for command in "${commands[@]}"; do command -v "$command" >/dev/null || missing+=("$command"); done

if [ ${#missing[@]} -gt 0 ]; then
  command -v apt-get >/dev/null ||
    fail "${missing[*]}: not installed, and there is no apt-get." "Install Docker Engine as your distribution describes, start it, and run this again."
  packages=(ca-certificates)
  for command in "${missing[@]}"; do
    case $command in
      docker | dockerd) packages+=(docker.io) ;;
      sshd) packages+=(openssh-server openssh-client) ;;
      debootstrap) packages+=(debootstrap debian-archive-keyring) ;;
      ip) packages+=(iproute2) ;;
      iptables) packages+=(iptables) ;;
      nsenter) packages+=(util-linux) ;;
    esac
  done
  mapfile -t packages < <(printf '%s\n' "${packages[@]}" | sort -u)
  echo "Installing packages of the distribution: ${packages[*]}"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  # Newer distributions have the client in a package of its own.
  if apt-cache show docker-cli >/dev/null 2>&1 && ! command -v docker >/dev/null; then
    packages+=(docker-cli)
  fi
  apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null
  if [ -d /run/systemd/system ] && [[ " ${missing[*]} " == *" sshd "* ]]; then
    echo "Stopping the SSH server that came with openssh-server: only its program is needed"
    systemctl disable --now ssh.socket ssh.service >/dev/null 2>&1 || true
  fi
fi
[ "${1:-}" != --lab ] || exit 0
answers && exit 0

if [ -d /run/systemd/system ]; then
  echo "Starting Docker (systemctl start docker)"
  systemctl start docker || fail "it did not start." "See why: journalctl -u docker"
elif grep -q "/dockerd$" < <(readlink /proc/[0-9]*/exe 2>/dev/null); then
  fail "dockerd runs, but does not answer." "See why: docker info"
else
  echo "Starting Docker (dockerd, its log is $log)"
  setsid nohup dockerd </dev/null >"$log" 2>&1 &
fi
for _ in $(seq 60); do
  answers && exit 0
  sleep 1
done
tail -n 20 "$log" >&2 || true
fail "it does not answer after a minute." "See why: docker info"
