#!/usr/bin/env bash
# Trains the codecs that ship with the default model, on its vectors of lines of the corpus.
#
#   Research/Benchmarks/shipped_codecs.sh ANNEAL CORPUS EVAL WORK
#
# ANNEAL is the built command; WORK keeps texts and vectors. Writes default.search.codec and default.pair.codec into
# Sources/CShippedModel/Models.
set -euo pipefail
anneal=$(realpath "$1")
here=$(realpath "$(dirname "$0")")
models=$here/../../Sources/CShippedModel/Models
[ -e "$4/train.txt" ] || python3 "$here/codes_texts.py" "$2" "$3" "$4"
[ -e "$4/train.npy" ] || "$anneal" embed --output "$4/train.npy" "$4/train.txt"
for profile in search pair; do
    "$anneal" codes train "$4/train.npy" --bytes 10,22,32 --profile $profile --rows 20000 --rounds 6 \
        --output "$models/default.$profile.codec"
done
