#!/usr/bin/env bash
# Makes debian:bookworm-slim present in the Docker of DOCKER_HOST (this machine's, unless set).
#
# It is pulled where a registry can be reached. Else it is made from Debian's packages, under the
# same name, and kept as a file, so that the next Docker gets it without a network.
#
# LUMA_BASE_IMAGE_PULL=no leaves the pull out.
set -euo pipefail
image=debian:bookworm-slim
release=bookworm
pull_timeout_s=30
cache=${XDG_CACHE_HOME:-/var/cache}/luma
export PATH="$PATH:/usr/sbin:/sbin"

present() { docker image inspect "$image" >/dev/null 2>&1; }

present && exit 0

archive=$cache/$release-slim-$(uname -m).tar
if [ ! -s "$archive" ] && [ "${LUMA_BASE_IMAGE_PULL:-yes}" != no ]; then
  echo "Pulling $image (given up after $pull_timeout_s s)"
  if timeout "$pull_timeout_s" docker pull --quiet "$image" >/dev/null 2>&1 && present; then exit 0; fi
  echo "No registry answers with it"
fi

if [ ! -s "$archive" ]; then
  if [ "$(id -u)" != 0 ]; then
    echo "Cannot make $image: it cannot be pulled, and making it needs root." >&2
    echo "Run this again as root, for example with sudo; or make the registry reachable." >&2
    exit 1
  fi
  if ! command -v debootstrap >/dev/null; then
    if ! command -v apt-get >/dev/null; then
      echo "Cannot make $image: it cannot be pulled, and there is no debootstrap to make it with." >&2
      echo "Install debootstrap as your distribution describes, and run this again." >&2
      exit 1
    fi
    echo "Installing packages of the distribution: debootstrap debian-archive-keyring"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
      debootstrap debian-archive-keyring >/dev/null
  fi
  mkdir -p "$cache"
  # Two at once would do the same work twice; the second takes what the first made.
  exec 9>"$archive.lock"
  flock 9
fi
if [ ! -s "$archive" ]; then
  echo "Making $image from Debian's packages (debootstrap, about a minute)"
  folder=$(mktemp -d "$cache/debootstrap.XXXXXX")
  trap 'rm -rf "$folder"' EXIT
  # The mirror that this machine installs from, if it is Debian's; else the usual one.
  mirror=$(apt-get indextargets --format '$(REPO_URI)' "Codename: $release" "Label: Debian" 2>/dev/null | head -n 1 || true)
  debootstrap --variant=minbase "$release" "$folder/root" ${mirror:+"$mirror"} >"$folder/log" 2>&1 || {
    tail -n 20 "$folder/log" >&2
    echo "Cannot make $image: debootstrap failed." >&2
    echo "Check that Debian's packages can be reached, or run: docker pull $image" >&2
    exit 1
  }
  rm -rf "$folder"/root/var/cache/apt/archives/*.deb "$folder"/root/var/cache/apt/*.bin \
    "$folder"/root/var/lib/apt/lists/* "$folder"/root/usr/share/{doc,man,info,locale}/*
  tar -C "$folder/root" --numeric-owner -cf "$archive.new" .
  mv "$archive.new" "$archive"
fi
echo "Importing $image from $archive"
docker import --change 'CMD ["bash"]' "$archive" "$image" >/dev/null
