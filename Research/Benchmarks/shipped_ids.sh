#!/usr/bin/env bash
# Trains the model of semantic IDs that ships with the default model, on 100,000 lines of the corpus.
#
#   Research/Benchmarks/shipped_ids.sh ANNEAL CORPUS WORDNET WORK
#
# ANNEAL is the built command, CORPUS a folder of texts in *.txt.gz, WORDNET the folder of WordNet's database files
# (ids_wordnet.py says where they are from); WORK keeps the unpacked texts and the list of words. Writes default.ids into
# Sources/CShippedModel/Models. To be run anew whenever the default model changes: IDs are for one model's vectors.
set -euo pipefail
anneal=$(realpath "$1")
here=$(realpath "$(dirname "$0")")
mkdir -p "$4/texts"
for file in "$2"/*.txt.gz; do
    text=$4/texts/$(basename "$file" .gz)
    [ -e "$text" ] || { zcat "$file" > "$text.part" && mv "$text.part" "$text"; }
done
[ -e "$4/words.tsv" ] || { python3 "$here/ids_wordnet.py" "$3" > "$4/words.part" && mv "$4/words.part" "$4/words.tsv"; }
"$anneal" ids train "$4/texts" --sources "$here/ids_sources.tsv" --words "$4/words.tsv" \
    --output "$here/../../Sources/CShippedModel/Models/default.ids"
