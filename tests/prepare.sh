#!/bin/sh
# Makes sure that PostgreSQL, Chromium, faketime and nft are there for the tests: installs Debian's packages where we may, says
# what is missing otherwise.
set -eu

has_postgres() {
    ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null 2>&1
}

has_chromium() {
    [ -x "${CHROME_PATH:-/usr/bin/chromium}" ]
}

has_faketime() {
    ls /usr/lib/*/faketime/libfaketimeMT.so.1 >/dev/null 2>&1
}

# Only who may make networks can lose what is sent in them.
has_nft() {
    [ "$(uname):$(id -u)" != Linux:0 ] || [ -x /usr/sbin/nft ] || command -v nft >/dev/null 2>&1
}

missing=
has_postgres || missing="$missing postgresql"
has_chromium || missing="$missing chromium"
has_faketime || missing="$missing faketime"
has_nft || missing="$missing nftables"
[ -z "$missing" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing for the tests:$missing" >&2
    # shellcheck disable=SC2086 # one word a package
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y $missing >/dev/null && exit 0
fi
echo "The tests need what is missing here. On Debian: apt-get install$missing" >&2
exit 1
