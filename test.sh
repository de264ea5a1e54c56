#!/usr/bin/env bash
# Installs what the tests need where it is missing, builds, runs every test. The last line is: N passed, N failed
set -uo pipefail
cd "$(dirname "$0")"

finish() {
  echo "$1 passed, $2 failed"
  [ "$2" -eq 0 ]
  exit
}

command -v dotnet >/dev/null || { echo "The .NET 10 SDK is needed: https://dotnet.microsoft.com/download" >&2; finish 0 1; }

# The browser stories use the Chromium that is installed, and look at PDFs as pictures; the fonts have Arabic and Chinese.
if ! { command -v chromium && command -v pdftoppm; } >/dev/null && command -v apt-get >/dev/null; then
  sudo=""; [ "$(id -u)" -eq 0 ] || sudo="sudo"
  { $sudo apt-get update && $sudo apt-get install -y --no-install-recommends chromium fonts-dejavu-core fonts-droid-fallback poppler-utils; } >/dev/null \
    || { echo "Chromium and poppler-utils could not be installed; the browser stories need them." >&2; finish 0 1; }
fi

dotnet build Smp.Sdk.sln -nologo -v quiet || finish 0 1

results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
# Project by project: suites that start browsers and hosts would only take each other's time.
for project in tests/*.Tests/*.csproj; do
  name=$(basename "$project" .csproj)
  dotnet test "$project" --no-build -nologo -v quiet --logger "trx;LogFileName=$name.trx" --results-directory "$results" \
    --blame-hang-timeout 5m
  # A suite that ended without a result has failed, whatever it had passed before.
  [ -f "$results/$name.trx" ] || echo "$name left no result" > "$results/$name.lost"
done

count() { cat "$results"/*.trx 2>/dev/null | grep -o '<Counters [^>]*' | grep -o " $1=\"[0-9]*\"" | tr -dc '0-9\n' | awk '{ n += $1 } END { print n + 0 }'; }
passed=$(count passed)
total=$(count total)
lost=$(find "$results" -name '*.lost' | wc -l)
skipped=$((total - $(count executed)))
# What neither passed nor was skipped has failed: errors, time-outs and aborted tests too. On CI nothing may be skipped.
failed=$((total - passed - skipped + lost))
[ "${CI:-}" = "true" ] && failed=$((failed + skipped))
# Which ones, where whoever looks at the end sees it.
[ "$failed" -eq 0 ] || cat "$results"/*.trx "$results"/*.lost 2>/dev/null | grep -oE 'testName="[^"]*"[^>]*outcome="(Failed|Error|Timeout|Aborted|NotExecuted)"|.* left no result' | sed -E 's/testName="([^"]*)".*outcome="([^"]*)"/\2: \1/'
finish "$passed" "$failed"
