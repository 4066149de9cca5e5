#!/usr/bin/env bash
# Records what PostgreSQL 15 answers to the expressions in Expressions/*.txt, in place. Tests compare Lintel with it; they
# do not need PostgreSQL. Connection: the usual PGHOST, PGPORT, PGUSER; a cluster made by
#   initdb --locale=C.UTF-8 -E UTF8
# Usage: record.sh [file...]
#
# A file has one expression per line; under it, indented, the answer: "  type: value" for each row, or
# "  ! SQLSTATE message". A line "@ set ..." changes a setting for the lines below it.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
[ $# -gt 0 ] || set -- "$here"/Expressions/*.txt
for file in "$@"; do
    {
        echo "\\pset null <null>"
        echo "\\set VERBOSITY verbose"
        echo "SET timezone = 'UTC'; SET client_min_messages = error;"
        while IFS= read -r line; do
            case "$line" in
                "  "*) ;;
                ""|"#"*) printf '\\echo %s\n' "@@L $(printf '%q' "$line")" ;;
                "@ set "*) printf '\\echo %s\n' "@@L $(printf '%q' "$line")"; echo "${line#@ };" ;;
                *) printf '\\echo %s\n' "@@E"; echo "SELECT pg_typeof(x), x FROM (SELECT ($line) AS x) q;" ;;
            esac
        done < "$file"
        echo "\\echo @@END"
    } > /tmp/record.$$.sql
    psql -X -q -A -t -F ': ' -d postgres -f /tmp/record.$$.sql > /tmp/record.$$.out 2>&1
    awk -v source="$file" '
        function flush() { if (open && answer == "") answer = "  (no rows)\n"; printf "%s", answer; answer = ""; open = 0; failed = 0 }
        BEGIN { while ((getline line < source) > 0) if (line !~ /^  /) lines[++count] = line }
        /^@@(L|E|END)/ { flush(); if ($0 ~ /^@@END/) exit; print lines[++at]; if ($0 ~ /^@@E/) open = 1; next }
        /ERROR:  / { sub(/^.*ERROR:  /, ""); state = substr($0, 1, 5); answer = answer "  ! " state " " substr($0, 8) "\n"; failed = 1; next }
        failed { next }
        open && /^[a-z"][a-z0-9_ "\[\]]*: / { answer = answer "  " $0 "\n"; next }
        open { sub(/\n$/, "", answer); answer = answer "\\n" $0 "\n" }
    ' /tmp/record.$$.out > /tmp/record.$$.new
    cp /tmp/record.$$.new "$file"
    rm -f /tmp/record.$$.*
    echo "$file: $(grep -c '^  ' "$file") answers"
done
