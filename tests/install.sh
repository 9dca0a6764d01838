#!/usr/bin/env bash
# Installs what some tests run against: a Ceph S3 server, Redis, tools for cutting networks, a browser, Node with npm (an unmodified Snowflake driver), a SQL parser.
# Debian and its kin, as root. Elsewhere nothing is installed, and the tests that need a missing program are skipped and say so.
set -uo pipefail

missing=()
command -v radosgw >/dev/null || missing+=(radosgw ceph-mon ceph-osd)
command -v redis-server >/dev/null || missing+=(redis-server)
command -v ip >/dev/null || missing+=(iproute2)
command -v nft >/dev/null || missing+=(nftables)
command -v chromium >/dev/null || missing+=(chromium)
command -v sqlfluff >/dev/null || missing+=(sqlfluff)
command -v node >/dev/null || missing+=(nodejs)
command -v npm >/dev/null || missing+=(npm)
if [ ${#missing[@]} -eq 0 ]; then
    exit 0
fi

if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "Not installed (needs root and apt): ${missing[*]}. Tests that need them are skipped." >&2
    exit 0
fi

export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! { apt-get update && apt-get install -y --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
    tail -5 "$log" >&2
    echo "Could not be installed: ${missing[*]}. Tests that need them are skipped." >&2
fi
