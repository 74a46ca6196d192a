"""What program codes keep of similarity, and what they take.

    python3 Research/Benchmarks/packing.py --anneal .build/release/anneal --sts FOLDER [--mean-bytes 6 8 10 16]
        [--bytes 16] [--word-model FILE] [--output FILE.tsv]

FOLDER has sets as STS12.tsv: a line of names, then split, score, sentence1, sentence2. All different sentences of all sets
are packed in one file, in a random order, so that no text is coded beside its pair. Bytes are those of the file divided by
its texts: header, lengths, checksums and the end of each block included.

Kept is the Spearman correlation of cosines with people's scores, divided by that of whole vectors: symmetric with both
sides coded, asymmetric with one side, the mean of both. Long pairs are those of which one text has more than 15 words.
"""

import argparse
import csv
import pathlib
import random
import subprocess
import sys
import tempfile

import numpy
from scipy.stats import spearmanr


def read(folder):
    sets = {}
    for path in sorted(pathlib.Path(folder).glob("*.tsv")):
        with open(path, encoding="utf-8", newline="") as lines:
            rows = [line.rstrip("\n").split("\t") for line in lines][1:]
        sets[path.stem] = [(float(row[1]), row[2], row[3]) for row in rows]
    if not sets:
        sys.exit(f"packing.py: expected sets as STS12.tsv in {folder}, found none")
    return sets


def cosines(left, right):
    norms = numpy.linalg.norm(left, axis=1) * numpy.linalg.norm(right, axis=1)
    return (left * right).sum(axis=1) / numpy.maximum(norms, 1e-12)


def correlation(left, right, scores):
    return spearmanr(cosines(left, right), scores)[0]


def kept(full, coded, first, second, scores):
    whole = correlation(full[first], full[second], scores)
    one = correlation(full[first], coded[second], scores) + correlation(coded[first], full[second], scores)
    return correlation(coded[first], coded[second], scores) / whole, one / 2 / whole


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--anneal", required=True)
    parser.add_argument("--sts", required=True)
    parser.add_argument("--mean-bytes", nargs="*", default=["6", "8", "10", "16"])
    parser.add_argument("--bytes", nargs="*", default=[])
    parser.add_argument("--word-model")
    parser.add_argument("--output")
    arguments = parser.parse_args()
    sets = read(arguments.sts)
    texts = sorted({text for pairs in sets.values() for _, first, second in pairs for text in (first, second)})
    random.Random(7).shuffle(texts)
    place = {text: index for index, text in enumerate(texts)}
    columns = ["limit", "set", "pairs", "bytes", "cosine", "symmetric", "asymmetric"]
    table = []
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "texts.txt").write_text("".join(text + "\n" for text in texts), encoding="utf-8")
        embed = [arguments.anneal, "embed", "--output", folder / "full.npy", folder / "texts.txt"]
        subprocess.run(embed, check=True)
        full = numpy.load(folder / "full.npy")
        model = ["--word-model", arguments.word_model] if arguments.word_model else []
        limits = [("--mean-bytes", value) for value in arguments.mean_bytes]
        limits += [("--bytes", value) for value in arguments.bytes]
        for option, value in limits:
            code, back = folder / "texts.words", folder / "back.npy"
            subprocess.run(
                [arguments.anneal, "pack", option, value, *model, "--output", code, folder / "texts.txt"], check=True)
            subprocess.run([arguments.anneal, "unpack", *model, code, "--output", back], check=True)
            coded = numpy.load(back)
            size = code.stat().st_size / len(texts)
            groups = {}
            for name, pairs in sets.items():
                first = numpy.array([place[pair[1]] for pair in pairs])
                second = numpy.array([place[pair[2]] for pair in pairs])
                scores = numpy.array([pair[0] for pair in pairs])
                is_long = numpy.array([max(len(pair[1].split()), len(pair[2].split())) > 15 for pair in pairs])
                groups.setdefault("", []).append((name, first, second, scores))
                for label, chosen in ((" long", is_long), (" short", ~is_long)):
                    if chosen.sum() >= 100:
                        groups.setdefault(label, []).append(
                            (name + label, first[chosen], second[chosen], scores[chosen]))
            for label, members in groups.items():
                rows = []
                for name, first, second, scores in members:
                    symmetric, asymmetric = kept(full, coded, first, second, scores)
                    chosen = numpy.unique(numpy.concatenate([first, second]))
                    cosine = cosines(full[chosen], coded[chosen]).mean()
                    rows.append((name, len(scores), cosine, symmetric, asymmetric))
                rows.append((f"mean{label}", sum(row[1] for row in rows), *(
                    numpy.mean([row[column] for row in rows]) for column in (2, 3, 4))))
                for name, pairs, cosine, symmetric, asymmetric in rows:
                    table.append([
                        f"{option[2:]} {value}", name, pairs, f"{size:.3f}", f"{cosine:.4f}",
                        f"{100 * symmetric:.2f}", f"{100 * asymmetric:.2f}"])
    for row in [columns] + table:
        print("  ".join(str(value).ljust(20 if index == 1 else 14) for index, value in enumerate(row)).rstrip())
    if arguments.output:
        with open(arguments.output, "w", encoding="utf-8", newline="") as file:
            csv.writer(file, delimiter="\t", lineterminator="\n").writerows([columns] + table)


if __name__ == "__main__":
    main()
