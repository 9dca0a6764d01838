#!/usr/bin/env bash
# docker-compose.yml as a whole, on this machine: builds the images, starts everything, lets the generator feed, looks at the dashboard with a browser, kills a
# silo, and holds both tables against the generator's answer key. Where there is no collector, the silos' traces are taken, and looked at, by a test. Takes some minutes and 6 GB; not a part of ./test.sh. Everything it started is removed at the end.
#
#   tests/compose/run.sh                 three silos
#   tests/compose/run.sh snowflake       and the emulated Snowflake account, with its tables compared as well
#
# Needs docker with compose (v2, or docker-compose 1.29), and the .NET SDK; without chromium the pages are only fetched. Where no registry answers, images.sh stands in for what it can, and what it cannot is left out and named.
#   FEED_SECONDS (30) before and after the kill · FEED_RATE (1500) rows a second · BUILD_NETWORK (default) · SILOS · KEEP=1 removes nothing
set -euo pipefail
cd "$(dirname "$0")/../.."

with_snowflake=no
[ "${1:-}" != snowflake ] || with_snowflake=yes
read -ra silos <<< "${SILOS:-silo-1 silo-2 silo-3}"
feed_seconds=${FEED_SECONDS:-30}
export COMPOSE_PROJECT_NAME=customertrack-test-$$
export CUSTOMERTRACK_TAG=test
export BUILD_NETWORK=${BUILD_NETWORK:-default}
# Docker picks the ports.
export SILO_1_PORT=0 SILO_2_PORT=0 SILO_3_PORT=0 PROMETHEUS_PORT=0 GRAFANA_PORT=0
# A clock of the population's own, so that the answer key's times are exact; it goes on until it is stopped.
export GENERATOR_ROWS=0 GENERATOR_RATE=${FEED_RATE:-1500} GENERATOR_START_TIME=2020-01-01T00:00:00Z GENERATOR_SEED=${GENERATOR_SEED:-$RANDOM}
export S3_SIZE=8G

if docker compose version >/dev/null 2>&1; then
    compose=(docker compose)
else
    compose=(docker-compose)
    export DOCKER_BUILDKIT=0 COMPOSE_DOCKER_CLI_BUILD=0
fi
[ $with_snowflake = no ] || compose+=(--env-file docker/snowflake-emulator.env)

started=$SECONDS
say() { printf '%4d s  %s\n' $((SECONDS - started)) "$*"; }
fail() { say "FAILED: $*"; exit 1; }
# By label: many times faster than asking compose, and it finds what has ended too.
id() { docker ps -aq --filter "label=com.docker.compose.project=$COMPOSE_PROJECT_NAME" --filter "label=com.docker.compose.service=$1"; }
address() { docker port "$(id "$1")" 8080 | head -n 1; }
# Asked of a silo in its container, where the keys are files.
ask() { docker exec "$(id "$1")" customertrack "${@:2}" --data /data; }
status() { # status SILO ROLE PATH: the API's answer, with the key of a role, through the published port
    curl -fsS -m "${PATIENCE:-10}" -H "X-Api-Key: $(docker exec "$(id "$1")" cat "/run/customertrack/silo/$2-key")" "http://$(address "$1")/$3"
}
code() { curl -s -m 10 -o /dev/null -w '%{http_code}' "${@:2}" "http://$(address "${silos[0]}")/$1"; }

receiver=
logs=$(mktemp -d)
finish() {
    local result=$?
    trap - EXIT
    [ -z "$receiver" ] || kill "$receiver" 2>/dev/null || true
    rm -rf "$logs"
    if [ $result -ne 0 ]; then
        "${compose[@]}" ps || true
        "${compose[@]}" logs --tail=40 "${silos[@]}" generator redis s3 bucket secrets 2>&1 | cut -c1-400 || true
    fi
    if [ -z "${KEEP:-}" ]; then
        "${compose[@]}" down -v --remove-orphans --timeout 30 >/dev/null 2>&1 || true
    fi
    [ $result -ne 0 ] || say "Everything held."
    exit $result
}
trap finish EXIT
trap 'exit 130' INT TERM

await() { # await SECONDS WHAT COMMAND...
    local limit=$((SECONDS + $1)) what=$2
    shift 2
    until "$@" >/dev/null 2>&1; do
        [ $SECONDS -lt $limit ] || fail "$what: not within the time given."
        sleep 1
    done
}
is_healthy() { [ "$(docker inspect -f '{{.State.Health.Status}}' "$(id "$1")")" = healthy ]; }
has_ended_well() { [ "$(docker inspect -f '{{.State.Status}} {{.State.ExitCode}}' "$(id "$1")")" = "exited 0" ]; }
# Rows that every silo that answers has read, together.
rows() {
    local silo sum=0 n
    for silo in "$@"; do
        n=$(status "$silo" reader metrics | awk '/^customertrack_ingest_rows_total/ { n += $2 } END { printf "%d", n }') || n=0
        sum=$((sum + n))
    done
    echo $sum
}
more_rows_than() { [ "$(rows "${@:2}")" -gt "$1" ]; }

