#!/bin/sh
# Starts, stops, kills or checks one of the servers that the cluster tests talk to. What it owns is in FOLDER/NAME: its
# data, log, pid and port. Started again it has the port and the data it had, but for Redis and Consul, who forget.
# `standby` follows `postgres` in the same FOLDER, until it is promoted. With SYNCHRONOUS_STANDBY=on at its first start,
# postgres commits nothing from then on that the standby has not written down too. All but mysql listen on HOST, which is
# 127.0.0.1 unless the environment says otherwise. `pause` has a server take connections and answer nothing, until
# `resume`; `slow` has it do in a second what it does in a quarter of one otherwise.
# Usage: tests/infra/component.sh kafka|redis|mongodb|consul|mysql|postgres|standby ACTION FOLDER
#        where ACTION is one of start, stop, kill, pause, slow, resume, check, promote
set -eu

if [ $# != 3 ]; then
    echo "Usage: $0 kafka|redis|mongodb|consul|mysql|postgres|standby" \
        "start|stop|kill|pause|slow|resume|check|promote FOLDER" >&2
    exit 2
fi
name=$1
case $name in
kafka | redis | mongodb | consul | mysql | postgres | standby) ;;
*)
    echo "There is no component $name" >&2
    exit 2
    ;;
esac
tools=$(cd "$(dirname "$0")/../.." && pwd)/.tools/infra
home=$(mkdir -p "$3/$name" && cd "$3/$name" && pwd)
host=${HOST:-127.0.0.1}
# Debian keeps servers where only root looks for programs, and PostgreSQL's where nobody does.
newest=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
PATH="${newest:+$newest:}$PATH:/usr/local/sbin:/usr/sbin"

# A port is free for good only below those that the kernel hands out to connections: a server that is away for a while
# would lose another. Kafka and Consul take the ports after theirs too. The ranges keep apart those that start together.
choose_port() {
    [ ! -e "$home/port" ] || return 0
    while :; do
        port=$(($1 + $(od -An -N2 -tu2 /dev/urandom) % 600 * 4))
        taken=$(printf ':%04X |:%04X |:%04X ' "$port" "$((port + 1))" "$((port + 2))")
        grep -Eqs "$taken" /proc/net/tcp /proc/net/tcp6 || break
    done
    echo "$port" >"$home/port"
}

# One that nobody waits for has ended all the same, when its last thread has: until then its port and files are taken.
lives() {
    kill -0 "$1" 2>/dev/null &&
        ! awk '/^State:/ { dead = $2 == "Z" } /^Threads:/ { exit !(dead && $2 == 1) }' "/proc/$1/status" 2>/dev/null
}

alive() {
    pid=$(cat "$home/pid" 2>/dev/null) && lives "$pid"
}

fail() {
    echo "$name $1. It said:" >&2
    tail -n 20 "$home/log" >&2
    exit 1
}

# A session of its own: a signal to the caller's group is not for the server, and its output is not the caller's.
launch() {
    setsid "$@" >>"$home/log" 2>&1 </dev/null &
    echo $! >"$home/pid"
}

launch_kafka() {
    # Many topics of few records, one broker, and a restart that does not wait long for the session it had.
    cat >"$home/server.properties" <<END
process.roles=broker,controller
node.id=1
listeners=PLAINTEXT://$host:$port,CONTROLLER://$host:$((port + 1))
advertised.listeners=PLAINTEXT://$host:$port
controller.listener.names=CONTROLLER
controller.quorum.bootstrap.servers=$host:$((port + 1))
log.dirs=$home/data
auto.create.topics.enable=false
num.partitions=4
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
group.initial.rebalance.delay.ms=0
broker.session.timeout.ms=2000
broker.heartbeat.interval.ms=500
log.cleaner.dedupe.buffer.size=4194304
num.network.threads=2
num.io.threads=4
END
    # The compiler that is quick to start and the collector that is small.
    export CLASSPATH="$tools/kafka/lib/*" JDK_JAVA_OPTIONS="-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
    [ -e "$home/data/meta.properties" ] || java -Dorg.slf4j.simpleLogger.defaultLogLevel=warn kafka.tools.StorageTool \
        format --standalone --cluster-id cmlhbHRvLXRlc3RzLTAwMA --config "$home/server.properties" >>"$home/log" 2>&1 ||
        fail "cannot make its data"
    launch java -Xmx256m -Dorg.slf4j.simpleLogger.showDateTime=true \
        -Dorg.slf4j.simpleLogger.log.org.apache.kafka.common.config=warn kafka.Kafka "$home/server.properties"
}

# Neither database wants to be root's, so root hands it to the user that the package made.
hand_to() {
    as=
    if [ "$(id -u)" = 0 ]; then
        chmod go+x "$home/.."
        chown "$1" "$home"
        as="setpriv --reuid=$1 --regid=$1 --init-groups"
    fi
}

