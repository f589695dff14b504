#!/usr/bin/env bash
# Installs what the benchmarks of the proxy need: its peers, and the program that makes load.
#
# kamal-proxy is built where there is a Go; where that fails, the benchmark goes on without it.
#
#   tests/tools/install_bench.sh FOLDER    FOLDER takes kamal-proxy
set -euo pipefail
folder=${1:?a folder for the programs that are built}
export PATH="$PATH:/usr/sbin:/sbin"

packages=()
for program in nginx haproxy caddy wrk; do
  command -v "$program" >/dev/null || packages+=("$program")
done
command -v taskset >/dev/null || packages+=(util-linux)
if [ ${#packages[@]} -gt 0 ]; then
  echo "Installing packages of the distribution: ${packages[*]}" >&2
  export DEBIAN_FRONTEND=noninteractive
  # What is installed must not begin to listen on the ports of this machine.
  guard=/usr/sbin/policy-rc.d
  if [ ! -e "$guard" ]; then
    printf '#!/bin/sh\nexit 101\n' >"$guard"
    chmod +x "$guard"
    trap 'rm -f "$guard"' EXIT
  fi
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null
fi

mkdir -p "$folder"
if [ ! -x "$folder/kamal-proxy" ] && command -v go >/dev/null; then
  GOBIN=$(realpath "$folder") timeout 300 \
    go install github.com/basecamp/kamal-proxy/cmd/kamal-proxy@latest >"$folder/go.log" 2>&1 ||
    echo "kamal-proxy cannot be built here, and is left out: $(tail -n 1 "$folder/go.log")" >&2
fi
