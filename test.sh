#!/usr/bin/env bash
# Installs what the tests need and runs all of them. Arguments go to every test project (for example: --filter-class "*Fold*").
set -euo pipefail
cd "$(dirname "$0")"

dotnet build CustomerTrack.slnx -c Release
failed=0
for project in tests/*.Tests; do
    echo "== ${project#tests/}"
    dotnet run --no-build -c Release --project "$project" -- "$@" || failed=1
done
exit $failed