launch_mysql() {
    hand_to mysql
    [ -d "$home/data/mysql" ] || $as mariadb-install-db --no-defaults --datadir="$home/data" \
        --auth-root-authentication-method=normal --skip-name-resolve --skip-test-db >>"$home/log" 2>&1 ||
        fail "cannot make its data"
    # What was committed must outlive the process, not the machine.
    # shellcheck disable=SC2086 # one word an option
    launch $as mariadbd --no-defaults --datadir="$home/data" --socket="$home/socket" --pid-file="$home/data/pid" \
        --bind-address=127.0.0.1 --port="$port" --skip-name-resolve --max-connections=400 \
        --character-set-server=utf8mb4 --innodb-flush-log-at-trx-commit=2 --innodb-buffer-pool-size=64M \
        --innodb-log-file-size=16M --innodb-use-native-aio=0 --innodb-file-per-table=0
}

# Asks the PostgreSQL at a port.
ask() {
    psql --no-psqlrc --quiet --no-align --tuples-only --host="$host" --port="$1" --username=postgres \
        --dbname=postgres --command="$2"
}

# Data that is half made has another name, so that nothing is started on it.
make_data() {
    rm -rf "$home/data.new"
    $as "$@" --pgdata="$home/data.new" --no-sync >>"$home/log" 2>&1 || fail "cannot make its data"
    mv "$home/data.new" "$home/data"
}

# PostgreSQL's work in its data, and go on for a moment when it has been killed. The dead have no folder.
backends() {
    for each in $(find /proc -maxdepth 2 -name cwd -lname "$home/data" 2>/dev/null | cut -d/ -f3); do
        case $(readlink "/proc/$each/exe") in */postgres) echo "$each" ;; esac
    done
}

launch_either() {
    # Both would keep it from starting: who is left of one that was killed, and a lock in the name of one that has ended
    # but that nobody waits for.
    while left=$(backends) && [ -n "$left" ]; do
        # shellcheck disable=SC2086 # one word a process
        kill -KILL $left 2>/dev/null || true
        sleep 0.1
    done
    rm -f "$home/data/postmaster.pid"
    # What was committed must outlive the process, not the machine. Whole pages are logged all the same, for copies are
    # made while others write.
    # shellcheck disable=SC2086 # one word an option
    launch $as postgres -D "$home/data" -p "$port" -c listen_addresses="$host" -c unix_socket_directories= \
        -c fsync=off -c full_page_writes=on -c wal_level=replica -c max_wal_senders=10 \
        -c hot_standby=on -c cluster_name="$name" -c max_connections=400 -c shared_buffers=128MB
}

launch_postgres() {
    hand_to postgres
    if [ ! -d "$home/data" ]; then
        make_data initdb --username=postgres --auth=trust --encoding=UTF8 --data-checksums
        # With checksums, and the log since the last common checkpoint, pg_rewind can bring a former primary back.
        echo "wal_keep_size = 256MB" >>"$home/data/postgresql.conf"
        # Of its own it trusts this machine alone, and whoever is in another network comes from another.
        [ "$host" = 127.0.0.1 ] || printf 'host %s all all trust\n' all replication >>"$home/data/pg_hba.conf"
    fi
    launch_either
}

launch_standby() {
    hand_to postgres
    [ -d "$home/data" ] || copy_primary
    launch_either
}

copy_primary() {
    # It may be starting too.
    tries=0
    until primary=$(cat "$home/../postgres/port" 2>/dev/null) && ask "$primary" "SELECT 1" >/dev/null 2>&1; do
        tries=$((tries + 1))
        [ "$tries" -lt 300 ] || fail "finds no postgres in its folder"
        sleep 0.1
    done
    # The slot keeps the log for a standby that is away, and outlives one that was thrown away.
    slot=$(ask "$primary" "SELECT 1 FROM pg_replication_slots WHERE slot_name = 'standby'")
    [ -n "$slot" ] || ask "$primary" "SELECT pg_create_physical_replication_slot('standby')" >/dev/null
    make_data pg_basebackup --dbname="host=$host port=$primary user=postgres" --checkpoint=fast \
        --write-recovery-conf --slot=standby
    if [ "${SYNCHRONOUS_STANDBY:-off}" = on ]; then
        ask "$primary" "ALTER SYSTEM SET synchronous_standby_names = 'standby'"
        ask "$primary" "SELECT pg_reload_conf()" >/dev/null
    fi
}

# Waits until it takes writes.
promote() {
    port=$(cat "$home/port")
    writable=$(ask "$port" \
        "SELECT CASE WHEN pg_is_in_recovery() THEN pg_promote(wait_seconds => 60) ELSE true END") || writable=
    [ "$writable" = t ] || fail "is not promoted"
}

