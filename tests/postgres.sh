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
    as="setpriv --reuid=postgres --regid=postgres --init-groups"
fi

server=
stop() {
    status=$?
    if [ -n "$server" ]; then
        if ! kill -QUIT "$server" 2>/dev/null; then
            # Whoever reads a hundred failed tests should read why first. Its files may be gone, what is open is not.
            echo "PostgreSQL ended before the tests did, with $(df -h "$folder" | awk 'END { print $4 }') of disk left. It said:" >&2
            tail -n 20 <&3 >&2
            [ "$status" != 0 ] || status=1
        fi
        wait "$server" 2>/dev/null || true
    fi
    # Hundreds of databases are a hundred thousand files, which take minutes on a slow disk. Nobody needs to wait for that.
    rm -rf "$folder" >/dev/null 2>&1 &
    exit "$status"
}
trap stop EXIT
trap 'exit 130' INT TERM

cd "$folder"
$as "$bin/initdb" --pgdata="$folder/data" --username=postgres --auth=trust --encoding=UTF8 --no-sync >/dev/null
: >"$folder/log"
exec 3<"$folder/log"
# Many tests connect at once. The server is a child of this shell, not a daemon, so it is there exactly as long.
# shellcheck disable=SC2086 # one word an option
$as "$bin/postgres" -D "$folder/data" -k "$folder" -c listen_addresses= $durability \
    -c max_connections=400 -c shared_buffers=128MB >>"$folder/log" 2>&1 &
server=$!
tries=0
until "$bin/pg_isready" --quiet --host="$folder"; do
    tries=$((tries + 1))
    [ "$tries" -lt 300 ] && kill -0 "$server" 2>/dev/null || exit 1
    sleep 0.1
done
cd - >/dev/null

PATH="$bin:$PATH" RIALTO_TEST_POSTGRES="postgres:///?host=$folder&user=postgres" "$@"
