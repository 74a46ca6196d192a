#!/usr/bin/env bash
# Learns the concepts that ship with the default model, from 500 lines of each source of the corpus, evenly spaced in it.
#
#   Research/Benchmarks/shipped_carriers.sh ANNEAL CORPUS WORK
#
# ANNEAL is the built command, CORPUS a folder of texts in *.txt.gz; WORK keeps the lines. Writes default.carriers into
# Sources/CShippedModel/Models. To be run anew whenever the default model changes: concepts are for one model's vectors.
set -euo pipefail
anneal=$(realpath "$1")
here=$(realpath "$(dirname "$0")")
mkdir -p "$3/lines"
for file in "$2"/*.txt.gz; do
    text=$3/lines/$(basename "$file" .gz)
    [ -e "$text" ] && continue
    # Short lines are headings, and long ones are cut: a concept is of a sentence.
    zcat "$file" | awk 'length($0) >= 30' > "$text.all"
    awk -v step="$(awk 'END { print NR / 500 }' "$text.all")" \
        'step <= 1 || int(NR / step) > int((NR - 1) / step) { print substr($0, 1, 400) }' "$text.all" > "$text.part"
    rm "$text.all"
    mv "$text.part" "$text"
done
"$anneal" carriers "$3/lines" --lines 100000 --output "$here/../../Sources/CShippedModel/Models/default.carriers"
