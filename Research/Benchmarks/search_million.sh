#!/usr/bin/env bash
# Indexes a million lines and prints how long searches take.
#   Research/Benchmarks/search_million.sh TOOL TEXTS QUERIES [THREADS]
# TEXTS: a file of at least a million lines; QUERIES: a file of queries, one a line. The index goes to TMPDIR: about
# a gigabyte.
set -euo pipefail
tool=$1 texts=$2 queries=$3 threads=${4:-2}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
head -n 1000000 "$texts" >"$work/million.txt"
echo "commit $(git rev-parse --short=12 HEAD), $(uname -m), $(date -u '+%Y-%m-%d %H:%M') UTC"
start=$(date +%s)
"$tool" index "$work/million.txt" --as lines --db "$work/million.db" --threads "$threads"
echo "indexed in $(($(date +%s) - start)) s, $(du -m "$work/million.db" | cut -f1) MB"
"$tool" bench --db "$work/million.db" --queries "$queries" --threads "$threads"
