"""Makes short sentences and their variants from the words of a corpus, as more texts for the teacher to label.

    python Research/Texts/variants.py --corpus DIR --output variants.txt --groups 20000

A static model learns what word order, negation, number and voice do to a meaning from texts that differ in nothing
else; corpora hold few of them. Each group here is one sentence and variants of it. Half of the groups are short
sentences of the corpus: negated, asked, with two nouns swapped, with one noun replaced or left out. The others are made
of the corpus's words, drawn by the square root of their frequency, and have their roles swapped, or are in the passive,
or have another number or detail: nouns are what stands between an article and a verb or preposition, verbs what stands
between "is" and an article. One text a line, the texts of a group one after the other; nothing is taken from any
evaluation set.
"""
import argparse, collections, glob, gzip, random, re

WORD = re.compile(r"[a-z]+(?:'[a-z]+)?|[.,;:!?]")
AFTER_NOUN = {"is", "was", "in", "on", "with", "at", "near", "under", "behind", "and", "that", "who", "."}
PLACES = ["in", "on", "near", "under", "behind", "beside", "with", "next to", "in front of"]
NUMBERS = ["two", "three", "four", "some", "several", "many", "a few"]
STOP = set("""same other first second third last next most own few only one two more such whole following end rest fact
way time day lot number kind use case being doing having going getting saying""".split())


AUXILIARY = {"is", "are", "was", "were", "can", "could", "will", "would", "should", "must", "has", "had", "does", "did"}


def words_of(folder):
    """Nouns, verbs and adjectives with their counts, and the short sentences that have an auxiliary verb."""
    nouns, verbs, adjectives = collections.Counter(), collections.Counter(), collections.Counter()
    sentences = []
    for path in sorted(glob.glob(f"{folder}/*.txt") + glob.glob(f"{folder}/*.txt.gz")):
        opened = gzip.open(path, "rt", encoding="utf-8") if path.endswith(".gz") else open(path, encoding="utf-8")
        with opened as file:
            for line in file:
                w = WORD.findall(line.lower())
                if 4 <= len(w) <= 14 and not AUXILIARY.isdisjoint(w[1:]):
                    sentences.append(w)
                for i in range(len(w) - 3):
                    if w[i] in ("a", "an"):
                        if w[i + 2] in AFTER_NOUN:
                            nouns[w[i + 1]] += 1
                        elif w[i + 3] in AFTER_NOUN and w[i + 2].isalpha():
                            adjectives[w[i + 1]] += 1
                    if w[i] in ("is", "are", "was", "were") and w[i + 1].endswith("ing") and w[i + 2] in ("a", "the"):
                        verbs[w[i + 1]] += 1
    keep = lambda c, least, limit: [
        (x, n) for x, n in c.most_common(limit) if n >= least and len(x) > 2 and x.isalpha() and x not in STOP]
    nouns = [(x, n) for x, n in keep(nouns, 12, 4000) if not x.endswith(("ing", "ed", "ly"))]
    known = {x for x, _ in nouns}
    adjectives = [(x, n) for x, n in keep(adjectives, 12, 1500) if x not in known and not x.endswith("ly")]
    return nouns, keep(verbs, 4, 600), adjectives, sentences


def drawer(rng, counted):
    words = [x for x, _ in counted]
    weights = [n ** 0.5 for _, n in counted]
    pool = rng.choices(words, weights, k=200_000)
    return lambda: rng.choice(pool)


def article(word):
    return ("an " if word[0] in "aeiou" else "a ") + word


def plural(noun):
    if noun.endswith(("s", "x", "ch", "sh")):
        return noun + "es"
    if noun.endswith("y") and noun[-2] not in "aeiou":
        return noun[:-1] + "ies"
    return noun + "s"


def participle(verb):
    stem = verb[:-3]
    if len(stem) > 2 and stem[-1] == stem[-2] and stem[-1] not in "ls":
        return stem + "ed"
    return stem + ("ed" if not stem.endswith(("at", "iv", "ov", "as", "us", "in", "ar", "id", "ak", "os")) else "ed")


