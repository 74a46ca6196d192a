"""Trains the model's tokenizer with the SentencePiece trainer.

    python Research/Texts/tokenizer.py --corpus DIR --output TOKENIZER.model

    python Research/Texts/tokenizer.py --of TOKENIZER.model --pieces 20000 --output SMALL.model

The second form keeps of a model the single characters and the pieces of the highest scores. Unigram, with the normaliser that applies NFKC and folds case, digits split. A seeded sample of the corpus lines is
enough: the figures of the shipped model come from a share of 0.35.
"""
import argparse, glob, gzip, os, random, tempfile

import sentencepiece
from sentencepiece import sentencepiece_model_pb2


def prune(path, pieces, output):
    """Writes the model of `path` with its best pieces only, in their order."""
    model = sentencepiece_model_pb2.ModelProto()
    with open(path, "rb") as file:
        model.ParseFromString(file.read())
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
    with open(output, "wb") as file:
        file.write(model.SerializeToString())


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--corpus")
    p.add_argument("--of", help="a model to take the best pieces of")
    p.add_argument("--output", required=True)
    p.add_argument("--pieces", type=int, default=32_000)
    p.add_argument("--share", type=float, default=0.35)
    p.add_argument("--seed", type=int, default=3)
    a = p.parse_args()
    if (a.corpus is None) == (a.of is None):
        p.error("give --corpus or --of")
    if a.of:
        prune(a.of, a.pieces, a.output)
        return
    rng, lines = random.Random(a.seed), []
    for path in sorted(glob.glob(f"{a.corpus}/*.txt") + glob.glob(f"{a.corpus}/*.txt.gz")):
        opened = gzip.open(path, "rt", encoding="utf-8") if path.endswith(".gz") else open(path, encoding="utf-8")
        with opened as file:
            lines += [line for line in file if rng.random() < a.share]
    rng.shuffle(lines)
    with tempfile.TemporaryDirectory() as folder:
        sample = os.path.join(folder, "sample.txt")
        with open(sample, "w", encoding="utf-8") as file:
            file.writelines(lines)
        sentencepiece.SentencePieceTrainer.train(
            input=sample, model_prefix=os.path.join(folder, "tokenizer"), vocab_size=a.pieces, model_type="unigram",
            normalization_rule_name="nmt_nfkc_cf", character_coverage=0.9998, num_threads=os.cpu_count(),
            max_sentence_length=4000, split_digits=True, minloglevel=1)
        model = sentencepiece_model_pb2.ModelProto()
        with open(os.path.join(folder, "tokenizer.model"), "rb") as file:
            model.ParseFromString(file.read())
        # The trainer notes the paths it was given; they say nothing outside the machine it ran on.
        model.trainer_spec.ClearField("input")
        model.trainer_spec.ClearField("model_prefix")
        with open(a.output, "wb") as file:
            file.write(model.SerializeToString())


if __name__ == "__main__":
    main()