say "Images."
left_out=$(tests/compose/images.sh)
[ -z "$left_out" ] || say "Left out of this run, because their images cannot be had: $(echo $left_out)"
services=("${silos[@]}")
for service in prometheus collector:otel/ tempo:grafana/tempo grafana:grafana/grafana; do
    case $left_out in *"${service#*:}"*) ;; *) services+=("${service%%:*}") ;; esac
done
case " ${services[*]} " in *" grafana "* | *" prometheus "*) ;; *) fail "Prometheus is missing." ;; esac
build=(secrets s3 silo-1)
[ $with_snowflake = no ] || build+=(snowflake)
"${compose[@]}" build "${build[@]}" >"$logs/build" 2>&1 || { tail -n 40 "$logs/build"; fail "The images do not build."; }
for project in Telemetry Dashboard; do
    dotnet build -c Release "tests/$project.Tests" >"$logs/build" 2>&1 || { tail -n 40 "$logs/build"; fail "tests/$project.Tests does not build."; }
done

say "The files are well formed, with every profile."
"${compose[@]}" config -q
"${compose[@]}" --profile accounts --profile snowflake-emulator config -q

# Containers reach this machine at its address on Docker's own bridge.
case " ${services[*]} " in *" collector "*) ;; *)
    here=$(docker network inspect bridge -f '{{(index .IPAM.Config 0).Gateway}}'):$((20000 + RANDOM % 10000))
    export OTLP_TRACES_ENDPOINT=http://$here TRACE_SHARE=0.5
    TRACED_CLUSTER_SENDS_TO=$here artifacts/bin/Telemetry.Tests/release/CustomerTrack.Telemetry.Tests -class '*OutsideTests' -noColor >"$logs/traces" 2>&1 &
    receiver=$!
    say "Traces are taken at $here." ;;
esac

[ $with_snowflake = no ] || services+=(snowflake snowflake-apply)
say "Starting ${services[*]}."
"${compose[@]}" up -d --no-build "${services[@]}" >/dev/null 2>&1 || "${compose[@]}" up -d --no-build "${services[@]}"
for silo in "${silos[@]}"; do
    await 180 "$silo is ready" is_healthy "$silo"
done
await 60 "Prometheus is ready" is_healthy prometheus
say "Every silo is ready."

docker exec "$(id prometheus)" promtool check config /etc/customertrack/prometheus.yml >/dev/null || fail "promtool refuses prometheus.yml or its rules."
[ "$(code healthz/ready)" = 200 ] || fail "/healthz/ready asks for a key."
[ "$(code api/status)" = 401 ] || fail "/api/status is answered without a key."
[ "$(code api/customer/C00000001 -H "X-Api-Key: $(docker exec "$(id "${silos[0]}")" cat /run/customertrack/silo/reader-key)")" = 403 ] || fail "Prometheus's key reads customers."
[ "$(code orleans/)" = 401 ] || fail "Orleans' dashboard is shown without a key."
for part in _framework/blazor.web.js _content/MudBlazor/MudBlazor.min.css _content/MudBlazor/MudBlazor.min.js dashboard.css; do
    [ "$(code $part)" = 200 ] || fail "The image lacks $part."
done
[ "$(address "${silos[0]}" | cut -d: -f1)" = 127.0.0.1 ] || fail "A port is published beyond this machine."
say "The API asks for keys."

say "The generator feeds $GENERATOR_RATE rows a second (seed $GENERATOR_SEED)."
"${compose[@]}" up -d --no-build --no-deps generator >/dev/null 2>&1
await 60 "rows arrive" more_rows_than 0 "${silos[@]}"
fed=$SECONDS
for silo in "${silos[@]}"; do
    # It goes on for ever, so that its end is curl's.
    PATIENCE=3 status "$silo" reader api/customer/changes >"$logs/changes" 2>/dev/null || true
    grep -q '^event: change$' "$logs/changes" || fail "$silo tells of no changes."
done
say "Changes are told as they happen."
DASHBOARD_ADDRESS=http://$(address "${silos[0]}")/ DASHBOARD_KEY=$(docker exec "$(id "${silos[0]}")" cat /run/customertrack/silo/operator-key) \
    artifacts/bin/Dashboard.Tests/release/CustomerTrack.Dashboard.Tests -class '*OutsideTests' -noColor >"$logs/pages" 2>&1 ||
    { tail -n 40 "$logs/pages"; fail "The dashboard does not work."; }
