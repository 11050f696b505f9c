#!/bin/sh
# Makes sure that the real components of the cluster tests are there: installs Debian's packages where we may, and fills
# .tools/infra with the others, in the versions that kafka/pom.xml, ferretdb/go.mod and consul/go.mod name.
# Usage: tests/infra/fetch.sh [kafka|redis|mongodb|consul|mysql|postgres|standby|nginx]...
set -eu

here=$(cd "$(dirname "$0")" && pwd)
tools=$(cd "$here/../.." && pwd)/.tools/infra
# Debian keeps servers where only root looks for programs, and PostgreSQL's where nobody does.
newest=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
PATH="${newest:+$newest:}$PATH:/usr/local/sbin:/usr/sbin"

packages=
services=
go=
wants() {
    command -v "$1" >/dev/null 2>&1 || packages="$packages $2"
}
wants_server() {
    if ! command -v "$1" >/dev/null 2>&1; then
        packages="$packages $2"
        services="$services $3"
    fi
}
# Debian 12's Go is too old for both programs.
wants_go() {
    command -v go >/dev/null 2>&1 || go=missing
}

# A stamp holds the sum of what a tool was made from, so that it is made again when that changes.
sum() {
    cat "$here/$1/"* | cksum
}
made() {
    [ "$(cat "$tools/$1.sum" 2>/dev/null)" = "$(sum "$1")" ]
}
stamp() {
    sum "$1" >"$tools/$1.sum"
}

copy_jars() {
    ! made kafka || return 0
    echo "Fetching Kafka" >&2
    rm -rf "$tools/kafka"
    mkdir -p "$tools/kafka"
    if ! mvn --quiet --batch-mode --file "$here/kafka/pom.xml" dependency:copy-dependencies \
        -DoutputDirectory="$tools/kafka/lib" >"$tools/kafka/log" 2>&1; then
        cat "$tools/kafka/log" >&2
        exit 1
    fi
    stamp kafka
}

build() {
    ! made "$1" || return 0
    echo "Building $1${2:-}" >&2
    # Under another name at first: a server may run from the old file.
    (cd "$here/$1" && CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags="-s -w" -o "$tools/bin/$1.new" .)
    mv "$tools/bin/$1.new" "$tools/bin/$1"
    stamp "$1"
}

[ $# -gt 0 ] || set -- kafka redis mongodb consul mysql nginx
mkdir -p "$tools/bin"
for name; do
    case $name in
    kafka)
        wants java default-jre-headless
        made kafka || wants mvn maven
        ;;
    redis) wants_server redis-server redis-server redis-server ;;
    mongodb) made ferretdb || wants_go ;;
    consul)
        wants curl curl
        made consul || wants_go
        ;;
    mysql) wants_server mariadbd mariadb-server mariadb ;;
    postgres | standby) wants_server initdb postgresql postgresql ;;
    nginx)
        wants_server nginx nginx nginx
        wants openssl openssl
        ;;
    *)
        echo "There is no component $name" >&2
        exit 2
        ;;
    esac
done

if [ -n "$packages" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing for the tests:$packages" >&2
    # shellcheck disable=SC2086 # one word a package
    if apt-get update -qq &&
        DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $packages >/dev/null; then
        packages=
        # Debian starts what it installs, now and with the machine. The tests start servers of their own.
        for service in $services; do
            service "$service" stop >/dev/null 2>&1 || true
            update-rc.d "$service" disable >/dev/null 2>&1 || true
        done
    fi
fi
[ -z "$packages" ] || echo "The tests need what is missing here. On Debian: apt-get install$packages" >&2
[ -z "$go" ] || echo "The tests need Go 1.24 or newer, which is missing here." >&2
[ -z "$packages$go" ] || exit 1

for name; do
    case $name in
    kafka) copy_jars ;;
    mongodb) build ferretdb ;;
    consul) build consul " (minutes, once)" ;;
    esac
done
