#!/bin/sh
# Starts the real components that the cluster tests talk to, in a temporary folder, and stops them again: runs a command
# with RIALTO_TEST_* telling where they are, or without one prints those variables and waits for Ctrl-C.
# A PostgreSQL and its standby are started only for who names them.
# Usage: tests/infra.sh [--only NAME,NAME...] [COMMAND [ARGUMENT...]]
set -eu

infra=$(cd "$(dirname "$0")" && pwd)/infra
names="kafka redis mongodb consul mysql"
if [ "${1:-}" = --only ]; then
    names=$(echo "$2" | tr , ' ')
    shift 2
fi
# shellcheck disable=SC2086 # one word a name
"$infra/fetch.sh" $names

folder=$(mktemp -d "${TMPDIR:-/tmp}/rialto-infra.XXXXXX")
stop() {
    status=$?
    trap '' INT TERM
    # Who is still starting has a server that must end too.
    wait
    for name in $names; do
        "$infra/component.sh" "$name" check "$folder" || [ "$status" != 0 ] || status=1
        "$infra/component.sh" "$name" kill "$folder" || status=1
    done
    rm -rf "$folder"
    exit "$status"
}
trap stop EXIT
trap 'exit 130' INT TERM

starters=
for name in $names; do
    "$infra/component.sh" "$name" start "$folder" &
    starters="$starters $!"
done
failed=
for starter in $starters; do
    wait "$starter" || failed=1
done
[ -z "$failed" ] || exit 1

export RIALTO_TEST_INFRA="$folder"
for name in $names; do
    address=127.0.0.1:$(cat "$folder/$name/port")
    case $name in
    kafka) export RIALTO_TEST_KAFKA="$address" ;;
    redis) export RIALTO_TEST_REDIS="redis://$address/" ;;
    mongodb) export RIALTO_TEST_MONGODB="mongodb://$address/" ;;
    consul) export RIALTO_TEST_CONSUL="http://$address" ;;
    mysql) export RIALTO_TEST_MYSQL="mysql://root@$address/" ;;
    postgres) export RIALTO_TEST_PRIMARY="postgres://postgres@$address/" ;;
    standby) export RIALTO_TEST_STANDBY="postgres://postgres@$address/" ;;
    esac
done

if [ $# -gt 0 ]; then
    "$@"
else
    env | sed -n "s/^\(RIALTO_TEST_[A-Z]*\)=\(.*\)/export \1='\2'/p"
    while sleep 1; do :; done
fi