launch_server() {
    case $name in
    kafka) launch_kafka ;;
    redis) launch redis-server --port "$port" --bind "$host" --protected-mode no --save '' --appendonly no --dir "$home" ;;
    mongodb)
        mkdir -p "$home/data"
        launch "$tools/bin/ferretdb" "$host:$port" "$home/data"
        ;;
    consul)
        launch "$tools/bin/consul" -dev -node=rialto -bind="$host" -client="$host" -http-port="$port" \
            -server-port=$((port + 1)) -serf-lan-port=$((port + 2)) -serf-wan-port=-1 -dns-port=-1 -grpc-port=-1 \
            -grpc-tls-port=-1 -https-port=-1 -hcl='disable_update_check = true' -log-level=info
        ;;
    mysql) launch_mysql ;;
    postgres) launch_postgres ;;
    standby) launch_standby ;;
    esac
}

# `logged` counts the bytes that the log had before this start.
answers() {
    case $name in
    kafka) tail -c +$((logged + 1)) "$home/log" | grep -q 'Kafka Server started' ;;
    redis) [ "$(redis-cli -h "$host" -p "$port" ping 2>/dev/null)" = PONG ] ;;
    mongodb) tail -c +$((logged + 1)) "$home/log" | grep -q 'Listening on' ;;
    consul) curl --silent --fail --max-time 5 "http://$host:$port/v1/status/leader" | grep -q : ;;
    mysql) mariadb-admin --no-defaults --socket="$home/socket" --user=root ping >/dev/null 2>&1 ;;
    postgres | standby) pg_isready --quiet --host="$host" --port="$port" --username=postgres ;;
    esac
}

start() {
    ! alive || return 0
    case $name in
    kafka) choose_port 20000 ;;
    redis) choose_port 22400 ;;
    mongodb) choose_port 24800 ;;
    consul) choose_port 27200 ;;
    mysql) choose_port 29600 ;;
    postgres) choose_port 17600 ;;
    standby) choose_port 15200 ;;
    esac
    port=$(cat "$home/port")
    touch "$home/log"
    logged=$(wc -c <"$home/log")
    launch_server
    tries=0
    until answers; do
        tries=$((tries + 1))
        if ! alive || [ "$tries" -ge 600 ]; then
            end KILL
            fail "does not start"
        fi
        sleep 0.1
    done
}

some_live() {
    for each in $ending; do
        ! lives "$each" || return 0
    done
    return 1
}

at_full_speed() {
    [ -e "$home/slow" ] || return 0
    kill -KILL "$(cat "$home/slow")" 2>/dev/null || true
    rm -f "$home/slow"
    # shellcheck disable=SC2046 # one word a process
    ! alive || kill -CONT "$pid" $(backends) 2>/dev/null || true
}

end() {
    at_full_speed
    if alive; then
        ending=$pid
        if [ "$1" = KILL ]; then
            # Stopped, it starts no more.
            kill -STOP "$pid" 2>/dev/null || true
            ending="$pid $(backends)"
        fi
        # A stopped process hears a signal when it goes on.
        # shellcheck disable=SC2086 # one word a process
        kill "-$1" $ending 2>/dev/null || true
        kill -CONT "$pid" 2>/dev/null || true
        tries=0
        while some_live; do
            tries=$((tries + 1))
            [ "$tries" -lt 200 ] || kill -KILL "$pid" 2>/dev/null || true
            if [ "$tries" -ge 300 ]; then
                echo "$name does not end" >&2
                exit 1
            fi
            sleep 0.1
        done
    fi
    rm -f "$home/pid"
}

# PostgreSQL answers by processes of its own.
signal() {
    alive || fail "is not there"
    # shellcheck disable=SC2046 # one word a process
    kill "-$1" "$pid" $(backends)
}

stands_still() {
    [ -z "$1" ] || grep -qs '^State:[[:space:]]*T' "/proc/$1/status"
}

# In turns too short for anybody to take it for dead. Ends with the server.
slow() {
    at_full_speed
    alive || fail "is not there"
    # shellcheck disable=SC2016 # for the shell that is started
    setsid sh -c '
        while kill -STOP "$1"; do
            children=$(cat "/proc/$1/task/$1/children")
            [ -z "$children" ] || kill -STOP $children
            sleep 0.06
            kill -CONT $children "$1"
            sleep 0.02
        done
    ' slow "$pid" >/dev/null 2>&1 </dev/null &
    echo $! >"$home/slow"
    tries=0
    until stands_still "$pid" && stands_still "$(backends | grep -vx "$pid" | tail -n 1)"; do
        tries=$((tries + 1))
        [ "$tries" -lt 200 ] || fail "goes on as before"
        sleep 0.01
    done
}

resume() {
    at_full_speed
    signal CONT
}

# Fails if the server ended, but not by this script.
check() {
    [ ! -e "$home/pid" ] || alive || fail "ended before its time"
}

case $2 in
start) start ;;
stop)
    # PostgreSQL takes TERM for "once all clients have gone".
    case $name in
    postgres | standby) end INT ;;
    *) end TERM ;;
    esac
    ;;
kill) end KILL ;;
pause)
    at_full_speed
    signal STOP
    ;;
slow) slow ;;
resume) resume ;;
check) check ;;
promote) promote ;;
*)
    echo "$0 can start, stop, kill, pause, slow, resume, check and, a standby, promote, but not $2" >&2
    exit 2
    ;;
esac
