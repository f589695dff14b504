#!/usr/bin/env bash
# Makes the files of a bare Debian server for the tests, and prints the archive that holds them.
#
# It has SSH, sudo and the tools of a server, and no Docker. Docker's packages lie in a folder that its
# apt installs from, so that a test can really install them, and needs no network for it. Everything
# is made once, from Debian's packages, and kept.
set -euo pipefail
release=bookworm
cache=${XDG_CACHE_HOME:-/var/cache}/luma
export PATH="$PATH:/usr/sbin:/sbin"
export DEBIAN_FRONTEND=noninteractive LC_ALL=C
# Another content, another name.
archive=$cache/$release-bare-$(sha256sum "${BASH_SOURCE[0]}" | head -c 12)-$(uname -m).tar

fail() { # REASON
  printf 'Cannot make a bare server: %s\nCheck that you are root, and that Debian'\''s packages can be reached.\n' "$1" >&2
  exit 1
}

if [ ! -s "$archive" ]; then
  [ "$(id -u)" = 0 ] || fail "it needs root."
  command -v debootstrap >/dev/null || fail "there is no debootstrap; run: tests/tools/install_docker.sh --lab"
  mkdir -p "$cache"
  # Two at once would do the same work twice; the second takes what the first made.
  exec 9>"$archive.lock"
  flock 9
fi
if [ ! -s "$archive" ]; then
  echo "Making the files of a bare server from Debian's packages (about a minute)" >&2
  folder=$(mktemp -d "$cache/debootstrap.XXXXXX")
  trap 'rm -rf "$folder"' EXIT
  root=$folder/root
  log=$folder/log
  # The mirror that this machine installs from, if it is Debian's; else the usual one.
  mirror=$(apt-get indextargets --format '$(REPO_URI)' "Codename: $release" "Label: Debian" 2>/dev/null | head -n 1 || true)
  debootstrap --variant=minbase --include=openssh-server,sudo,iproute2,procps \
    "$release" "$root" ${mirror:+"$mirror"} >"$log" 2>&1 || {
    tail -n 20 "$log" >&2
    fail "debootstrap failed."
  }
  packages=$root/srv/packages
  {
    # Names are looked up as on this machine.
    cp /etc/resolv.conf "$root/etc/resolv.conf"
    rm -f "$root"/var/cache/apt/archives/*.deb
    chroot "$root" apt-get update
    chroot "$root" apt-get install -y --no-install-recommends --download-only docker.io ca-certificates iptables
    mkdir "$packages"
    mv "$root"/var/cache/apt/archives/*.deb "$packages"
    rm -f "$root/etc/resolv.conf"
  } >"$log" 2>&1 || {
    tail -n 20 "$log" >&2
    fail "Docker's packages could not be fetched."
  }
  (
    cd "$packages"
    # https://wiki.debian.org/DebianRepository/Format: a folder with an index is enough.
    for package in *.deb; do
      dpkg-deb --field "$package"
      printf 'Filename: ./%s\nSize: %s\nSHA256: %s\n\n' "$package" "$(stat -c %s "$package")" \
        "$(sha256sum "$package" | cut -d ' ' -f 1)"
    done >Packages
  )
  echo 'deb [trusted=yes] file:/srv/packages ./' >"$root/etc/apt/sources.list"
  rm -rf "$root"/var/cache/apt/*.bin "$root"/var/lib/apt/lists/* \
    "$root"/usr/share/{doc,man,info,locale}/*
  tar -C "$root" --numeric-owner -cf "$archive.new" .
  mv "$archive.new" "$archive"
fi
echo "$archive"
