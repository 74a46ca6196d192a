"""Makes variants of sentences that have labels already, by one or two words replaced as WordNet has it, for the teacher to label.

    python Research/Texts/substitutions.py --labelled LABELS [--labelled MORE] --wordnet DIR --output substitutions.txt

Of sentences of 5 to 18 words one variant each: a word gives way to a synonym, a more general or more special word, a sister, a
similar adjective or an antonym, in any of its senses, the frequent ones more often; right or wrong, the teacher says what that
does to the sentence. Plurals and regular verb forms are formed anew, "a" and "an" follow. New words are known to the
sentences, three times at least. One text a line, until there are `--count`.
"""
import argparse, collections, glob, math, os, random, re

from lexicon import ENDINGS, WordNet

SENTENCE = re.compile(r"^[A-Za-z][A-Za-z0-9 ,'’:;\-]+[.?!]?$")
WORD = re.compile(r"([A-Za-z]{3,})([.,?!;:]*)")
# By kind of relation, how often it is taken: synonyms (""), and WordNet's pointers; "sister" is what shares a more general one.
KINDS = {"": 0.45, "@": 0.15, "@i": 0.15, "sister": 0.25, "~": 0.1, "&": 0.3, "!": 0.15}
RELATED = 40
# Words that are too common, or mean too many things, to be replaced.
STOP = set("""the a an of to in on at for and or but is are was were be been being has have had do does did not no will can
could would should may might must it he she they we you this that these those with by as from if than then so such more most
very into out up down over under about all any some each other one two""".split())
VOWELS = set("aeiou")
SECOND_WORD_SHARE = 0.3


def with_s(word):
    if word.endswith(("s", "x", "z", "ch", "sh")):
        return word + "es"
    return word[:-1] + "ies" if word.endswith("y") and word[-2:-1] not in VOWELS else word + "s"


def inflected(lemma, part, form):
    """A regular noun or verb in the form that another has, or None where the form has no rule here."""
    if part == "n":
        return with_s(lemma)
    head, space, rest = lemma.partition(" ")
    if form.endswith("ing"):
        head = (head[:-1] if head.endswith("e") and not head.endswith("ee") else head) + "ing"
    elif form.endswith("ed"):
        if head.endswith("e"):
            head += "d"
        else:
            head = head[:-1] + "ied" if head.endswith("y") and head[-2:-1] not in VOWELS else head + "ed"
    elif form.endswith("s"):
        head = with_s(head)
    else:
        return None
    return head + space + rest


class Replacements:
    """What may stand for a word, and how often it should."""

    def __init__(self, net, counts):
        self.net, self.counts, self.known = net, counts, {}
        self.irregular = {base for bases in net.exceptions.values() for base, _ in bases}

    def words(self, key):
        return self.net.sets[key][0].split(": ", 1)[0].split(", ")

    def fits(self, lemma):
        parts = lemma.split(" ")
        return len(parts) <= 2 and all(re.fullmatch("[a-z]+", x) and self.counts[x] >= 3 for x in parts)

    def meanings(self, form):
        """(base form, part of speech, set, count) of a word as it stands and of what it may be a regular form of."""
        for count, _, part, offset in self.net.senses.get(form, []):
            yield form, part, (part, offset), count
        for part in "nv":
            for ending, instead in ENDINGS[part]:
                base = form[:-len(ending)] + instead
                found = [s for s in self.net.senses.get(base, []) if s[2] == part]
                if form.endswith(ending) and len(form) > len(ending) + 1 and found:
                    for count, _, _, offset in found:
                        yield base, part, (part, offset), count
                    break

    def of(self, form):
        """(replacement, weight) for a word, a list; empty where there is none."""
        if form not in self.known:
            self.known[form] = [pair for meaning in self.meanings(form) for pair in self.of_meaning(form, *meaning)]
        return self.known[form]

    def of_meaning(self, form, base, part, key, count):
        pointers = self.net.sets[key][2]
        related = collections.defaultdict(list, {"": [key]})
        for kind, other in pointers:
            related[kind].append(other)
        related["sister"] = [
            other for up in related["@"] + related["@i"] for kind, other in self.net.sets[up][2]
            if kind == "~" and other != key]
        for kind, share in KINDS.items():
            lemmas = [x for other in related[kind][:RELATED] for x in self.words(other)]
            lemmas = [x for x in lemmas if x not in (base, form) and self.fits(x)]
            for lemma in lemmas:
                word = lemma
                if base != form:
                    if not {lemma.split(" ")[0], lemma.split(" ")[-1]}.isdisjoint(self.irregular):
                        continue
                    word = inflected(lemma, part, form)
                if word and word != form:
                    yield word, share * math.sqrt(count + 0.5) / len(lemmas)


def variant(rng, text, replacements):
    """A sentence with one or two words replaced, or None where no word can be."""
    words = text.split(" ")
    places = []
    for index, word in enumerate(words):
        match = WORD.fullmatch(word)
        if match and match[1].lower() not in STOP and (index == 0 or match[1].islower()):
            places.append((index, match[1], match[2]))
    rng.shuffle(places)
    changed = False
    for index, word, end in places:
        choices = replacements.of(word.lower())
        if not choices:
            continue
        new = rng.choices([x for x, _ in choices], [weight for _, weight in choices])[0]
        if index and words[index - 1].lower() in ("a", "an"):
            article = "an" if new[0] in VOWELS else "a"
            words[index - 1] = article if words[index - 1].islower() else article.capitalize()
        words[index] = (new[0].upper() + new[1:] if word[0].isupper() else new) + end
        if changed or rng.random() >= SECOND_WORD_SHARE:
            return " ".join(words)
        changed = True
    return " ".join(words) if changed else None


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--labelled", action="append", required=True, metavar="DIR", help="a folder of labels")
    p.add_argument("--wordnet", required=True, metavar="DIR", help="the folder with WordNet's data.noun and its like")
    p.add_argument("--output", required=True, metavar="FILE")
    p.add_argument("--count", type=int, default=300_000)
    p.add_argument("--seed", type=int, default=11)
    a = p.parse_args()
    texts = []
    for folder in a.labelled:
        found = sorted(glob.glob(f"{folder}/*.npy.txt"))
        if not found:
            raise SystemExit(f"--labelled: expected files of labelled texts, found none in {folder!r}")
        for path in found:
            with open(path, encoding="utf-8") as file:
                texts += file.read().split("\n")[:-1]
    counts = collections.Counter(w for t in texts for w in re.findall("[a-z]+", t.lower()))
    seen = set(texts)
    sentences = [t for t in texts if 5 <= len(t.split(" ")) <= 18 and SENTENCE.match(t)]
    rng = random.Random(a.seed)
    rng.shuffle(sentences)
    replacements, made = Replacements(WordNet(a.wordnet), counts), 0
    beside = a.output + ".part"
    with open(beside, "w", encoding="utf-8") as file:
        for text in sentences:
            if made == a.count:
                break
            new = variant(rng, text, replacements)
            if new and new not in seen:
                seen.add(new)
                file.write(new + "\n")
                made += 1
    os.replace(beside, a.output)
    print(f"{made} variants of {len(sentences)} sentences")


if __name__ == "__main__":
    main()
