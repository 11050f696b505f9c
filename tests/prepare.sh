#!/bin/sh
# Makes sure that PostgreSQL is there for the tests: installs Debian's package where we may, says what is missing otherwise.
set -eu

ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 && exit 0
command -v initdb >/dev/null 2>&1 && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing PostgreSQL for the tests" >&2
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y postgresql >/dev/null && exit 0
fi
echo "PostgreSQL is missing, which the tests need. On Debian: apt-get install postgresql" >&2
exit 1
