"""Trains the model's tokenizer with the SentencePiece trainer.

    python Research/Texts/tokenizer.py --corpus DIR --fold --output TOKENIZER.model

    python Research/Texts/tokenizer.py --of TOKENIZER.model --pieces 20000 --output SMALL.model
    python Research/Texts/tokenizer.py --of TOKENIZER.model --fold --output FOLDED.model

The second form keeps of a model the single characters and the pieces of the highest scores, the third all its pieces with other rules
of normalisation. Unigram, with the normaliser that applies NFKC and folds case, digits split; with `--fold` accents, invisible
characters, quotation marks and dashes are folded, too, and with `--cut` words end inside of words (folding.py). A seeded sample of the corpus lines is enough: the
tokenizer of the shipped models comes from a share of 0.35, and was folded afterwards, by the third form.
"""
import argparse, glob, gzip, os, random, tempfile

from sentencepiece import sentencepiece_model_pb2

from folding import folding_table, some_words, trained


def read(path):
    model = sentencepiece_model_pb2.ModelProto()
    with open(path, "rb") as file:
        model.ParseFromString(file.read())
    return model


def prune(model, pieces):
    """Leaves a model its best pieces only, in their order."""
    normal = sentencepiece_model_pb2.ModelProto.SentencePiece.NORMAL
    needed = {i for i, p in enumerate(model.pieces) if p.type != normal or len(p.piece.replace("\u2581", "")) <= 1}
    others = sorted((i for i in range(len(model.pieces)) if i not in needed), key=lambda i: -model.pieces[i].score)
    if not len(needed) <= pieces <= len(model.pieces):
        raise SystemExit(f"--pieces: expected {len(needed)} to {len(model.pieces)}, found {pieces}")
    kept = sorted(needed | set(others[:pieces - len(needed)]))
    chosen = [model.pieces[i].SerializeToString() for i in kept]
    del model.pieces[:]
    for piece in chosen:
        model.pieces.add().ParseFromString(piece)
    model.trainer_spec.vocab_size = pieces


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--corpus")
    p.add_argument("--of", help="a model to take the best pieces of")
    p.add_argument("--output", required=True)
    p.add_argument("--pieces", type=int, help="default: 32,000, or all of --of")
    p.add_argument("--fold", action="store_true", help="fold accents, invisible characters, quotation marks and dashes")
    p.add_argument("--cut", action="store_true", help="with --fold: end words inside of words, as behind a full stop")
    p.add_argument("--share", type=float, default=0.35)
    p.add_argument("--seed", type=int, default=3)
    a = p.parse_args()
    if (a.corpus is None) == (a.of is None):
        p.error("give --corpus or --of")
    if a.cut and not a.fold:
        p.error("--cut goes with --fold")
    if a.of:
        model = read(a.of)
        if a.pieces:
            prune(model, a.pieces)
        if a.fold:
            with tempfile.TemporaryDirectory() as folder:
                rules = some_words(normalization_rule_tsv=folding_table(folder, a.cut)).normalizer_spec
            model.normalizer_spec.name, model.normalizer_spec.precompiled_charsmap = rules.name, rules.precompiled_charsmap
    else:
        rng, lines = random.Random(a.seed), []
        for path in sorted(glob.glob(f"{a.corpus}/*.txt") + glob.glob(f"{a.corpus}/*.txt.gz")):
            opened = gzip.open(path, "rt", encoding="utf-8") if path.endswith(".gz") else open(path, encoding="utf-8")
            with opened as file:
                lines += [line for line in file if rng.random() < a.share]
        rng.shuffle(lines)
        with tempfile.TemporaryDirectory() as folder:
            rules = ({"normalization_rule_tsv": folding_table(folder, a.cut)} if a.fold else {"normalization_rule_name": "nmt_nfkc_cf"})
            model = trained(lines, vocab_size=a.pieces or 32_000, character_coverage=0.9998, num_threads=os.cpu_count(),
                            max_sentence_length=4000, split_digits=True, **rules)
    with open(a.output + ".part", "wb") as file:
        file.write(model.SerializeToString())
    os.replace(a.output + ".part", a.output)


if __name__ == "__main__":
    main()
