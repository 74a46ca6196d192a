"""Makes a lexicon of WordNet: a vector for each word that is a piece of the tokenizer, of what the dictionary says of it.

    apt-get download wordnet-base=1:3.0-37 && dpkg -x wordnet-base_*.deb wordnet
    python Research/Texts/lexicon.py --wordnet wordnet/usr/share/wordnet --without EVAL --definitions definitions/definitions.txt
    python Research/Texts/label.py --corpus definitions --all --output labels/definitions
    python Research/Texts/lexicon.py --wordnet wordnet/usr/share/wordnet --definitions definitions/definitions.txt \\
        --labelled labels/definitions --tokenizer tokenizer.model --output labels/lexicon

The first call writes a line for each set of synonyms, its words and its definition, for the teacher to label; the second
gathers their vectors for the words. The vector of a set is the teacher's less the mean of all, plus half of the mean of its
nearest in WordNet (more general and more special ones, similar adjectives, words of the same stem), less two fifths of the
mean of its antonyms'; that of a word the sum of its sets', each by the root of how often WordNet's texts mean it. Words are
found by their base forms, too, as in WordNet's own morphology.

`--without DIR` leaves out each definition that stands in a file of a folder, as a line, a column, or a part between
semicolons, or shares eight words in a row with one, letter case and punctuation aside: sets of sentence pairs have some.
"""
import argparse, collections, glob, math, os, re

import numpy as np

from label import write_shard
from scenes import lines_of, plain
from withheld import Withheld

FILES = {"n": "noun", "v": "verb", "a": "adj", "r": "adv"}
NEAR, ANTONYM = {"@", "@i", "~", "&", "+"}, {"!"}
NEAR_SHARE, ANTONYM_SHARE = 0.5, -0.4
SENSES = 8
# WordNet's rules of detachment: of an ending, what stands in its place.
ENDINGS = {
    "n": [("s", ""), ("ses", "s"), ("xes", "x"), ("zes", "z"), ("ches", "ch"), ("shes", "sh"), ("men", "man"), ("ies", "y")],
    "v": [("s", ""), ("ies", "y"), ("es", "e"), ("es", ""), ("ed", "e"), ("ed", ""), ("ing", "e"), ("ing", "")],
    "a": [("er", ""), ("est", ""), ("er", "e"), ("est", "e")],
    "r": [],
}


class WordNet:
    """The database files of WordNet 3.0 (wndb(5WN)); a set of synonyms is named by part of speech and offset."""

    def __init__(self, folder):
        self.sets, self.senses, self.exceptions = {}, collections.defaultdict(list), collections.defaultdict(list)
        counts = {}
        for line in self._lines(folder, "cntlist.rev"):
            key, number, count = line.split()
            lemma, rest = key.split("%", 1)
            part = "nvara"[int(rest.split(":")[0]) - 1]
            counts[lemma, part, int(number)] = int(count)
        for part, name in FILES.items():
            for line in self._lines(folder, f"data.{name}"):
                self._add(part, line)
            for line in self._lines(folder, f"index.{name}"):
                fields = line.split()
                offsets = fields[-int(fields[2]):]
                for number, offset in enumerate(offsets, 1):
                    self.senses[fields[0].replace("_", " ")].append(
                        (counts.get((fields[0], part, number), 0), -number, part, offset))
            for line in self._lines(folder, f"{name}.exc"):
                form, base = line.split()[:2]
                self.exceptions[form].append((base, part))

    @staticmethod
    def _lines(folder, name):
        if not os.path.isfile(os.path.join(folder, name)):
            raise SystemExit(f"--wordnet: expected a folder with WordNet's {name}, found none in {folder!r}")
        with open(os.path.join(folder, name), encoding="latin-1") as file:
            # Lines of the licence begin with two spaces.
            return [line for line in file if not line.startswith("  ")]

    def _add(self, part, line):
        head, _, gloss = line.partition(" | ")
        fields = head.split()
        count = int(fields[3], 16)
        words = [re.sub(r"\(.*\)", "", fields[4 + 2 * index]).replace("_", " ") for index in range(count)]
        at = 5 + 2 * count
        pointers = [(fields[place], (fields[place + 2].replace("s", "a"), fields[place + 1]))
                    for place in range(at, at + 4 * int(fields[at - 1]), 4)]
        definition = " ".join(gloss.strip().split('; "')[0].split())
        self.sets[part, fields[0]] = (", ".join(words) + ": " + definition, definition, pointers)

    def meanings(self, word):
        """The sets that a word may mean, the most frequent first, each with how often it does."""
        found = list(self.senses.get(word, []))
        if word in self.exceptions:
            for base, part in self.exceptions[word]:
                found += [sense for sense in self.senses.get(base, []) if sense[2] == part]
        else:
            for part, endings in ENDINGS.items():
                for ending, instead in endings:
                    if word.endswith(ending) and len(word) > len(ending) + 1:
                        base = word[:-len(ending)] + instead
                        senses = [sense for sense in self.senses.get(base, []) if sense[2] == part]
                        found += senses
                        if senses:
                            break
        sets = {}
        for count, _, part, offset in sorted(found, reverse=True):
            sets.setdefault((part, offset), count)
        return list(sets.items())[:SENSES]


