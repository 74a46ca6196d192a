"""Makes the list of words and definitions that `anneal prefer` and `anneal word-of-the-day` choose from, of WordNet 3.0.

    apt-get download wordnet-base=1:3.0-37 && dpkg -x wordnet-base_*.deb wordnet
    python Research/Texts/concepts.py --wordnet wordnet/usr/share --output Sources/CShippedModel/Models/default.concepts

A line is a word, its lexicographer file (WordNet's 45 kinds: noun.animal, verb.motion, …) and its definition, with tabs
between. A word stands for the meaning that WordNet's texts count most often; the first of equals, nouns before verbs,
adjectives and adverbs. Taken are single words of at least three small letters: first those that the texts count most, then
those with the most meanings, then the most links to other sets, then the shortest. Names and adverbs are left out, adjectives that only mean "of" a noun, and words that
a definition calls offensive, vulgar or the like. The lines before them begin with `#`: WordNet's licence, which goes with every copy.
"""
import argparse, collections, os, re

from lexicon import WordNet

COUNT = 16_384
FILE_MOST = 640
DEFINITION_MOST = 90
PARTS = "nvar"
FILES_LEFT_OUT = {"adv.all", "adj.pert", "noun.Tops"}
LEFT_OUT = re.compile(
    r"\b(offensive|vulgar|obscene|disparaging|derogatory|ethnic slur|slang|profane|pejorative)\b", re.IGNORECASE)
# lexnames(5WN), by number.
FILES = """adj.all adj.pert adv.all noun.Tops noun.act noun.animal noun.artifact noun.attribute noun.body noun.cognition
noun.communication noun.event noun.feeling noun.food noun.group noun.location noun.motive noun.object noun.person
noun.phenomenon noun.plant noun.possession noun.process noun.quantity noun.relation noun.shape noun.state noun.substance
noun.time verb.body verb.change verb.cognition verb.communication verb.competition verb.consumption verb.contact
verb.creation verb.emotion verb.motion verb.perception verb.possession verb.social verb.stative verb.weather adj.ppl""".split()


class Concepts(WordNet):
    """WordNet with the lexicographer file of each set, and whether it names a single thing."""

    def __init__(self, folder):
        self.files, self.instances = {}, set()
        super().__init__(folder)

    def _add(self, part, line):
        super()._add(part, line)
        offset, file = line.split()[:2]
        self.files[part, offset] = FILES[int(file)]
        if any(kind == "@i" for kind, _ in self.sets[part, offset][2]):
            self.instances.add((part, offset))

    def chosen(self, count):
        """Word, lexicographer file and definition of the most usual words, in the order of the alphabet."""
        words = []
        for word, senses in self.senses.items():
            if not re.fullmatch("[a-z]{3,}", word):
                continue
            total = sum(sense[0] for sense in senses)
            _, _, part, offset = min(senses, key=lambda s: (-s[0], -s[1], PARTS.index(s[2])))
            text, definition, pointers = self.sets[part, offset]
            # Names have capitals in the set's own words.
            written = text.split(": ")[0].split(", ")
            file = self.files[part, offset]
            if (part, offset) in self.instances or word not in written or file in FILES_LEFT_OUT:
                continue
            if LEFT_OUT.search(definition):
                continue
            words.append((-total, -len(senses), -len(pointers), len(word), word, file, shortened(definition)))
        taken, left = [], collections.Counter({file: FILE_MOST for file in FILES})
        for entry in sorted(words):
            if len(taken) < count and left[entry[5]] > 0:
                left[entry[5]] -= 1
                taken.append(entry[4:])
        return sorted(taken)


def shortened(definition):
    """The first part of a definition, without what stands in brackets in front; of a long one the first words."""
    text = re.sub(r"^\([^)]*\)\s*", "", definition)
    text = re.sub(r"\s*\([^)]*\)", "", text).split(";")[0].strip() or definition
    if len(text) > DEFINITION_MOST:
        text = text[:DEFINITION_MOST].rsplit(" ", 1)[0] + " …"
    return text


def licence(folder):
    """The text of WordNet's licence as the package has it, a line a line."""
    path = os.path.join(folder, "doc", "wordnet-base", "copyright")
    with open(path, encoding="utf-8") as file:
        text = file.read()
    start = text.index("License: WordNet3.0\n") + len("License: WordNet3.0\n")
    lines = text[start:].split("\n\n")[0].split("\n")
    return ["" if line.strip() == "." else line.strip() for line in lines]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wordnet", required=True, metavar="DIR", help="the folder with wordnet/ and doc/ of the package")
    parser.add_argument("--count", type=int, default=COUNT)
    parser.add_argument("--output", required=True, metavar="FILE")
    arguments = parser.parse_args()
    chosen = Concepts(os.path.join(arguments.wordnet, "wordnet")).chosen(arguments.count)
    head = [f"{len(chosen)} words of WordNet 3.0: word, lexicographer file, definition (shortened). Made by",
            "Research/Texts/concepts.py, which says how they were chosen. WordNet's licence:", ""] + licence(arguments.wordnet)
    with open(arguments.output, "w", encoding="utf-8") as file:
        file.write("".join(f"# {line}".rstrip() + "\n" for line in head))
        file.write("".join("\t".join(entry) + "\n" for entry in chosen))
    print(f"{len(chosen)} words, {os.path.getsize(arguments.output)} bytes")


if __name__ == "__main__":
    main()
