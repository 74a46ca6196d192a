"""Joins the vectors that two teachers gave for the same texts to vectors of one teacher.

    python Research/Texts/join.py --first labels-minilm/code --second labels-e5/code --share 0.3 --output labels-joined/code
    anneal-train label labels-joined/code --teacher joined --output code

Both folders are of `label.py`, with shards of the same names and texts. A text's vector is `√(1 − s)` times the first teacher's
with `√s` times the second's behind it, so that the cosine of two texts is the weighted mean of both teachers' cosines. `--share`
is s. A teacher whose vectors all point much the same way would count for little: of the second its mean over all texts of the
folders given is taken away, and what is left becomes a unit vector again. `--centre FILE` stores that mean, or reads it where
the file is there: stores of one training need the same. Shards that only one folder has are left out and counted. `--without DIR`
leaves out each text that shares eight words in a row with any file of a folder.
"""
import argparse, glob, os, sys

import numpy as np

from label import write_shard
from withheld import Withheld


def shard(path):
    """The texts and the vectors of a shard."""
    with open(path + ".txt", encoding="utf-8") as file:
        texts = file.read().split("\n")[:-1]
    try:
        vectors = np.load(path).astype(np.float32)
    except (OSError, ValueError, EOFError) as error:
        raise SystemExit(f"{path}: expected an array, found a damaged file ({error}): remove it and label again") from None
    if vectors.ndim != 2 or len(vectors) != len(texts):
        raise SystemExit(f"{path}: expected {len(texts)} vectors, found {vectors.shape}: remove it and label again")
    return texts, vectors


def centre_of(paths, store):
    """The mean of all vectors, computed or read."""
    if store and os.path.exists(store):
        return np.load(store)
    total, count = 0.0, 0
    for path in paths:
        vectors = shard(path)[1]
        total, count = total + vectors.sum(0, dtype=np.float64), count + len(vectors)
    centre = (total / count).astype(np.float32)
    if store:
        with open(store + ".part", "wb") as file:
            np.save(file, centre)
        os.replace(store + ".part", store)
    return centre


def joined(first, second, centre, share):
    """The joined vectors, float32 [texts, both widths]."""
    second = second - centre
    second /= np.maximum(np.linalg.norm(second, axis=1, keepdims=True), 1e-9)
    return np.hstack([first * (1 - share) ** 0.5, second * share ** 0.5])


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--first", required=True, metavar="DIR")
    p.add_argument("--second", required=True, metavar="DIR")
    p.add_argument("--share", type=float, default=0.3, help="the second teacher's, 0 to 1")
    p.add_argument("--centre", metavar="FILE", help="the second teacher's mean, .npy")
    p.add_argument("--output", required=True, metavar="DIR")
    Withheld.option(p)
    a = p.parse_args()
    if not 0 <= a.share <= 1:
        p.error(f"--share: expected 0 to 1, found {a.share}")
    names = [sorted(map(os.path.basename, glob.glob(f"{folder}/*.npy"))) for folder in (a.first, a.second)]
    both = sorted(set(names[0]) & set(names[1]))
    if not both:
        raise SystemExit(f"{a.first} and {a.second}: expected shards of the same names, found none; see label.py")
    centre, withheld = centre_of([f"{a.second}/{name}" for name in both], a.centre), Withheld(a.without)
    os.makedirs(a.output, exist_ok=True)
    count = left_out = 0
    for name in both:
        (texts, first), (others, second) = shard(f"{a.first}/{name}"), shard(f"{a.second}/{name}")
        if texts != others:
            raise SystemExit(f"{a.second}/{name}: expected the texts of {a.first}/{name}, found others")
        kept = [row for row, text in enumerate(texts) if not withheld.shares(text)]
        left_out += len(texts) - len(kept)
        count += len(kept)
        text = "".join(texts[row] + "\n" for row in kept).encode()
        write_shard(f"{a.output}/{name}", text, joined(first[kept], second[kept], centre, a.share))
    alone = len(names[0]) + len(names[1]) - 2 * len(both)
    print(f"{a.output}: {count} texts; {left_out} share words with a folder; {alone} shards of one teacher alone",
          file=sys.stderr)


if __name__ == "__main__":
    main()
