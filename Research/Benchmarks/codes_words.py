#!/usr/bin/env python3
"""Compares the ways in which the words of codebooks are learned: the error that they leave, and how evenly words are used.

    python3 Research/Benchmarks/codes_words.py --anneal .build/release/anneal --train work/train.npy --others work/db.npy \\
        --work work --output codes-words.tsv

`anneal codes train --codec residual` learns three stages of 256 words by each learner from the first vectors; others are coded.
Rounds of beam search behind the learning are left out but in the last row. Columns: the part of the squared distance from the
mean that is left; words that no vector has, of all 768; the perplexity of each stage, 256 where all are used alike; processor
seconds. A column for each word follows in NAME-usage.tsv: how many vectors have it, the most used first.
"""
import argparse
import resource
import struct
import subprocess
from pathlib import Path

import numpy as np

import provenance

BYTES = 3


def codes_of(file):
    """The codes of a file of codes: its section CODE."""
    data = Path(file).read_bytes()
    for entry in range(struct.unpack_from("<I", data, 20)[0]):
        tag, _, offset, length = struct.unpack_from("<4sIQQ", data, 128 + 32 * entry)
        if tag == b"CODE":
            return np.frombuffer(data, np.uint8, length, offset).reshape(-1, BYTES)
    raise SystemExit(f"{file}: expected a section CODE, found none")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--anneal", type=Path, required=True)
    parser.add_argument("--train", required=True)
    parser.add_argument("--others", required=True)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--seed", default="0")
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    options = parser.parse_args()
    anneal, others = options.anneal.resolve(), np.load(options.others)
    spread = ((others - others.mean(0)) ** 2).sum(1).mean()
    lines = [f"# {provenance.line()}; {options.rows} vectors", "learner\terror\tunused\tperplexity\tseconds"]
    usage = ["learner\tstage\tcounts"]
    cases = [(name, name, 0) for name in ("k-means", "straight-through", "annealed")]
    for name, learner, rounds in [*cases, ("k-means, 8 rounds by beam", "k-means", 8)]:
        codec, codes, back = (options.work / f"words.{end}" for end in ("codec", "codes", "npy"))
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        train = ["train", options.train, "--codec", "residual", "--bytes", str(BYTES), "--learner", learner, "--rounds"]
        train += [str(rounds), "--rows", str(options.rows), "--seed", options.seed, "--threads", "1", "--quiet", "--output", codec]
        subprocess.run([anneal, "codes", *train], check=True)
        seconds = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
        base = ["--codec", codec, "--threads", "1", "--quiet", "--output"]
        subprocess.run([anneal, "codes", "encode", options.others, "--bytes", str(BYTES), *base, codes], check=True)
        subprocess.run([anneal, "codes", "decode", codes, *base, back], check=True)
        error = ((np.load(back) - others) ** 2).sum(1).mean() / spread
        counts = [np.bincount(column, minlength=256) for column in codes_of(codes).T]
        shares = [np.maximum(count / count.sum(), 1e-300) for count in counts]
        perplexity = [np.exp(-(share * np.log(share)).sum()) for share in shares]
        unused = sum(int((count == 0).sum()) for count in counts)
        lines.append(f"{name}\t{error:.4f}\t{unused}\t{', '.join(f'{p:.0f}' for p in perplexity)}\t{seconds:.0f}")
        print(lines[-1], flush=True)
        for stage, count in enumerate(counts):
            usage.append(f"{name}\t{stage + 1}\t{' '.join(str(n) for n in sorted(count, reverse=True))}")
    options.output.write_text("\n".join(lines) + "\n")
    options.output.with_name(options.output.stem + "-usage.tsv").write_text("\n".join(usage) + "\n")


if __name__ == "__main__":
    main()
