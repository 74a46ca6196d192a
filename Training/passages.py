"""Makes passages of a corpus of single lines, as more texts for the teacher to label.

    python Training/passages.py --labelled LABELS [--labelled MORE] --output passages.txt --count 15000

Retrieval compares questions with passages, and the corpus has no text of more than 125 words. Each passage here is a long
line and the lines that the teacher takes for the nearest to it, out of a sample, until it has its length: texts about one
thing, as a passage is. `--labelled` are folders that `Training/label.py` wrote. No line is used twice. One passage a line.
"""
import argparse, glob, random

import numpy as np


def long_lines(folders, least):
    """The texts of at least so many words, with their vectors."""
    texts, vectors = [], []
    for folder in folders:
        for path in sorted(glob.glob(f"{folder}/*.npy")):
            with open(path + ".txt", encoding="utf-8") as file:
                lines = file.read().split("\n")[:-1]
            rows = [i for i, line in enumerate(lines) if len(line.split()) >= least]
            texts += [lines[i] for i in rows]
            vectors.append(np.load(path)[rows].astype(np.float32))
    return texts, np.concatenate(vectors)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--labelled", required=True, action="append")
    p.add_argument("--output", required=True)
    p.add_argument("--count", type=int, default=15_000)
    p.add_argument("--sample", type=int, default=20_000, help="lines that a passage is made of, at most")
    p.add_argument("--least", type=int, default=15, help="words of a line")
    p.add_argument("--words", type=int, nargs=2, default=(90, 190), help="least and most words of a passage")
    p.add_argument("--seed", type=int, default=3)
    a = p.parse_args()
    texts, vectors = long_lines(a.labelled, a.least)
    rng = random.Random(a.seed)
    order = list(range(len(texts)))
    rng.shuffle(order)
    passages = []
    # Each part of the shuffled lines is used up for itself: a seed looks for its neighbours there only.
    for start in range(0, len(order), a.sample):
        part = np.array(order[start:start + a.sample])
        free = np.ones(len(part), bool)
        for seed in range(len(part)):
            if len(passages) == a.count:
                break
            # A third of the part stays unused: the last lines would find no neighbours that are near.
            if not free[seed] or free.mean() < 1 / 3:
                continue
            likeness = vectors[part] @ vectors[part[seed]]
            likeness[~free] = -2
            goal, words, chosen = rng.randint(*a.words), 0, []
            for near in np.argsort(-likeness)[:12]:
                if words >= goal or likeness[near] == -2:
                    break
                line = texts[part[near]]
                if words + len(line.split()) > a.words[1] + 20:
                    continue
                free[near] = False
                chosen.append(line)
                words += len(line.split())
            if words >= a.words[0]:
                passages.append(" ".join(chosen))
    rng.shuffle(passages)
    with open(a.output, "w", encoding="utf-8") as file:
        file.writelines(line + "\n" for line in passages)
    print(f"{len(passages)} passages of {sum(len(x.split()) for x in passages) / max(1, len(passages)):.0f} words")


if __name__ == "__main__":
    main()
