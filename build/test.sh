#!/usr/bin/env bash
# Sets up what the tests need, builds everything with all analyzers, and runs the tests.
#
# Usage: ./test [fast|long] [--only NAME] [--help]
#   fast          tier 0: tidy, unit, data-driven, properties (under two minutes after the build)
#   (nothing)     tiers 0 and 1: also simulation seeds and end-to-end tests with real processes; what CI runs
#   long          all tiers: also simulation campaigns, planted bugs and long fault runs
#   --only NAME   only the test projects whose name contains NAME
# The closing line reads "N passed, N failed" and the exit status is 0 only when nothing failed.
set -uo pipefail
root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
source "$root/build/setup.sh"

tier=1 only=""
while [ $# -gt 0 ]; do
  case "$1" in
    fast) tier=0 ;;
    long) tier=2 ;;
    --only) only=${2:?--only needs a name}; shift ;;
    -h|--help) sed -n '2,10s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 0 ;;
    *) say "test: unknown argument '$1'; see ./test --help"; exit 2 ;;
  esac
  shift
done

require_sdk
[ "$tier" -ge 1 ] && install_packages postgresql-client-15 postgresql-15
cd "$root" || exit 3
restore Lintel.slnx || exit 3
say "building ..."
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! dotnet build Lintel.slnx --configuration Release --no-restore --verbosity quiet -warnaserror >"$log" 2>&1; then
  grep -E 'error|warning' "$log" | sort -u | head -n 40
  say "test: the build failed"
  echo "0 passed, 1 failed"
  exit 1
fi

passed=0 failed=0 skipped=0
for project in test/*/; do
  name=$(basename "$project")
  binary="$project/bin/Release/net10.0/$name"
  [ -x "$binary" ] || continue
  case "$name" in *"$only"*) ;; *) continue ;; esac
  [ "$tier" -ge 1 ] || [ "$name" != Lintel.Conformance ] || continue
  filters=()
  [ "$tier" -ge 1 ] || filters+=(-trait- tier=1)
  [ "$tier" -ge 2 ] || filters+=(-trait- tier=2)
  say "-- $name"
  "$binary" -noColor "${filters[@]}" >"$log" 2>&1
  status=$?
  summary=$(grep -E 'Total: [0-9]+, Errors: [0-9]+' "$log" | tail -n 1)
  if [ -z "$summary" ]; then
    tail -n 40 "$log"
    say "$name ended with status $status and no summary"
    failed=$((failed + 1))
    continue
  fi
  number() { sed -n "s/.*$1: \([0-9]*\).*/\1/p" <<<"$summary"; }
  bad=$(( $(number Errors) + $(number Failed) ))
  passed=$((passed + $(number Total) - bad - $(number Skipped)))
  failed=$((failed + bad))
  skipped=$((skipped + $(number Skipped)))
  if [ "$bad" -gt 0 ]; then
    grep -vE '^\s*$' "$log" | tail -n 200
  else
    sed -n 's/^ *\(.*Total: .*\)$/   \1/p' "$log" | tail -n 1 >&2
    [ "$status" -eq 0 ] || { tail -n 40 "$log"; failed=$((failed + 1)); }
  fi
done

if [ $((passed + failed)) -eq 0 ]; then say "test: no test ran"; failed=1; fi
if [ "$skipped" -gt 0 ]; then echo "$passed passed, $failed failed, $skipped skipped"; else echo "$passed passed, $failed failed"; fi
[ "$failed" -eq 0 ]
