#!/usr/bin/env bash
# Records the binary form that PostgreSQL 15 gives to values, in place: binary.txt has one "send function: expression" per
# line; under it, indented, "type: text = hexadecimal bytes". See ../Functions/record.sh for the connection.
set -euo pipefail
file=$(cd "$(dirname "$0")" && pwd)/binary.txt
while IFS= read -r line; do
    case "$line" in
        "  "*) ;;
        ""|"#"*) printf '%s\n' "$line" ;;
        *)
            printf '%s\n' "$line"
            query="SELECT '  ' || pg_typeof(x) || ': ' || x::text || ' = ' || encode(${line%%:*}(x), 'hex') FROM (SELECT (${line#*: }) AS x) q"
            psql -X -q -A -t -d postgres -c "SET timezone = 'UTC'" -c "$query"
            ;;
    esac
done < "$file" > "$file.new"
mv "$file.new" "$file"
