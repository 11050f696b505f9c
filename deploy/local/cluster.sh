#!/bin/sh
# Opens a shop of many processes on this machine until Ctrl-C: the components it stands on, two processes of every service,
# two gateways, and nginx in front. What it owns is in FOLDER: data, logs, process ids, and rialto.toml for the program's
# other commands. A second start finds the shop as it was.
# Usage: deploy/local/cluster.sh [FOLDER [PROGRAM]]
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
data=$(mkdir -p "${1:-data/cluster}" && cd "${1:-data/cluster}" && pwd)
rialto=${2:-$root/target/release/rialto}
rialto=$(cd "$(dirname "$rialto")" && pwd)/$(basename "$rialto")
components="postgres kafka redis mongodb consul"
stores="users catalog orders payments shipping notifications"
url=https://localhost:8443
# Debian keeps servers where only root looks for programs.
PATH="$PATH:/usr/local/sbin:/usr/sbin"
# Logs are files.
export NO_COLOR=1

component() {
    "$root/tests/infra/component.sh" "$1" "$2" "$data"
}

address() {
    echo "127.0.0.1:$(cat "$data/$1/port")"
}

random() {
    od -An -N"$1" -tx1 /dev/urandom | tr -d ' \n'
}

start_components() {
    starters=
    for name in $components; do
        component "$name" start &
        starters="$starters $!"
    done
    for starter in $starters; do
        wait "$starter"
    done
}

# One file for every process. It has the shop's secret in it.
configure() (
    umask 077
    [ -e "$data/secret" ] || random 32 >"$data/secret"
    cat >"$data/rialto.toml" <<END
# Written anew at each start.
public_url = "$url"
data = "$data"
secret = "$(cat "$data/secret")"
log.format = "text"
discovery.consul = "http://$(address consul)"
cache.redis_url = "redis://$(address redis)/"
events.brokers = "$(address kafka)"
gateway.trusted_proxies = ["127.0.0.1"]
gateway.dev_mail = true
# Two gateways share one machine with all that stands behind them (docs/adr/0017-turns.md).
gateway.writes_at_once = $(($(getconf _NPROCESSORS_ONLN) + 1))
notifications.mailbox_page = true
catalog.mongodb_url = "mongodb://$(address mongodb)/catalog"
# What one of the catalog's processes has taken in, the other shows too.
catalog.media_dir = "$data/media"
END
    for store in $stores; do
        echo "$store.database_url = \"postgres://postgres@$(address postgres)/$store\"" >>"$data/rialto.toml"
    done
)

ask_postgres() {
    psql "postgres://postgres@$(address postgres)/postgres" --no-psqlrc --quiet --no-align --tuples-only --command="$1"
}

make_databases() {
    for store in $stores; do
        [ -n "$(ask_postgres "SELECT 1 FROM pg_database WHERE datname = '$store'")" ] ||
            ask_postgres "CREATE DATABASE $store"
    done
    "$rialto" --config "$data/rialto.toml" migrate up >>"$data/logs/migrate.log" 2>&1 || fail migrate
}

# Runs a process, and again whenever it ends, as an orchestrator does; not while a file of its name is in `away`.
keep() {
    name=$1
    shift
    (
        until [ -e "$data/stopping" ]; do
            if [ ! -e "$data/away/$name" ]; then
                # A session of its own: Ctrl-C is for this script, which ends things in their order.
                setsid "$@" >>"$data/logs/$name.log" 2>&1 </dev/null &
                echo $! >"$data/pids/$name"
                [ ! -e "$data/stopping" ] || kill $!
                wait $! || true
                rm -f "$data/pids/$name"
            fi
            sleep 0.5
        done
    ) &
}

# Ends the processes whose names match, all at once.
end() {
    # Whoever ends by itself takes its file away meanwhile.
    ending=$(find "$data/pids" -name "$1" -type f -exec cat {} + 2>/dev/null) || true
    # shellcheck disable=SC2086 # one word a process
    kill $ending 2>/dev/null || true
    for pid in $ending; do
        while kill -0 "$pid" 2>/dev/null; do
            sleep 0.1
        done
    done
}

