"""Makes variants of sentences that have labels already, by one small edit each, as more texts for the teacher.

    python Research/Texts/edits.py --labelled LABELS --output edits.txt

Of sentences of 5 to 16 words, up to four variants each: negated behind an auxiliary verb, one word left out, two words
exchanged, or one word replaced by another of the corpus, drawn by its frequency. One text a line, those of a sentence one
after the other. The last `--held` files of labels are left alone.
"""
import argparse, collections, glob, random, re

SENTENCE = re.compile(r"^[A-Z][A-Za-z0-9 ,'’\-]+[.?!]$")
ENDING = re.compile(r"^(.*?)([.,?!]*)$")
AUXILIARY = set("is are was were can will has have had could should would must may might do does did am".split())


def edit(rng, text, words, weights):
    """A variant of a sentence, or None where the edit that was drawn does not fit."""
    w = text.split()
    kind = rng.random()
    if kind < 0.2:
        places = [i for i, x in enumerate(w) if x.lower() in AUXILIARY]
        if places:
            i = rng.choice(places)
            return " ".join(w[:i + 1] + ["not"] + w[i + 1:])
        kind = rng.random()
    if kind < 0.45:
        i = rng.randrange(len(w))
        rest = w[:i] + w[i + 1:]
        if len(rest) < 4:
            return None
        rest[0] = rest[0][0].upper() + rest[0][1:]
        if i == len(w) - 1:
            rest[-1] = rest[-1].rstrip(",") + w[-1][-1]
        return " ".join(rest)
    if kind < 0.65:
        places = [i for i, x in enumerate(w) if len(x.strip(".,?!'")) > 3]
        if len(places) < 2:
            return None
        i, j = rng.sample(places, 2)
        one, other = ENDING.match(w[i]), ENDING.match(w[j])
        w[i], w[j] = other[1] + one[2], one[1] + other[2]
        result = " ".join(w)
        return result[0].upper() + result[1:]
    places = [i for i, x in enumerate(w) if len(x.strip(".,?!'")) > 2]
    if not places:
        return None
    i = rng.choice(places)
    word = rng.choices(words, weights)[0]
    if w[i][0].isupper():
        word = word.capitalize()
    return " ".join(w[:i] + [word + ENDING.match(w[i])[2]] + w[i + 1:])


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--labelled", required=True)
    p.add_argument("--output", required=True)
    p.add_argument("--sentences", type=int, default=20_000)
    p.add_argument("--held", type=int, default=2)
    p.add_argument("--seed", type=int, default=5)
    a = p.parse_args()
    rng, texts = random.Random(a.seed), []
    for path in sorted(glob.glob(f"{a.labelled}/*.npy.txt"))[:-a.held or None]:
        with open(path, encoding="utf-8") as file:
            texts += file.read().split("\n")[:-1]
    sentences = [t for t in texts if 5 <= len(t.split()) <= 16 and SENTENCE.match(t)]
    counts = collections.Counter(w.lower() for t in sentences for w in re.findall(r"[A-Za-z]+", t))
    words = [w for w, n in counts.items() if n >= 20 and len(w) > 2]
    weights = [counts[w] ** 0.75 for w in words]
    rng.shuffle(sentences)
    seen = set(texts)
    with open(a.output, "w", encoding="utf-8") as file:
        for text in sentences[:a.sentences]:
            for _ in range(4):
                variant = edit(rng, text, words, weights)
                if variant and variant not in seen:
                    seen.add(variant)
                    file.write(variant + "\n")


if __name__ == "__main__":
    main()
