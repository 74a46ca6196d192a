#!/usr/bin/env python3
"""Measures semantic IDs: the three learners of code words, and sizes of digits, on lines of the corpus.

    Research/Benchmarks/shipped_ids.sh ANNEAL CORPUS WORDNET WORK
    python3 Research/Benchmarks/ids.py ANNEAL WORK OUT.tsv

ANNEAL is the built command, WORK what shipped_ids.sh keeps its texts in. Each row is trained on the same 100,000 lines, drawn
by the seed, and measured on 30,000 others. Prints a table, and writes it with the command and the commit.
"""

import json
import random
import resource
import subprocess
import sys
from pathlib import Path

SHAPES = [("64,64,64", learner, seed) for learner in ("k-means", "straight-through", "annealed") for seed in (0, 1, 2)]
SHAPES += [("8,8,8,5", "annealed", 0), ("256,256,256", "annealed", 0), ("32,32,32,32", "annealed", 0)]
TRAIN, OTHERS = 100_000, 30_000


def texts(work):
    """Lines to train on and others, as files."""
    train, others = work / "ids_train.txt", work / "ids_others.txt"
    if not others.exists():
        lines = set()
        for path in sorted((work / "texts").glob("*.txt")):
            with open(path, encoding="utf8", errors="replace") as file:
                lines |= {line.strip() for line in file if line.strip()}
        drawn = random.Random(7).sample(sorted(lines), TRAIN + OTHERS)
        train.write_text("\n".join(drawn[:TRAIN]) + "\n", encoding="utf8")
        others.write_text("\n".join(drawn[TRAIN:]) + "\n", encoding="utf8")
    return train, others


def seconds():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main():
    anneal, work, out = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    train, others = texts(work)
    vectors = {}
    for name, path in (("train", train), ("others", others)):
        vectors[name] = work / f"ids_{name}.npy"
        if not vectors[name].exists():
            subprocess.run([anneal, "embed", "--quiet", "--output", vectors[name], path], check=True)
    rows = []
    model = work / "trial.ids"
    for sizes, learner, seed in SHAPES:
        before = seconds()
        subprocess.run(
            [anneal, "ids", "train", train, "--sizes", sizes, "--learner", learner, "--seed", str(seed), "--no-attributes",
             "--quiet", "--output", model], check=True)
        taken = seconds() - before
        for name in ("train", "others"):
            found = json.loads(subprocess.run(
                [anneal, "ids", "measure", vectors[name], "--ids", model, "--json"], check=True, capture_output=True).stdout)
            levels = found["levels"]
            rows.append([
                sizes, learner, seed, name, f"{levels[-1]['error']:.4f}", sum(level["dead"] for level in levels),
                " ".join(f"{level['perplexity']:.1f}" for level in levels), f"{100 * found['sharing']:.1f}",
                f"{levels[0]['near']:.4f}", f"{levels[0]['far']:.4f}", f"{taken:.0f}"])
            print(*rows[-1], sep="\t", flush=True)
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True).stdout.strip()
    with open(out, "w", encoding="utf8") as file:
        print(f"# Research/Benchmarks/ids.py at commit {commit}", file=file)
        print("sizes", "learner", "seed", "texts", "error", "dead", "perplexity", "sharing %", "near", "far", "CPU s",
              sep="\t", file=file)
        for row in rows:
            print(*row, sep="\t", file=file)


if __name__ == "__main__":
    main()
