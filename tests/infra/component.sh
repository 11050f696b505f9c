#!/bin/sh
# Starts, stops, kills or checks one of the servers that the cluster tests talk to. What it owns is in FOLDER/NAME: its
# data, log, pid and port. Started again it has the port and the data it had, but for Redis and Consul, who forget.
# Usage: tests/infra/component.sh kafka|redis|mongodb|consul|mysql start|stop|kill|check FOLDER
set -eu

if [ $# != 3 ]; then
    echo "Usage: $0 kafka|redis|mongodb|consul|mysql start|stop|kill|check FOLDER" >&2
    exit 2
fi
name=$1
case $name in
kafka | redis | mongodb | consul | mysql) ;;
*)
    echo "There is no component $name" >&2
    exit 2
    ;;
esac
tools=$(cd "$(dirname "$0")/../.." && pwd)/.tools/infra
home=$(mkdir -p "$3/$name" && cd "$3/$name" && pwd)
# Debian keeps servers where only root looks for programs.
PATH="$PATH:/usr/local/sbin:/usr/sbin"

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
alive() {
    pid=$(cat "$home/pid" 2>/dev/null) && kill -0 "$pid" 2>/dev/null &&
        ! awk '/^State:/ { dead = $2 == "Z" } /^Threads:/ { exit !(dead && $2 == 1) }' "/proc/$pid/status" 2>/dev/null
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
listeners=PLAINTEXT://127.0.0.1:$port,CONTROLLER://127.0.0.1:$((port + 1))
advertised.listeners=PLAINTEXT://127.0.0.1:$port
controller.listener.names=CONTROLLER
controller.quorum.bootstrap.servers=127.0.0.1:$((port + 1))
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

launch_mysql() {
    # MariaDB does not want to be root's, so root hands it to the user that the package made.
    as=
    if [ "$(id -u)" = 0 ]; then
        chmod go+x "$home/.."
        chown mysql "$home"
        as="setpriv --reuid=mysql --regid=mysql --init-groups"
    fi
    [ -d "$home/data/mysql" ] || $as mariadb-install-db --no-defaults --datadir="$home/data" \
        --auth-root-authentication-method=normal --skip-name-resolve --skip-test-db >>"$home/log" 2>&1 ||
        fail "cannot make its data"
    # What was committed must outlive the process, not the machine.
    # shellcheck disable=SC2086 # one word an option
    launch $as mariadbd --no-defaults --datadir="$home/data" --socket="$home/socket" --pid-file="$home/data/pid" \
        --bind-address=127.0.0.1 --port="$port" --skip-name-resolve --max-connections=400 \
        --character-set-server=utf8mb4 --innodb-flush-log-at-trx-commit=2 --innodb-buffer-pool-size=64M \
        --innodb-log-file-size=16M --innodb-use-native-aio=0
}

launch_server() {
    case $name in
    kafka) launch_kafka ;;
    redis) launch redis-server --port "$port" --bind 127.0.0.1 --save '' --appendonly no --dir "$home" ;;
    mongodb)
        mkdir -p "$home/data"
        launch "$tools/bin/ferretdb" "127.0.0.1:$port" "$home/data"
        ;;
    consul)
        launch "$tools/bin/consul" -dev -node=rialto -bind=127.0.0.1 -client=127.0.0.1 -http-port="$port" \
            -server-port=$((port + 1)) -serf-lan-port=$((port + 2)) -serf-wan-port=-1 -dns-port=-1 -grpc-port=-1 \
            -grpc-tls-port=-1 -https-port=-1 -hcl='disable_update_check = true' -log-level=info
        ;;
    mysql) launch_mysql ;;
    esac
}

# `logged` counts the bytes that the log had before this start.
answers() {
    case $name in
    kafka) tail -c +$((logged + 1)) "$home/log" | grep -q 'Kafka Server started' ;;
    redis) [ "$(redis-cli -h 127.0.0.1 -p "$port" ping 2>/dev/null)" = PONG ] ;;
    mongodb) tail -c +$((logged + 1)) "$home/log" | grep -q 'Listening on' ;;
    consul) curl --silent --fail --max-time 5 "http://127.0.0.1:$port/v1/status/leader" | grep -q : ;;
    mysql) mariadb-admin --no-defaults --socket="$home/socket" --user=root ping >/dev/null 2>&1 ;;
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

end() {
    if alive; then
        # A stopped process hears a signal when it goes on.
        kill "-$1" "$pid"
        kill -CONT "$pid" 2>/dev/null || true
        tries=0
        while alive; do
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

# Fails if the server ended, but not by this script.
check() {
    [ ! -e "$home/pid" ] || alive || fail "ended before its time"
}

case $2 in
start) start ;;
stop) end TERM ;;
kill) end KILL ;;
check) check ;;
*)
    echo "$0 can start, stop, kill and check, not $2" >&2
    exit 2
    ;;
esac
