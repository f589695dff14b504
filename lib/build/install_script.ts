/**
 * The text of install.sh, which brings the right executable of luma onto a machine.
 *
 * The rule: POSIX sh, as dash and busybox have it; nothing runs before all of it was read, and nothing
 * is left behind where it fails.
 *
 * @module
 */

/** What differs between scripts. */
export interface InstallScriptOptions {
  readonly version: string;
  /** The folder for everybody's programs, if it may be written to. */
  readonly systemFolder?: string;
}

/** Writes install.sh for a version. */
export function formatInstallScript(
  { version, systemFolder = "/usr/local/bin" }: InstallScriptOptions,
): string {
  return `#!/bin/sh
# Installs luma ${version}: the executable for this machine, after a look at its SHA-256.
#
#   LUMA_DOWNLOAD_URL=https://… sh install.sh
#
# LUMA_DOWNLOAD_URL   the folder with the executables and SHA256SUMS
# LUMA_INSTALL_DIR    where to put it (${systemFolder} if it may be written to, else ~/.local/bin)
set -eu

version='${version}'
system_folder='${systemFolder}'
${BODY}`;
}

const BODY = String.raw`
fail() { # REASON NEXT
  printf 'Cannot install luma: %s\n%s\n' "$1" "$2" >&2
  exit 1
}

has() { command -v "$1" >/dev/null 2>&1; }

clean() {
  [ -z "$scratch" ] || rm -rf "$scratch"
  [ -z "$new" ] || rm -f "$new"
}

find_target() {
  case $(uname -m) in
    x86_64 | amd64) processor=x64 ;;
    aarch64 | arm64) processor=arm64 ;;
    *) fail "there is no executable for the processor $(uname -m)" "Run it with Deno or Bun instead." ;;
  esac
  case $(uname -s) in
    Linux)
      target=linux-$processor
      if is_musl; then target=$target-musl; fi
      ;;
    Darwin)
      # A shell that is translated is told of an Intel processor.
      if [ "$(sysctl -n sysctl.proc_translated 2>/dev/null || true)" = 1 ]; then processor=arm64; fi
      target=darwin-$processor
      ;;
    *) fail "there is no executable for $(uname -s)" "On Windows, download luma-windows-x64.exe." ;;
  esac
}

is_musl() {
  if getconf GNU_LIBC_VERSION >/dev/null 2>&1; then return 1; fi
  # musl's ldd tells its name, and fails.
  case $(ldd --version 2>&1 || true) in
    *musl*) return 0 ;;
    *) return 1 ;;
  esac
}

find_folder() {
  folder=${"$"}{LUMA_INSTALL_DIR:-}
  if [ -z "$folder" ] && [ -d "$system_folder" ] && [ -w "$system_folder" ]; then
    folder=$system_folder
  fi
  if [ -z "$folder" ]; then
    [ -n "${"$"}{HOME:-}" ] || fail "HOME is not set" "Set LUMA_INSTALL_DIR to a folder of your PATH."
    folder=$HOME/.local/bin
  fi
}

download() { # NAME
  if has curl; then
    curl -fsSL --retry 2 -o "$scratch/$1" "$url/$1"
  elif has wget; then
    wget -q -O "$scratch/$1" "$url/$1"
  else
    fail "there is neither curl nor wget" "Install one of them, and run this again."
  fi || fail "$url/$1 cannot be downloaded" "Check LUMA_DOWNLOAD_URL, and that this machine can reach it."
}

sum_of() { # FILE
  if has sha256sum; then
    sha256sum <"$1"
  elif has shasum; then
    shasum -a 256 <"$1"
  elif has openssl; then
    openssl dgst -sha256 -r <"$1"
  else
    fail "there is no sha256sum, shasum or openssl" "Install one of them, and run this again."
  fi
}

check() { # NAME
  expected=$(awk -v name="$1" '$2 == name { print $1 }' "$scratch/SHA256SUMS")
  [ -n "$expected" ] || fail "SHA256SUMS has no line for $1" "Check that LUMA_DOWNLOAD_URL is a release."
  found=$(sum_of "$scratch/$1")
  found=${"$"}{found%% *}
  [ "$found" = "$expected" ] || fail "$1 is not what was released
  SHA-256 expected: $expected
  SHA-256 found:    $found" "Run this again; if it stays so, tell who gave you the address."
}

main() {
  scratch=
  new=
  trap clean EXIT
  trap 'exit 130' INT
  trap 'exit 143' HUP TERM
  url=${"$"}{LUMA_DOWNLOAD_URL:-}
  url=${"$"}{url%/}
  [ -n "$url" ] || fail "LUMA_DOWNLOAD_URL is not set, and there is no official address yet" \
    "Set it to the folder that holds the executables and SHA256SUMS of luma $version."
  find_target
  find_folder
  name=luma-$target
  scratch=$(mktemp -d)
  printf 'Downloading %s\n' "$url/$name"
  download SHA256SUMS
  download "$name"
  check "$name"
  # Beside its place, so that the last step replaces a luma that runs in one instant.
  mkdir -p "$folder" || fail "the folder $folder cannot be made" "Set LUMA_INSTALL_DIR to another."
  new=$folder/.luma.$$
  cp "$scratch/$name" "$new" || fail "$folder cannot be written to" "Set LUMA_INSTALL_DIR to another."
  chmod 755 "$new"
  hint="See why: $folder/luma --version"
  case $target in *musl) hint="Install what it needs: apk add libstdc++" ;; esac
  installed=$("$new" --version) || fail "$name does not run on this machine" "$hint"
  mv -f "$new" "$folder/luma"
  printf 'Installed luma %s: %s\n' "$installed" "$folder/luma"
  case ":$PATH:" in
    *":$folder:"*) ;;
    *) printf 'It is not on your PATH yet: export PATH="%s:$PATH"\n' "$folder" ;;
  esac
}

main "$@"
`;
