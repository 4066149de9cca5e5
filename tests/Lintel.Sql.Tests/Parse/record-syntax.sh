#!/usr/bin/env bash
# Records whether PostgreSQL 15's grammar takes statements, in place: syntax.txt has one statement per line; under it
# "  ok", or "  SQLSTATE position message" when it is refused by the grammar. Statements are parsed, never run. See
# ../Functions/record.sh for the connection.
set -euo pipefail
file=$(cd "$(dirname "$0")" && pwd)/syntax.txt
while IFS= read -r line; do
    case "$line" in
        "  "*) ;;
        ""|"#"*) printf '%s\n' "$line" ;;
        *)
            printf '%s\n' "$line"
            printf '\\set VERBOSITY verbose\n%s \\gdesc\n' "$line" | psql -X -q -A -t -d postgres 2>&1 | awk '
                /ERROR:  / && state == "" { sub(/^.*ERROR:  /, ""); state = substr($0, 1, 5); message = substr($0, 8) }
                /^LINE 1: / { shown = $0 }
                /^ *\^$/ && position == "" { position = index($0, "^") - length("LINE 1: ") }
                END {
                    if (state ~ /^(42601|0A000|42602|42622|54001|22023|42P02)$/ || message ~ /^unterminated/)
                        printf "  %s %s %s\n", state, (shown ~ /\.\.\./ ? "?" : position + 0), message
                    else print "  ok"
                }'
            ;;
    esac
done < "$file" > "$file.new"
mv "$file.new" "$file"
