#!/usr/bin/env bash
# Trains the completions that ship with the default model, and measures them on lines that were kept apart.
#
#   Research/Benchmarks/shipped_completions.sh ANNEAL CORPUS WORK
#
# ANNEAL is the built command, CORPUS a folder of texts in *.txt.gz; WORK keeps the lines. Writes default.completions into
# Sources/CShippedModel/Models and prints what it is worth. Takes 20 seconds and 0.5 GB. To be run anew whenever the default model
# changes: concepts are among one model's vectors.
set -euo pipefail
anneal=$(realpath "$1")
shipped=$(realpath "$(dirname "$0")")/../../Sources/CShippedModel/Models/default.completions
corpus=$2 work=$3
# Dialogue, questions, prose and guides. Glossaries and dictionaries are not how lines go on; four sources are kept apart whole.
trained=(sgd_dialogue taskmaster4 topical_chat tatoeba_eng opentrivia_questions query_wellformedness wikisplit factbook medquad
    science_abstracts standardebooks tldr tech_docs_md debian_docs)
apart=(fortunes_quotes ud_ewt_gum wikipedia_homograph foldoc_jargon)
mkdir -p "$work"

# every FILE COUNT: so many lines of a file, evenly spaced in it.
every() { awk -v step="$(awk -v count="$2" 'END { print NR / count }' "$1")" 'int(NR / step) > int((NR - 1) / step)' "$1"; }

for name in "${trained[@]}" "${apart[@]}"; do
    zcat "$corpus/$name.txt.gz" >"$work/$name.all"
    every "$work/$name.all" 120 >"$work/$name.apart.txt"
    grep -vxFf "$work/$name.apart.txt" "$work/$name.all" >"$work/$name.trained.txt"
    rm "$work/$name.all"
done
# files PART NAME...: the files of a part of sources.
files() {
    local part=$1 name
    shift
    for name in "$@"; do printf '%s\0' "$work/$name.$part.txt"; done
}
mapfile -d '' lines < <(files trained "${trained[@]}")
"$anneal" complete --megabytes 8 --train "${lines[@]}" --output "$shipped"
mapfile -d '' own < <(files apart "${trained[@]}")
mapfile -d '' others < <(files apart "${apart[@]}")
"$anneal" complete --completions "$shipped" --measure "${own[@]}" --genres "${lines[@]}" --genre-strength 1
"$anneal" complete --completions "$shipped" --measure "${others[@]}"
