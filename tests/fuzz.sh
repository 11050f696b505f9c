#!/bin/sh
# Asks a shop of its own for everything the API document names, in all the wrong ways: no answer may be a 5xx or one that
# the document does not know, and the books agree afterwards. Usage: tests/fuzz.sh RIALTO SCHEMATHESIS [OPTION...]
set -eu

rialto=$1
schemathesis=$2
shift 2
address=127.0.0.1:18089
data=$(mktemp -d "${TMPDIR:-/tmp}/rialto-fuzz.XXXXXX")
shop=""

stop() {
    [ -z "$shop" ] || kill "$shop" 2>/dev/null || true
    rm -rf "$data"
}
trap stop EXIT
trap 'exit 130' INT TERM

export RIALTO_ADMIN_EMAIL=admin@fuzz.example RIALTO_ADMIN_PASSWORD=quiet-harbour-lantern-27
RIALTO__GATEWAY__RATE_LIMIT=off RIALTO__METRICS_LISTEN='' RIALTO__LOG__LEVEL=error \
    "$rialto" up --data "$data" --listen "$address" &
shop=$!
until curl --silent --fail "http://$address/readyz" >/dev/null; do
    kill -0 "$shop" || exit 1
    sleep 0.2
done
token=$(curl --silent --fail "http://$address/users/login" --header 'Content-Type: application/json' \
    --data "{\"email\": \"$RIALTO_ADMIN_EMAIL\", \"password\": \"$RIALTO_ADMIN_PASSWORD\", \"client\": \"api\"}" |
    sed 's/.*"access_token":"\([^"]*\)".*/\1/')

# What ends the session that all other requests are made in is left out: also a role given to or an account taken from
# oneself, whose id the answers tell.
"$schemathesis" run "http://$address/openapi.json" --header "Authorization: Bearer $token" \
    --checks not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance \
    --phases examples,coverage,fuzzing --exclude-path-regex '^/users/(logout|me|password/change|sessions|token/refresh|\{id\}/(disable|role)|email/confirm)' \
    --seed 1 --workers 2 --no-color "$@"

"$rialto" verify --data "$data"
