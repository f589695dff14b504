#!/usr/bin/env bash
# Installs the shells that completions are tested in: zsh and fish. bash is there.
set -euo pipefail
if command -v zsh >/dev/null && command -v fish >/dev/null; then exit 0; fi
command -v apt-get >/dev/null || {
  echo "Cannot install zsh and fish: there is no apt-get. Install them with this system's package manager." >&2
  exit 1
}
echo "Installing packages of the distribution: zsh fish"
export DEBIAN_FRONTEND=noninteractive
# Another test may be installing something at this moment.
install() { apt-get -o DPkg::Lock::Timeout=120 install -y -qq --no-install-recommends zsh fish >/dev/null; }
install 2>/dev/null || {
  apt-get -o DPkg::Lock::Timeout=120 update -qq
  install
}
