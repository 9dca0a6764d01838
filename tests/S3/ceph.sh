#!/usr/bin/env bash
# A real S3 store for tests: Ceph with one monitor, one storage daemon that keeps everything in memory, and the S3 gateway.
# Listens on 127.0.0.1 only; several may run at once, each in a folder and on a range of ports of its own.
#
#   tests/S3/ceph.sh start DIR [PORT]   uses PORT to PORT+15 (default: looks for a free range); prints address, access key, secret key
#   tests/S3/ceph.sh run DIR [PORT]     the same, and ends when its standard input does, so that it cannot outlive who started it
#   tests/S3/ceph.sh stop DIR           ends it by the process ids it left in DIR, and removes DIR
#
# Needs: apt-get install -y --no-install-recommends radosgw ceph-mon ceph-osd
set -euo pipefail

usage="usage: $0 start|run DIR [PORT] | stop DIR"
command=${1:?$usage}
dir=$(realpath -m "${2:?$usage}")
access_key=customertrack
secret_key=customertrack-test-secret

stop() {
    local file pid
    for file in "$dir"/{rgw,osd,mon}.pid; do
        [ -f "$file" ] || continue
        pid=$(<"$file")
        kill "$pid" 2>/dev/null || true
        for _ in $(seq 50); do
            kill -0 "$pid" 2>/dev/null || break
            sleep 0.1
        done
        kill -9 "$pid" 2>/dev/null || true
    done
}

if [ "$command" = stop ]; then
    stop
    rm -rf "$dir"
    exit 0
fi
[ "$command" = start ] || [ "$command" = run ] || { echo "$usage" >&2; exit 2; }

for program in radosgw ceph-mon ceph-osd; do
    command -v "$program" >/dev/null || { echo "$program is not installed: apt-get install -y --no-install-recommends radosgw ceph-mon ceph-osd" >&2; exit 3; }
done

is_free() { ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

range_is_free() {
    local port
    for port in $(seq "$1" $(($1 + 15))); do
        is_free "$port" || return 1
    done
}

port=${3:-}
if [ -z "$port" ]; then
    # Below the range that the system gives to outgoing connections.
    for _ in $(seq 50); do
        port=$((16000 + 16 * (RANDOM % 900)))
        range_is_free "$port" && break
    done
fi

[ -e "$dir/ceph.conf" ] && { echo "$dir is in use; stop it first." >&2; exit 1; }
mkdir -p "$dir"/{mon,osd,rgw,run}
fsid=$(</proc/sys/kernel/random/uuid)
keyring=$dir/keyring

cat > "$dir/ceph.conf" <<CONF
[global]
fsid = $fsid
keyring = $keyring
mon initial members = a
mon host = [v2:127.0.0.1:$((port + 1)),v1:127.0.0.1:$((port + 2))]
public addr = 127.0.0.1
cluster addr = 127.0.0.1
ms bind port min = $((port + 3))
ms bind port max = $((port + 15))
auth cluster required = cephx
auth service required = cephx
auth client required = cephx
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon allow pool size one = true
mon max pg per osd = 1000
log file = $dir/run/\$name.log
run dir = $dir/run
admin socket = $dir/run/\$name.asok
[mon]
mon data = $dir/mon
[osd]
osd data = $dir/osd
osd objectstore = memstore
memstore device bytes = 4294967296
[client.rgw]
rgw frontends = beast endpoint=127.0.0.1:$port
rgw data = $dir/rgw
rgw enable usage log = false
rgw enable ops log = false
rgw dynamic resharding = false
rgw run sync thread = false
rgw gc max objs = 1
rgw lc max objs = 1
rgw num rados handles = 1
rgw thread pool size = 64
rgw crypt require ssl = false
rgw crypt s3 kms backend = testing
rgw crypt s3 kms encryption keys = test-key=AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=
CONF

fail() {
    echo "$1" >&2
    tail -n 20 "$dir"/run/*.out >&2 || true
    stop
    exit 1
}

await() {
    local what=$1
    shift
    for _ in $(seq 300); do
        "$@" >/dev/null 2>&1 && return 0
        sleep 0.1
    done
    fail "$what did not start within 30 seconds."
}

ceph() { command ceph -c "$dir/ceph.conf" --connect-timeout 2 "$@"; }
osd_is_up() { ceph osd stat | grep -q "1 up"; }

ceph-authtool --create-keyring "$keyring" --gen-key -n mon. --cap mon "allow *" >/dev/null
for name in client.admin client.rgw osd.0; do
    ceph-authtool "$keyring" --gen-key -n "$name" --cap mon "allow *" --cap osd "allow *" --cap mgr "allow *" >/dev/null
done
monmaptool --create --addv a "[v2:127.0.0.1:$((port + 1)),v1:127.0.0.1:$((port + 2))]" --fsid "$fsid" "$dir/monmap" >/dev/null

ceph-mon -c "$dir/ceph.conf" -i a --mkfs --monmap "$dir/monmap" --keyring "$keyring" >"$dir/run/mkfs.out" 2>&1
ceph-mon -c "$dir/ceph.conf" -i a -f >"$dir/run/mon.out" 2>&1 </dev/null &
echo $! >"$dir/mon.pid"
await "The monitor" ceph -s

osd_id=$(</proc/sys/kernel/random/uuid)
ceph osd new "$osd_id" >/dev/null
ceph-osd -c "$dir/ceph.conf" -i 0 --mkfs --osd-uuid "$osd_id" >"$dir/run/osd-mkfs.out" 2>&1
ceph-osd -c "$dir/ceph.conf" -i 0 -f >"$dir/run/osd.out" 2>&1 </dev/null &
echo $! >"$dir/osd.pid"
await "The storage daemon" osd_is_up

radosgw -c "$dir/ceph.conf" -n client.rgw -f >"$dir/run/rgw.out" 2>&1 </dev/null &
echo $! >"$dir/rgw.pid"
await "The gateway" curl -fsS "http://127.0.0.1:$port/"
radosgw-admin -c "$dir/ceph.conf" -n client.rgw user create --uid=test --display-name=test --access-key="$access_key" --secret-key="$secret_key" \
    >"$dir/run/user.out" 2>&1 || fail "The user could not be made."
echo "http://127.0.0.1:$port $access_key $secret_key"

if [ "$command" = run ]; then
    trap 'stop; rm -rf "$dir"' EXIT
    cat >/dev/null
fi