def words_of(path):
    """The words that are one piece of a SentencePiece model."""
    import sentencepiece
    pieces = sentencepiece.SentencePieceProcessor(model_file=path)
    return [p[1:] for p in map(pieces.id_to_piece, range(len(pieces))) if re.fullmatch("▁[a-z]{2,}", p)]


def write_definitions(net, folders, path):
    lines, withheld = {line for folder in folders for line in lines_of(folder)}, Withheld(folders)
    texts, left_out = set(), 0
    for text, definition, _ in net.sets.values():
        parts = {plain(part) for part in [definition, *definition.split(";")]}
        if any(part in lines and " " in part for part in parts) or withheld.shares(definition):
            left_out += 1
        else:
            texts.add(text)
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write("".join(text + "\n" for text in sorted(texts)))
    print(f"{len(texts)} definitions, {left_out} left out")


def write_lexicon(net, definitions, labelled, tokenizer, folder):
    vectors = {}
    for path in sorted(glob.glob(f"{labelled}/*.npy")):
        with open(path + ".txt", encoding="utf-8") as file:
            vectors.update(zip(file.read().split("\n")[:-1], np.load(path).astype(np.float32)))
    with open(definitions, encoding="utf-8") as file:
        wanted = set(file.read().split("\n")[:-1])
    # Half a labelling would make a lexicon that is only worse.
    missing = len(wanted - vectors.keys())
    if missing or not wanted:
        raise SystemExit(f"--labelled: expected the vectors of all {len(wanted)} definitions, found {missing} without in {labelled!r}")
    raw = {key: vectors[text] for key, (text, _, _) in net.sets.items() if text in wanted}
    mean = np.mean(list(raw.values()), axis=0)

    def vector(key):
        sum = raw[key] - mean if key in raw else np.zeros_like(mean)
        for kinds, share in ((NEAR, NEAR_SHARE), (ANTONYM, ANTONYM_SHARE)):
            others = [raw[other] - mean for kind, other in net.sets[key][2] if kind in kinds and other in raw]
            if others:
                sum = sum + share * np.mean(others, axis=0)
        return sum / max(np.linalg.norm(sum), 1e-9)

    known = words_of(tokenizer)
    words, rows = [], []
    for word in known:
        sum = np.zeros_like(mean)
        for key, count in net.meanings(word):
            sum += math.sqrt(count + 0.5) * vector(key)
        if sum.any():
            words.append(word)
            rows.append(sum / np.linalg.norm(sum))
    os.makedirs(folder, exist_ok=True)
    text = "".join(word + "\n" for word in words)
    write_shard(os.path.join(folder, "words.npy"), text.encode(), np.array(rows, np.float16))
    print(f"{len(words)} of {len(known)} words, by {len(raw)} of {len(net.sets)} sets")


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--wordnet", required=True, metavar="DIR", help="the folder with WordNet's data.noun and its like")
    p.add_argument("--without", action="append", default=[], metavar="DIR", help="a folder of texts to leave out")
    p.add_argument("--definitions", required=True, metavar="FILE", help="the definitions, written without --labelled")
    p.add_argument("--labelled", metavar="DIR", help="the folder of the definitions' vectors; makes the lexicon")
    p.add_argument("--tokenizer", help="a SentencePiece model, whose words are wanted")
    p.add_argument("--output", metavar="DIR", help="where the lexicon goes")
    a = p.parse_args()
    if a.labelled and not (a.tokenizer and a.output):
        p.error("--labelled needs --tokenizer and --output")
    net = WordNet(a.wordnet)
    if a.labelled:
        write_lexicon(net, a.definitions, a.labelled, a.tokenizer, a.output)
    else:
        write_definitions(net, a.without, a.definitions)


if __name__ == "__main__":
    main()
