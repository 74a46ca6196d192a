#!/usr/bin/env python3
"""Writes the list of words that names the digits of semantic IDs: WordNet's, with what they mean and their classes.

    apt-get download wordnet-base=1:3.0-37 && dpkg -x wordnet-base_*.deb open
    python3 Research/Benchmarks/ids_wordnet.py open/usr/share/wordnet > words.tsv

A line a word: the word, its gloss, and its classes with commas between: the lexicographer file (noun.animal) and, of nouns
and verbs, the hypernyms from the second of the hierarchy down. 20,000 words are drawn, each by its first meaning.
"""
import random
import sys
from pathlib import Path

# lexnames(5WN), in the order of their numbers.
FILES = """adj.all adj.pert adv.all noun.Tops noun.act noun.animal noun.artifact noun.attribute noun.body noun.cognition
noun.communication noun.event noun.feeling noun.food noun.group noun.location noun.motive noun.object noun.person
noun.phenomenon noun.plant noun.possession noun.process noun.quantity noun.relation noun.shape noun.state noun.substance
noun.time verb.body verb.change verb.cognition verb.communication verb.competition verb.consumption verb.contact
verb.creation verb.emotion verb.motion verb.perception verb.possession verb.social verb.stative verb.weather
adj.ppl""".split()
DRAWN = 20_000


def sets(folder):
    """By part of speech and offset: first word, lexicographer file, hypernyms, gloss."""
    found = {}
    for part, name in {"n": "noun", "v": "verb", "a": "adj", "r": "adv"}.items():
        with open(folder / f"data.{name}", encoding="latin-1") as file:
            for line in file:
                if line.startswith("  "):
                    continue
                head, _, gloss = line.partition(" | ")
                fields = head.split()
                count = int(fields[3], 16)
                pointers = fields[5 + 2 * count:5 + 2 * count + 4 * int(fields[4 + 2 * count])]
                above = [(pointers[place + 2], pointers[place + 1])
                         for place in range(0, len(pointers), 4) if pointers[place] in ("@", "@i")]
                found[part, fields[0]] = (
                    fields[4].split("(")[0].replace("_", " "), FILES[int(fields[1])], above,
                    gloss.strip().split('; "')[0])
    return found


def main():
    folder = Path(sys.argv[1])
    found = sets(folder)
    lines = []
    for part, name in {"n": "noun", "v": "verb", "a": "adj", "r": "adv"}.items():
        with open(folder / f"index.{name}", encoding="latin-1") as file:
            for line in file:
                if line.startswith("  "):
                    continue
                fields = line.split()
                key = part, fields[-int(fields[2])]
                _, lexicographer, above, gloss = found[key]
                chain = []
                while above:
                    word, _, higher, _ = found[above[0]]
                    chain.append(word.replace(",", " "))
                    above = higher
                # The first says nothing: entity.
                classes = [lexicographer] + list(reversed(chain))[1:]
                lines.append("\t".join([
                    fields[0].replace("_", " "), " ".join(gloss.split()), ",".join(dict.fromkeys(classes))]))
    random.Random(1).shuffle(lines)
    print("# word, meaning, classes: WordNet 3.0")
    print("\n".join(sorted(lines[:DRAWN])))


if __name__ == "__main__":
    main()
