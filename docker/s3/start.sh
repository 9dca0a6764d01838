#!/usr/bin/env bash
# One node of Ceph: monitor, storage daemon and S3 gateway. Made at the first start, found again at every later one. The user's keys are in two files,
# the first line of each, below S3_KEYS.
set -euo pipefail

dir=/var/lib/s3
keys=${S3_KEYS:?the folder with the files access-key and secret-key}
size=${S3_SIZE:-20G}
run=/tmp/s3
mkdir -p "$run" "$dir"/{mon,osd,rgw}
export CEPH_ARGS="-c $dir/ceph.conf"

pids=()
stop() {
    local pid
    # The gateway first, the monitor last.
    for ((i = ${#pids[@]} - 1; i >= 0; i--)); do
        pid=${pids[i]}
        kill "$pid" 2>/dev/null || true
        wait "$pid" 2>/dev/null || true
    done
}
trap 'stop; exit 0' TERM INT

await() {
    local what=$1
    shift
    for _ in $(seq 600); do
        "$@" >/dev/null 2>&1 && return 0
        sleep 0.1
    done
    echo "$what did not start within a minute." >&2
    stop
    exit 1
}

ceph_says() { ceph --connect-timeout 2 "$@"; }
osd_is_up() { ceph_says osd stat | grep -q "1 up"; }
gateway_answers() { curl -fsS -m 2 http://127.0.0.1:8480/; }

# What stands there is what was finished: a first start that broke off is begun again.
if [ ! -e "$dir/made" ]; then
    rm -rf "$dir"/{mon,osd,rgw}/* "$dir"/{ceph.conf,keyring,monmap}
    fsid=$(</proc/sys/kernel/random/uuid)
    cat > "$dir/ceph.conf" <<CONF
[global]
fsid = $fsid
keyring = $dir/keyring
mon initial members = a
mon host = [v2:127.0.0.1:3300,v1:127.0.0.1:6789]
public addr = 127.0.0.1
cluster addr = 127.0.0.1
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
log to file = false
mon cluster log to file = false
log to stderr = false
err to stderr = true
clog to monitors = false
debug mon = 0/0
debug paxos = 0/0
debug auth = 0/0
debug mgrc = 0/0
debug osd = 0/0
debug bluestore = 0/0
debug bluefs = 0/0
debug bdev = 0/0
debug rocksdb = 0/0
debug rgw = 0/0
debug ms = 0/0
run dir = $run
admin socket = $run/\$name.\$pid.asok
[mon]
mon data = $dir/mon
mon data avail warn = 2
mon data avail crit = 1
[osd]
osd data = $dir/osd
osd objectstore = bluestore
bluestore block size = $(numfmt --from=iec "$size")
bluestore cache autotune = false
bluestore cache size = 67108864
bluestore block db create = false
osd memory target = 939524096
osd op num shards = 2
osd crush update on start = true
[client.rgw]
rgw frontends = beast endpoint=0.0.0.0:8480
rgw data = $dir/rgw
rgw enable usage log = false
rgw enable ops log = false
rgw dynamic resharding = false
rgw run sync thread = false
rgw num rados handles = 1
rgw thread pool size = 64
CONF
    ceph-authtool --create-keyring "$dir/keyring" --gen-key -n mon. --cap mon "allow *" >/dev/null
    for name in client.admin client.rgw osd.0; do
        ceph-authtool "$dir/keyring" --gen-key -n "$name" --cap mon "allow *" --cap osd "allow *" --cap mgr "allow *" >/dev/null
    done
    monmaptool --create --addv a "[v2:127.0.0.1:3300,v1:127.0.0.1:6789]" --fsid "$fsid" "$dir/monmap" >/dev/null
    ceph-mon -i a --mkfs --monmap "$dir/monmap" --keyring "$dir/keyring"
fi

ceph-mon -i a -f &
pids+=($!)
await "The monitor" ceph_says -s

if [ ! -e "$dir/made" ]; then
    osd_id=$(</proc/sys/kernel/random/uuid)
    ceph_says osd new "$osd_id" >/dev/null
    ceph-osd -i 0 --mkfs --osd-uuid "$osd_id"
fi

ceph-osd -i 0 -f &
pids+=($!)
await "The storage daemon" osd_is_up

radosgw -n client.rgw -f &
pids+=($!)
await "The gateway" gateway_answers

if [ ! -e "$dir/made" ]; then
    radosgw-admin -n client.rgw user create --uid=customertrack --display-name=customertrack \
        --access-key="$(<"$keys/access-key")" --secret-key="$(<"$keys/secret-key")" >/dev/null
    touch "$dir/made"
fi
touch "$run/up"
echo "S3 is up on port 8480."

# None of them may be missing: the container ends, and its restart policy begins anew.
wait -n "${pids[@]}" || true
echo "A daemon ended; so does the container." >&2
stop
exit 1
