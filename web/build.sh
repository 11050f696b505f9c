#!/bin/sh
# Builds the pages, unless what they are built from is older than what was built. Says so in one line where npm is missing.
set -eu
cd "$(dirname "$0")"

if ! command -v npm >/dev/null 2>&1; then
    echo "npm is missing, so the shop opens without pages: install Node.js 20 or newer, then run this again." >&2
    [ "${1:-}" = required ] && exit 1
    exit 0
fi
if [ ! -e node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
    echo "Fetching what the pages are built with" >&2
    npm ci --no-audit --no-fund --loglevel=error
    # npm leaves the time of an unchanged file alone, and this is what is compared above.
    touch node_modules/.package-lock.json
fi
built=node_modules/.pages-built
newer=$(find . -path '*/node_modules' -prune -o -path '*/dist' -prune -o -path ./e2e -prune -o -type f -newer "$built" -print 2>/dev/null | head -n 1)
if [ ! -e "$built" ] || [ ! -e storefront/dist ] || [ ! -e admin/dist ] || [ -n "$newer" ]; then
    echo "Building the pages" >&2
    npm run --silent build
    touch "$built"
fi
