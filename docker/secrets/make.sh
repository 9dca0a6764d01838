#!/bin/bash
# Makes every secret that is missing below the folder given; what is there stays. A folder per reader, which only its user can look into.
set -euo pipefail
umask 077
root=${1:?the folder}

# folder FOR USER: its name, and the user id that the image of its reader runs as
folder() { mkdir -p "$root/$1"; }
closed() { chown -R "$2:$2" "$root/$1"; chmod 0500 "$root/$1"; chmod 0400 "$root/$1"/*; }
# put FILE: standard input, whole or not at all
put() { cat > "$root/$1.new" && mv "$root/$1.new" "$root/$1"; }
once() { [ -s "$root/$1" ] || openssl rand -hex 32 | tr -d '\n' | put "$1"; }
copy() { put "$2" < "$root/$1"; }

for name in silo redis prometheus collector grafana s3 snowflake tls; do
    folder "$name"
done
chmod 0755 "$root"

# The API's keys; Prometheus may read metrics and no customers.
once silo/operator-key
once silo/reader-key
copy silo/reader-key prometheus/reader-key

once redis/password
copy redis/password silo/redis-password
copy redis/password collector/redis-password
printf 'requirepass %s\n' "$(<"$root/redis/password")" | put redis/auth.conf

[ -s "$root/s3/access-key" ] || openssl rand -hex 10 | tr -d '\n' | put s3/access-key
once s3/secret-key
printf '[default]\naws_access_key_id = %s\naws_secret_access_key = %s\n' "$(<"$root/s3/access-key")" "$(<"$root/s3/secret-key")" | put silo/aws-credentials
copy silo/aws-credentials snowflake/aws-credentials

once grafana/admin-password

# For the emulated Snowflake account: the pipeline's key, and https with an authority of its own, whose key is thrown away.
if [ ! -s "$root/snowflake/user.pub" ]; then
    openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:2048 | put silo/snowflake.p8
    openssl pkey -in "$root/silo/snowflake.p8" -pubout | put snowflake/user.pub
fi
if [ ! -s "$root/tls/ca.pem" ]; then
    work=$(mktemp -d)
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -days 3650 -subj "/CN=CustomerTrack compose" \
        -addext basicConstraints=critical,CA:true -addext keyUsage=critical,keyCertSign -keyout "$work/ca.key" -out "$work/ca.pem" 2>/dev/null
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -subj "/CN=snowflake" -keyout "$work/server.key" -out "$work/server.csr" 2>/dev/null
    openssl x509 -req -in "$work/server.csr" -CA "$work/ca.pem" -CAkey "$work/ca.key" -CAcreateserial -days 3650 -out "$work/server.pem" \
        -extfile <(printf 'subjectAltName=DNS:snowflake\nextendedKeyUsage=serverAuth\n') 2>/dev/null
    put snowflake/server.key < "$work/server.key"
    put snowflake/server.pem < "$work/server.pem"
    put tls/ca.pem < "$work/ca.pem"
    rm -rf "$work"
fi

closed silo 1654
closed snowflake 1654
closed redis 999
closed prometheus 65534
closed collector 10001
closed grafana 472
closed s3 64045
# The authority's certificate is for everybody.
chmod 0755 "$root/tls"
chmod 0444 "$root/tls/ca.pem"
echo "The secrets are there."
