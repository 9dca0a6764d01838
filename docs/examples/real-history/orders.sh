#!/usr/bin/env bash
# Applies the files of fetch.mjs in seven ways, each into a data folder of its own, and compares the tables.
#
#   ./orders.sh OUT [customertrack command]      default: dotnet run of src/Silo, built before
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
[ $# -ge 1 ] || { echo "Usage: $0 OUT [command]" >&2; exit 2; }
out=$(cd "$1" && pwd)
shift
[ $# -ge 1 ] || set -- dotnet run --no-build -c Release --project "$here/../../../src/Silo" --
command=("$@")
runs="$out/runs"
rm -rf "$runs"
mkdir -p "$runs"

customertrack() { "${command[@]}" "$@" --data "$runs/$way/data" --dimension "$here/mime_type.json" 2>>"$runs/$way/log"; }
ingest() { customertrack ingest "$@" >>"$runs/$way/counts" || { cat "$runs/$way/log" >&2; exit 1; }; }

mapfile -t published < <(printf '%s\n' "$out"/files/*.ndjson | sort -V)
mapfile -t reversed < <(printf '%s\n' "${published[@]}" | tac)
# A fixed source of randomness: the same shuffle each time.
random() { awk 'BEGIN { srand(7); for (i = 0; i < 2000000; i++) printf "%c", 32 + int(rand() * 90) }'; }
mapfile -t shuffled < <(printf '%s\n' "${published[@]}" | shuf --random-source=<(random))
mkdir "$runs/parts"
cat "${published[@]}" | shuf --random-source=<(random) | split -n r/7 --additional-suffix=.ndjson - "$runs/parts/mime_type-part-"

apply() {
    case $way in
        published)      ingest "${published[@]}" ;;
        one-by-one)     for file in "${published[@]}"; do ingest "$file"; done ;;
        reversed)       for file in "${reversed[@]}"; do ingest "$file"; done ;;
        shuffled)       printf '%s\0' "${shuffled[@]}" | while mapfile -d '' -t -n 5 some && [ ${#some[@]} -gt 0 ]; do ingest "${some[@]}"; done ;;
        rows-shuffled)  for file in "$runs"/parts/*.ndjson; do ingest "$file"; done ;;
        newest-first)   ingest "${published[@]: -1}"; ingest "${published[@]}" ;;
        twice)          ingest "${shuffled[@]}"; ingest "${published[@]}" ;;
    esac
}

failed=0
columns="mime_type, source, compressible, charset, extensions, published_in, valid_from"
for way in published one-by-one reversed shuffled rows-shuffled newest-first twice; do
    mkdir "$runs/$way"
    apply
    customertrack verify >"$runs/$way/verify" || failed=1
    customertrack query "SELECT $columns, valid_to, is_current FROM mime_type_history ORDER BY mime_type, valid_from" --format csv >"$runs/$way/history.csv"
    customertrack query "SELECT $columns FROM mime_type ORDER BY mime_type" --format csv >"$runs/$way/current.csv"
    customertrack query "SELECT * FROM mime_type_history" --format json | node "$here/check.mjs" "$out" >"$runs/$way/check" || failed=1
    printf '%-14s %3d runs  history %s  now %s\n' "$way" "$(grep -c ' rows in ' "$runs/$way/counts")" \
        "$(sha256sum "$runs/$way/history.csv" | cut -c 1-16)" "$(sha256sum "$runs/$way/current.csv" | cut -c 1-16)"
    sed 's/^/               /' "$runs/$way/verify" "$runs/$way/check"
    cmp "$runs/published/history.csv" "$runs/$way/history.csv" || failed=1
    cmp "$runs/published/current.csv" "$runs/$way/current.csv" || failed=1
done
[ $failed = 0 ] && echo "All ways gave the same tables." || echo "The tables differ." >&2
exit $failed
