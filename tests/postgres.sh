#!/bin/sh
# Starts a private PostgreSQL cluster for the tests in a temporary folder, runs a command with
# RIALTO_TEST_POSTGRES set and the server's programs on the path, and stops the cluster again.
# Usage: tests/postgres.sh [--durable] COMMAND [ARGUMENT...]
set -eu

# A test cluster may forget everything at a power cut; one that is measured must not.
durability="-c fsync=off -c full_page_writes=off"
if [ "${1:-}" = --durable ]; then
    durability=""
    shift
fi

bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
[ -n "$bin" ] || bin=$(pg_config --bindir 2>/dev/null) || {
    echo "PostgreSQL is missing. On Debian: apt-get install postgresql" >&2
    exit 1
}

folder=$(mktemp -d "${TMPDIR:-/tmp}/rialto-postgres.XXXXXX")
# PostgreSQL refuses to run as root, so root hands it to the user that the package made.
as=""
if [ "$(id -u)" = 0 ]; then
    chown postgres "$folder"
    as="runuser -u postgres --"
fi

stop() {
    $as "$bin/pg_ctl" --pgdata="$folder/data" --mode=immediate --silent stop >/dev/null 2>&1 || true
    rm -rf "$folder"
}
trap stop EXIT
trap 'exit 130' INT TERM

cd "$folder"
$as "$bin/initdb" --pgdata="$folder/data" --username=postgres --auth=trust --encoding=UTF8 --no-sync >/dev/null
# Many tests connect at once.
$as "$bin/pg_ctl" --pgdata="$folder/data" --log="$folder/log" --wait --silent start --options="-k $folder \
    -c listen_addresses= $durability -c max_connections=400 -c shared_buffers=128MB" >/dev/null
cd - >/dev/null

PATH="$bin:$PATH" RIALTO_TEST_POSTGRES="postgres:///?host=$folder&user=postgres" "$@"
