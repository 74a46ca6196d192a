"""Draws some of the texts that base.sh made, for a model that goes on to keep what it knows of them.

    python Research/Texts/draw.py --base BASE --take lines=60000,clauses=40000,scenes=30000 --output mix.txt
    python Research/Texts/draw.py --words 30000 --of mix.txt --output words.txt

The first form takes so many texts of each kind of BASE, in an order that depends on the seed alone; the second the words that most
texts have, the most frequent first. One text a line, each once: `anneal-train train --from MODEL --keep mix.txt --keep words.txt`.
"""
import argparse, collections, glob, os, random, re

from packages import store


def texts_of(base, kind):
    """The texts of a kind, in the order of its shards."""
    paths = sorted(glob.glob(f"{base}/{kind}/*.npy.txt"))
    if not paths:
        raise SystemExit(f"{base}/{kind}: expected shards of texts as base.sh makes them, found none")
    return [text for path in paths for text in open(path, encoding="utf-8").read().split("\n") if text]


def drawn(base, counts, seed):
    """So many texts of each kind, each text once."""
    found = {}
    for kind, count in counts:
        texts = texts_of(base, kind)
        if len(texts) < count:
            raise SystemExit(f"{base}/{kind}: expected at least {count} texts, found {len(texts)}")
        # Each kind has chances of its own, so that one more or less changes no other's texts.
        found |= dict.fromkeys(random.Random(f"{seed} {kind}").sample(texts, count))
    return list(found)


def words_of(paths, count):
    """The words that most texts have; those of as many texts by the alphabet."""
    texts = collections.Counter(word for path in paths for line in open(path, encoding="utf-8")
                                for word in set(re.findall(r"[a-z]{3,}", line.lower())))
    return sorted(texts, key=lambda word: (-texts[word], word))[:count]


def counts_of(argument):
    try:
        return [(kind, int(count)) for kind, count in (part.split("=") for part in argument.split(","))]
    except ValueError:
        raise argparse.ArgumentTypeError(f"expected KIND=COUNT,KIND=COUNT, found {argument}") from None


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--base", metavar="DIR", help="what base.sh made")
    p.add_argument("--take", type=counts_of, metavar="KIND=COUNT,…")
    p.add_argument("--words", type=int, metavar="COUNT")
    p.add_argument("--of", action="append", default=[], metavar="FILE", help="texts whose words are counted")
    p.add_argument("--output", required=True, metavar="FILE")
    p.add_argument("--seed", type=int, default=1)
    a = p.parse_args()
    if bool(a.base and a.take) == bool(a.words and a.of):
        p.error("give --base and --take, or --words and --of")
    lines = drawn(a.base, a.take, a.seed) if a.take else words_of(a.of, a.words)
    os.makedirs(os.path.dirname(a.output) or ".", exist_ok=True)
    store(a.output, "".join(line + "\n" for line in lines).encode())
    print(f"{a.output}: {len(lines)} texts")


if __name__ == "__main__":
    main()