# Once, the whole shop runs in one process on the same stores: that makes the administrator and the sample shop.
open_first() {
    [ ! -e "$data/opened" ] || return 0
    email=${RIALTO_ADMIN_EMAIL:-admin@example.test}
    password=${RIALTO_ADMIN_PASSWORD:-$(random 9)}
    RIALTO_ADMIN_PASSWORD=$password setsid "$rialto" --config "$data/rialto.toml" up >"$data/logs/first-start.log" 2>&1 &
    echo $! >"$data/pids/up"
    until grep -qs 'ready in' "$data/logs/first-start.log"; do
        kill -0 "$(cat "$data/pids/up")" 2>/dev/null || fail first-start
        sleep 0.2
    done
    end up
    rm "$data/pids/up"
    touch "$data/opened"
    # It may have been made by a start that was broken off.
    ! grep -q 'as before' "$data/logs/first-start.log" || return 0
    admin="$email     shown once: $password"
    [ -z "${RIALTO_ADMIN_PASSWORD:-}" ] || admin=$email
}

start_processes() {
    rm -rf "$data/certs"
    "$rialto" certs --to "$data/certs" >>"$data/logs/certs.log" 2>&1 || fail certs
    for copy in 1 2; do
        port=$((8070 + 10 * copy))
        for service in gateway $stores; do
            key=RIALTO__$(echo "$service" | tr '[:lower:]' '[:upper:]')__LISTEN
            [ "$service" != gateway ] || key=RIALTO__LISTEN
            keep "$service-$copy" env "$key=127.0.0.1:$port" "RIALTO__METRICS_LISTEN=127.0.0.1:$((port + 1000))" \
                "RIALTO__TLS__CERT=$data/certs/$service.pem" "RIALTO__TLS__KEY=$data/certs/$service.key" \
                "RIALTO__TLS__CA=$data/certs/ca.pem" \
                "$rialto" --config "$data/rialto.toml" --data "$data/processes/$service-$copy" serve "$service"
            port=$((port + 1))
        done
    done
}

start_nginx() {
    "$root/deploy/local/nginx.sh" "$data/nginx" 8000 8443 8080 8090
    keep nginx nginx -p "$data/nginx" -c nginx.conf -e stderr -g 'daemon off;'
}

until_ready() {
    tries=0
    until curl --silent --insecure --fail "$1/readyz" | grep -q '"status":"ready"'; do
        tries=$((tries + 1))
        [ "$tries" -lt 600 ] || fail gateway-1
        sleep 0.2
    done
}

# Another shop on the same ports would be taken for this one.
ports_are_free() {
    for port in 8000 8443 8080 8081 8082 8083 8084 8085 8086 8090 8091 8092 8093 8094 8095 8096; do
        status=0
        curl --silent --output /dev/null --max-time 1 "http://127.0.0.1:$port/" || status=$?
        if [ "$status" != 7 ]; then
            echo "Another program listens on port $port, where a part of this shop would" >&2
            exit 1
        fi
    done
}

fail() {
    echo "The shop does not open. $data/logs/$1.log ends with:" >&2
    tail -n 20 "$data/logs/$1.log" >&2
    exit 1
}

stop() {
    status=$?
    # All that was started is ended, whatever goes wrong with some of it.
    set +e
    trap '' INT TERM HUP
    echo "Stopping" >&2
    touch "$data/stopping"
    # What is in front ends first, so that what comes in finds everything it needs.
    end nginx
    end 'gateway-*'
    end '*'
    for name in $components; do
        component "$name" stop &
    done
    wait
    exit "$status"
}

# Held by all that is started here.
exec 9>"$data/lock"
flock --nonblock 9 || {
    echo "A shop, or what is left of one, runs in $data: see $data/pids" >&2
    exit 1
}
ports_are_free
# shellcheck disable=SC2086 # one word a name
"$root/tests/infra/fetch.sh" $components nginx
mkdir -p "$data/logs" "$data/media"
rm -rf "$data/pids" "$data/away" "$data/stopping"
mkdir "$data/pids" "$data/away"
trap stop EXIT
trap 'exit 130' INT TERM HUP

admin="as before   ($rialto --config $data/rialto.toml admin reset EMAIL makes a new password)"
echo "Starting $components"
start_components
configure
make_databases
open_first
echo "Starting two processes of every service"
start_processes
until_ready http://127.0.0.1:8080
until_ready http://127.0.0.1:8090
start_nginx
until_ready "$url"
cat <<END

  Storefront   $url     with a certificate that browsers ask about
  Admin        $url/admin     $admin
  API docs     $url/docs
  Mailbox      $url/dev/mail   (all mail lands here)
  Test cards   4242 4242 4242 4242  ok   |  4000 0000 0000 0002  declined  |  4000 0027 6000 3184  3-D Secure
  Consul       http://$(address consul)/v1/agent/services
  Logs         $data/logs
  Commands     $rialto --config $data/rialto.toml verify   (and the others)

  Ctrl+C stops
END
while sleep 1; do :; done