if grep -q '\[SKIP\]' "$logs/pages"; then say "No browser here: the dashboard was not looked at."; else say "The dashboard works in a browser."; fi
[ -z "$receiver" ] || { wait "$receiver" || { tail -n 20 "$logs/traces"; fail "No whole trace of several silos arrived."; }; say "A landing file's trace arrived, with spans of several silos."; }
receiver=
rest=$((fed + feed_seconds - SECONDS))
[ $rest -le 0 ] || sleep $rest

others=("${silos[@]}")
if [ ${#silos[@]} -gt 1 ]; then
    victim=${silos[1]}
    victim_id=$(id "$victim")
    others=("${silos[0]}" "${silos[@]:2}")
    docker kill "$victim_id" >/dev/null
    killed=$SECONDS
    before=$(rows "${others[@]}")
    say "Killed $victim after $before rows of the others."
    # Rows flow: more than one batch beyond what was under way.
    await 60 "rows flow again after $victim was killed" more_rows_than $((before + 3 * GENERATOR_RATE)) "${others[@]}"
    say "Rows flow $((SECONDS - killed)) s after the kill."
    sleep "$feed_seconds"
    docker start "$victim_id" >/dev/null
    await 180 "$victim is ready again" is_healthy "$victim"
    say "$victim is back."
fi

"${compose[@]}" stop -t 60 generator >/dev/null 2>&1
has_ended_well generator || fail "The generator did not end in order."
docker logs "$(id generator)"

is_drained() {
    local silo
    docker exec "$(id "${silos[0]}")" sh -c '[ -z "$(find /data/landing/customer -type f ! -name ".*" | head -n 1)" ]' || return 1
    for silo in "${silos[@]}"; do
        status "$silo" reader api/status | grep -q '"waitingFiles":0,"openFiles":0,.*"waitingObjects":0' || return 1
    done
}
await 300 "everything is in the tables" is_drained
say "Drained."

ask "${silos[0]}" verify
[ $with_snowflake = no ] || { await 120 "the emulated account is set up" has_ended_well snowflake-apply; ask "${silos[0]}" verify --snowflake; }

# Row by row, not by their number alone.
compare() { # compare TABLE COLUMNS-BY-SQL
    local table=$1 columns expected found
    columns=$(docker exec "$(id "${silos[0]}")" head -n 1 "/data/answer/$table.csv" | tr -d '\r')
    columns=${columns//valid_from/strftime(valid_from, \'%Y-%m-%dT%H:%M:%S.%fZ\')}
    columns=${columns//valid_to/strftime(valid_to, \'%Y-%m-%dT%H:%M:%S.%fZ\')}
    expected=$(mktemp) found=$(mktemp)
    docker exec "$(id "${silos[0]}")" tail -n +2 "/data/answer/$table.csv" | tr -d '\r' | LC_ALL=C sort > "$expected"
    ask "$2" query "SELECT $columns FROM $table" --format csv | tail -n +2 | tr -d '\r' | LC_ALL=C sort > "$found"
    if ! cmp -s "$expected" "$found"; then
        diff "$expected" "$found" | head -n 20
        fail "$table, asked of $2: $(wc -l < "$expected") rows must come out, $(wc -l < "$found") did."
    fi
    say "$table, asked of $2: all $(wc -l < "$expected") rows of the answer key, and no other."
    rm -f "$expected" "$found"
}
for silo in "${silos[@]}"; do
    compare customer "$silo"
    compare customer_history "$silo"
done

# What Prometheus has of the silos, read with its own key.
query() { docker exec "$(id prometheus)" wget -qO - "http://127.0.0.1:9090/api/v1/query?query=$1"; }
all_scraped() { query 'sum(up%7Bjob=%22customertrack%22%7D)' | grep -q "\"${#silos[@]}\"\]"; }
await 30 "Prometheus reads every silo" all_scraped
query 'count(customertrack_ingest_rows_total)' | grep -q '"value"' || fail "Prometheus has no rows of the pipeline."
say "Prometheus reads all of them."

"${compose[@]}" stop -t 75 "${silos[@]}" >/dev/null 2>&1
for silo in "${silos[@]}"; do
    has_ended_well "$silo" || fail "$silo did not end in order: $(docker inspect -f '{{.State.ExitCode}}, killed for memory: {{.State.OOMKilled}}' "$(id "$silo")")"
done
say "The silos stopped in order."
