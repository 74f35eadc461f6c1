#!/usr/bin/env bash
# Kafka nodes on loopback without Docker: `node.sh start` prints their bootstrap address, `node.sh stop` ends
# them. Needs Java 17 or newer, and Maven for the first start. From the environment: NODES (1 or 3),
# PORT (of the first node; the others follow), CONTROLLER (likewise), DATA (folder of data, logs and pids).
# LOGIN=user:password asks for it (PLAIN and SCRAM; the nodes then talk to each other on port INNER and up);
# CERTIFICATE=file, a PEM file with the key and the certificate, adds TLS.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
libs=$root/build/kafka/libs
data=${DATA:-$root/build/kafka/data}
nodes=${NODES:-1}
port=${PORT:-19092}
controller=${CONTROLLER:-19192}
inner=${INNER:-19292}
login=${LOGIN:-}
certificate=${CERTIFICATE:-}
patience=60

die() { echo "kafka: $*" >&2; exit 1; }

fetch() {
  [ -e "$libs/.ready" ] && [ "$libs/.ready" -nt "$here/pom.xml" ] && return
  command -v mvn > /dev/null || die "Maven is missing: it fetches the jars (Debian: apt-get install maven)"
  echo "fetching Apache Kafka from Maven Central…" >&2
  rm -rf "$libs"
  mvn -B -q -Dstyle.color=never -f "$here/pom.xml" dependency:copy-dependencies -DoutputDirectory="$libs" 2>&1 |
    sed $'s/\x1b\\[[0-9;]*m//g' >&2  # Maven resets colours that it did not set
  touch "$libs/.ready"
}

configure() {  # the number of a node -> its folder with a configuration
  local n=$1 folder=$data/$1 copies=1 least=1 voters="" i
  [ "$nodes" -ge 3 ] && copies=3 least=2
  for i in $(seq "$nodes"); do voters+="${voters:+,}$i@127.0.0.1:$((controller + i - 1))"; done
  mkdir -p "$folder"
  cat > "$folder/server.properties" << EOF
process.roles=broker,controller
node.id=$n
listeners=PLAINTEXT://127.0.0.1:$((port + n - 1)),CONTROLLER://127.0.0.1:$((controller + n - 1))
advertised.listeners=PLAINTEXT://127.0.0.1:$((port + n - 1))
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
controller.quorum.voters=$voters
log.dirs=$folder/log
auto.create.topics.enable=false
num.network.threads=2
num.io.threads=4
default.replication.factor=$copies
min.insync.replicas=$least
offsets.topic.replication.factor=$copies
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=$copies
transaction.state.log.min.isr=$least
transaction.state.log.num.partitions=4
share.coordinator.state.topic.replication.factor=$copies
share.coordinator.state.topic.min.isr=$least
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
EOF
  [ -z "$login" ] || guard "$n" >> "$folder/server.properties"  # of a key given twice, the last holds
  chmod go= "$folder/server.properties"
}

guard() {  # the number of a node -> settings by which clients have to log in
  local n=$1 protocol=SASL_PLAINTEXT modules=org.apache.kafka.common.security
  [ -n "$certificate" ] && protocol=SASL_SSL
  cat << EOF
listeners=CLIENT://127.0.0.1:$((port + n - 1)),INNER://127.0.0.1:$((inner + n - 1)),CONTROLLER://127.0.0.1:$((controller + n - 1))
advertised.listeners=CLIENT://127.0.0.1:$((port + n - 1)),INNER://127.0.0.1:$((inner + n - 1))
inter.broker.listener.name=INNER
listener.security.protocol.map=CONTROLLER:PLAINTEXT,INNER:PLAINTEXT,CLIENT:$protocol
sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512
listener.name.client.plain.sasl.jaas.config=$modules.plain.PlainLoginModule required user_${login%%:*}="${login#*:}";
listener.name.client.scram-sha-256.sasl.jaas.config=$modules.scram.ScramLoginModule required;
listener.name.client.scram-sha-512.sasl.jaas.config=$modules.scram.ScramLoginModule required;
EOF
  [ -z "$certificate" ] || printf '%s\n' ssl.keystore.type=PEM "ssl.keystore.location=$certificate"
}

launch() {
  local n=$1 folder=$data/$1 users=() name
  [ -z "$login" ] || for name in SCRAM-SHA-256 SCRAM-SHA-512; do
    users+=(--add-scram "$name=[name=${login%%:*},password=${login#*:}]")
  done
  [ -e "$folder/log/meta.properties" ] ||
    java -Xmx128m -XX:TieredStopAtLevel=1 -cp "$libs/*" kafka.tools.StorageTool format \
      -t "$(cat "$data/cluster")" -c "$folder/server.properties" "${users[@]}" > "$folder/format.out" 2>&1 ||
    die "node $n cannot be formatted: $(tail -n 3 "$folder/format.out")"
  nohup java -Xmx384m -Xms128m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 \
    -Dorg.slf4j.simpleLogger.defaultLogLevel=warn -Dorg.slf4j.simpleLogger.showDateTime=true \
    -Dorg.slf4j.simpleLogger.log.kafka.server.KafkaRaftServer=info \
    -cp "$libs/*" kafka.Kafka "$folder/server.properties" > "$folder/out" 2>&1 < /dev/null &
  echo $! > "$folder/pid"
}

alive() { [ -e "$data/$1/pid" ] && kill -0 "$(cat "$data/$1/pid")" 2> /dev/null; }

await() {
  local n=$1 tries=$((patience * 10))
  until grep -q "Kafka Server started" "$data/$n/out"; do
    alive "$n" || die "node $n ended: $(tail -n 5 "$data/$n/out")"
    [ $((tries -= 1)) -gt 0 ] || die "node $n does not answer after $patience s: see $data/$n/out"
    sleep 0.1
  done
}

start() {
  command -v java > /dev/null || die "Java is missing (17 or newer; Debian: apt-get install default-jre-headless)"
  fetch
  mkdir -p "$data"
  [ -e "$data/cluster" ] ||
    java -Xmx128m -XX:TieredStopAtLevel=1 -cp "$libs/*" kafka.tools.StorageTool random-uuid 2> /dev/null > "$data/cluster"
  for n in $(seq "$nodes"); do
    alive "$n" && continue
    configure "$n"
    launch "$n"
  done
  local bootstrap="" n
  for n in $(seq "$nodes"); do
    await "$n"
    bootstrap+="${bootstrap:+,}127.0.0.1:$((port + n - 1))"
  done
  echo "$bootstrap"
}

stop() {
  local pid folder stopped=0
  for folder in "$data"/*/; do
    [ -e "$folder/pid" ] || continue
    pid=$(cat "$folder/pid")
    kill "$pid" 2> /dev/null || true
    for _ in $(seq 100); do kill -0 "$pid" 2> /dev/null || break; sleep 0.1; done
    kill -9 "$pid" 2> /dev/null || true
    rm -f "$folder/pid"
    echo "stopped node $(basename "$folder") (process $pid)"
    stopped=1
  done
  [ "$stopped" = 1 ] || echo "no node was running"
}

case "${1:-}" in
  fetch) fetch ;;
  start) start ;;
  stop) stop ;;
  *) die "usage: node.sh fetch | start | stop" ;;
esac