def joined(words):
    return re.sub(r" ([.,;:!?])", r"\1", " ".join(words))


def sentence_group(rng, words, known, noun, size):
    """A sentence of the corpus and its variants; None if there is too little to vary."""
    at = next(i for i, w in enumerate(words) if i > 0 and w in AUXILIARY)
    places = [i for i, w in enumerate(words) if w in known]
    if not places:
        return None
    end = [words[-1]] if words[-1] in ".!?" else []
    body = words[:-1] if end else words
    options = [body[:at + 1] + ["not"] + body[at + 1:] + end, body[:at] + body[at + 1:] + end,
               [body[at]] + body[:at] + body[at + 1:] + ["?"]]
    if "not" in words:
        options[0] = [w for w in words if w != "not"]
    for _ in range(2):
        i = rng.choice(places)
        options.append(words[:i] + [noun()] + words[i + 1:])
    if len(places) > 1:
        i, j = rng.sample(places, 2)
        swapped = list(words)
        swapped[i], swapped[j] = words[j], words[i]
        options.append(swapped)
    i = rng.choice(places)
    options.append(words[:i] + words[i + 1:])
    return [joined(words)] + [joined(o) for o in rng.sample(options, min(size - 1, len(options)))]


def group(rng, noun, verb, adjective, size):
    subject, thing, place = noun(), noun(), noun()
    doing, how, where = verb(), adjective(), rng.choice(PLACES)
    a, b, c = article(subject), article(thing), "the " + place
    detail = f" {where} {c}" if rng.random() < 0.6 else ""
    colour = rng.random() < 0.4
    the = f"the {how} {subject}" if colour else f"the {subject}"
    one = article(f"{how} {subject}") if colour else a
    base = f"{one} is {doing} {b}{detail}"
    options = [
        f"{one} is not {doing} {b}{detail}",
        f"there is no {subject} {doing} {b}{detail}",
        f"{b} is {doing} {one}{detail}",
        f"{b} is being {participle(doing)} by {a}{detail}",
        f"{the} is {doing} the {thing}{detail}",
        f"{rng.choice(NUMBERS)} {plural(subject)} are {doing} {b}{detail}",
        f"{article(noun())} is {doing} {b}{detail}",
        f"{one} is {verb()} {b}{detail}",
        f"{one} is {doing} {article(noun())}{detail}",
        f"{one} is {doing} {b} {rng.choice(PLACES)} the {noun()}",
        f"{article(adjective() + ' ' + subject)} is {doing} {b}{detail}",
        f"{subject} {doing} {thing}{detail}",
        f"{where} {c}, {one} is {doing} {b}",
        f"is {the} {doing} {b}{detail}?",
        f"{a} was {doing} {article(adjective() + ' ' + thing)}",
    ]
    return [base] + rng.sample(options, size - 1)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--corpus", required=True)
    p.add_argument("--output", required=True)
    p.add_argument("--groups", type=int, default=20_000)
    p.add_argument("--size", type=int, default=6)
    p.add_argument("--seed", type=int, default=3)
    a = p.parse_args()
    rng = random.Random(a.seed)
    nouns, verbs, adjectives, sentences = words_of(a.corpus)
    known = {x for x, _ in nouns}
    rng.shuffle(sentences)
    noun, verb, adjective = drawer(rng, nouns), drawer(rng, verbs), drawer(rng, adjectives)
    seen = set()
    with open(a.output, "w", encoding="utf-8") as out:
        for index in range(a.groups):
            found = None
            while index % 2 == 0 and found is None and sentences:
                found = sentence_group(rng, sentences.pop(), known, noun, a.size)
            for text in found or group(rng, noun, verb, adjective, a.size):
                if text not in seen:
                    seen.add(text)
                    out.write(text + "\n")
    print(f"{len(nouns)} nouns, {len(verbs)} verbs, {len(adjectives)} adjectives; {len(seen)} texts")


if __name__ == "__main__":
    main()
