"""Makes more texts of a corpus: what `Research/Texts/label.py` left out, long lines cut into sentences and clauses.

    python Research/Texts/clauses.py --corpus DIR --labelled LABELS --output clauses.txt

`--labelled` is the folder that `Research/Texts/label.py` wrote: its texts are not made again. Lines of up to 110 characters and
a fifth of the longer ones stay whole; the others are cut behind `.`, `!`, `?`, `;` and `:`, and what is then longer than
26 words at a comma or after 18. Technical documentation and dictionaries give two fifths of their lines. One text a
line, shuffled.
"""
import argparse, glob, gzip, random, re

from label import SAMPLED

SPLIT = re.compile(r"(?<=[.!?;:])\s+")


def pieces(line):
    for sentence in SPLIT.split(line):
        words = sentence.split()
        while len(words) > 26:
            cut = next((i + 1 for i in range(12, 24) if words[i].endswith(",")), 18)
            yield " ".join(words[:cut])
            words = words[cut:]
        if len(words) >= 3:
            yield " ".join(words)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--corpus", required=True)
    p.add_argument("--labelled", required=True)
    p.add_argument("--output", required=True)
    p.add_argument("--seed", type=int, default=11)
    a = p.parse_args()
    seen = set()
    for path in sorted(glob.glob(f"{a.labelled}/*.npy.txt")):
        with open(path, encoding="utf-8") as file:
            seen.update(file.read().split("\n")[:-1])
    rng, lines = random.Random(a.seed), []
    for path in sorted(glob.glob(f"{a.corpus}/*.txt.gz")):
        share = 0.4 if any(name in path for name in SAMPLED) else 1.0
        with gzip.open(path, "rt", encoding="utf-8") as file:
            for line in file:
                line = line.strip()
                if not line or line in seen or rng.random() >= share:
                    continue
                if len(line) <= 110 or rng.random() < 0.2:
                    lines.append(line)
                    continue
                for piece in pieces(line):
                    if piece not in seen:
                        seen.add(piece)
                        lines.append(piece)
    rng.shuffle(lines)
    with open(a.output, "w", encoding="utf-8") as file:
        file.writelines(line + "\n" for line in lines)


if __name__ == "__main__":
    main()
