#!/usr/bin/env bash
# Trains the codecs that ship with the default model, on its vectors of lines of the corpus. That takes one core about
# five minutes a codec.
#
#   Research/Benchmarks/shipped_codecs.sh ANNEAL CORPUS EVAL WORK [MODEL]
#
# ANNEAL is the built command; MODEL the model that they are for (default: the one that ships). WORK keeps texts and vectors,
# a folder a model. Writes default.search.codec and default.pair.codec into Sources/CShippedModel/Models.
set -euo pipefail
anneal=$(realpath "$1")
here=$(realpath "$(dirname "$0")")
models=$here/../../Sources/CShippedModel/Models
[ -e "$4/train.txt" ] || python3 "$here/codes_texts.py" "$2" "$3" "$4"
[ -e "$4/train.npy" ] || "$anneal" embed ${5:+--model "$5"} --output "$4/train.npy" "$4/train.txt"
for profile in search pair; do
    "$anneal" codes train "$4/train.npy" --bytes 10,22,32 --profile $profile --rows 50000 --rounds 12 --threads 1 \
        --output "$models/default.$profile.codec"
done
