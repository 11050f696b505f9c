#!/bin/sh
# Sells a month through a shop of many processes behind nginx, kills one of them after the other meanwhile, and has the
# books checked: every sale, payment, delivery and return happens once. FILE is "Online Retail" as CSV, plain or gzip.
# Usage: tests/month.sh RIALTO BENCH FILE [OPTION OF replay-month...]
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
rialto=$1
bench=$2
file=$3
shift 3
pause=3

folder=$(mktemp -d "${TMPDIR:-/tmp}/rialto-month.XXXXXX")
# A temporary folder is its owner's, and neither PostgreSQL nor nginx works as root.
chmod 755 "$folder"
cluster=
replay=
stop() {
    status=$?
    set +e
    trap '' INT TERM HUP
    [ -z "$replay" ] || kill "$replay" 2>/dev/null || true
    if [ -n "$cluster" ]; then
        kill "$cluster" 2>/dev/null || true
        wait "$cluster" || true
    fi
    # Of what went wrong, the logs tell more.
    if [ "$status" = 0 ]; then
        rm -rf "$folder"
    else
        echo "What there is to see is in $folder" >&2
    fi
    exit "$status"
}
trap stop EXIT
trap 'exit 130' INT TERM HUP

export RIALTO_ADMIN_EMAIL=admin@month.example RIALTO_ADMIN_PASSWORD=quiet-harbour-lantern-27
export RIALTO__SHOP__CURRENCY=GBP RIALTO__GATEWAY__RATE_LIMIT=off
# The shell that starts them again tells of each process that was killed.
"$root/deploy/local/cluster.sh" "$folder/shop" "$rialto" >"$folder/log" 2>&1 &
cluster=$!
until grep -qs 'Ctrl+C stops' "$folder/log"; do
    kill -0 "$cluster" 2>/dev/null || {
        tail -n 20 "$folder/log" >&2
        exit 1
    }
    sleep 0.2
done

"$bench" replay-month --file "$file" --url https://localhost:8443 --ca "$folder/shop/nginx/shop.crt" \
    --journal "$folder/journal.jsonl" "$@" >"$folder/summary" &
replay=$!
kills=0
while kill -0 "$replay" 2>/dev/null; do
    kill -0 "$cluster"
    sleep 0.2
    # Whoever was killed is started again.
    for victim in $(find "$folder/shop/pids" -type f ! -name nginx | shuf); do
        sleep "$pause"
        kill -0 "$replay" 2>/dev/null || break
        ! kill -KILL "$(cat "$victim" 2>/dev/null)" 2>/dev/null || kills=$((kills + 1))
    done
done
failed=
wait "$replay" || failed=yes
replay=
cat "$folder/summary"
[ -z "$failed" ] || exit 1
echo "$kills processes were killed meanwhile"
[ "$kills" -gt 0 ]

# The shop has what was bought and brought back, and no more.
count() {
    psql "postgres://postgres@127.0.0.1:$(cat "$folder/shop/postgres/port")/orders" --no-psqlrc --no-align --tuples-only \
        --command="SELECT count(*) FROM $1"
}
agree_on() {
    made=$(awk -v row="^ *$2 " '$0 ~ row { print $NF }' "$folder/summary")
    if [ "$(count "$1")" != "$made" ]; then
        echo "The shop has $(count "$1") $1, and $made were made" >&2
        exit 1
    fi
}
agree_on orders 'orders placed,'
agree_on returns returns
# What the killed were about is taken over after ten seconds, and may take a little.
agree=
tries=0
while [ -z "$agree" ] && [ "$tries" -lt 30 ]; do
    sleep 2
    tries=$((tries + 1))
    ! "$rialto" --config "$folder/shop/rialto.toml" verify >"$folder/books" 2>&1 || agree=yes
done
cat "$folder/books"
[ -n "$agree" ]
