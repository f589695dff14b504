#!/usr/bin/env bash
# Installs the npm packages of package-lock.json into node_modules, unless they are there already,
# and makes sure that bun and deno among them run.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

runs() { node_modules/.bin/bun --version >/dev/null 2>&1 && node_modules/.bin/deno --version >/dev/null 2>&1; }

if [ node_modules/.package-lock.json -nt package-lock.json ] && runs; then exit 0; fi

if ! command -v npm >/dev/null; then
  echo "Cannot install the npm packages: there is no npm." >&2
  echo "Run: apt-get install -y nodejs npm    (or install Node.js 20 or newer another way)" >&2
  exit 1
fi
echo "Installing the npm packages (npm ci)"
npm ci --no-audit --no-fund --loglevel=error
touch node_modules/.package-lock.json

# npm may refuse to run the packages' install scripts, which put the two executables in their place.
if ! runs; then
  echo "Running the install scripts of bun and deno, which npm left out"
  node node_modules/bun/install.js
  node node_modules/deno/install.cjs
fi
if ! runs; then
  echo "Cannot use the npm packages: node_modules/.bin/bun or node_modules/.bin/deno does not run." >&2
  echo "See why: node_modules/.bin/bun --version; node_modules/.bin/deno --version" >&2
  exit 1
fi
