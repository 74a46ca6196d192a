"""Makes a thesaurus of WordNet and of a dictionary of translations: which words mean nearly the same, which the opposite.

    apt-get download wordnet-base=1:3.0-37 trans-de-en=1.9-6
    for package in *.deb; do dpkg -x "$package" open; done
    python Research/Texts/thesaurus.py --wordnet open/usr/share/wordnet --translations open/usr/share/trans/de-en \\
        --tokenizer tokenizer.model --output thesaurus.tsv

Two words are alike as often as they share a set of synonyms, each set by the root of how often WordNet's texts mean it, and as
often as they translate the same German word (Bannard and Callison-Burch, "Paraphrasing with Bilingual Parallel Corpora",
2005); in a set or a translation of n words each other one counts 1 / (n - 1). Antonyms count against it. Words are pieces of
the tokenizer; WordNet has them by their base forms, too. One line a pair, sorted: word, other word, weight, with tabs between;
a weight is the root of what was counted, of antonyms times -0.4.
"""
import argparse, collections, math, os, re

from lexicon import ANTONYM, WordNet, words_of

ANTONYM_WEIGHT = -0.4
# What a dictionary's entry says beside its words: {grammar}, [field], (explanation), /abbreviation/.
REMARK = re.compile(r"\{[^}]*\}|\[[^\]]*\]|\([^)]*\)|/[^/]*/")
# Somebody and something, which stand for an object.
OBJECT = re.compile(r"\b(sb|sth|so)\b\.?('s)?")


def add_pairs(pairs, group):
    """Adds the pairs of {word: weight}."""
    for word, weight in group.items():
        for other in group:
            if other != word:
                pairs[word, other] += weight / (len(group) - 1)


def translated_groups(path):
    """By German word or phrase the English ones that translate it."""
    groups = collections.defaultdict(set)
    if not os.path.isfile(path):
        raise SystemExit(f"--translations: expected Ding's dictionary, found no file {path!r}")
    with open(path, encoding="utf-8") as file:
        for line in file:
            german, found, english = line.rstrip("\n").partition("::")
            if line.startswith("#") or not found:
                continue
            if german.count("|") != english.count("|"):
                continue
            for side, other in zip(german.split("|"), english.split("|")):
                words = set()
                for word in other.split(";"):
                    word = " ".join(OBJECT.sub("", REMARK.sub("", word)).split())
                    words.add(re.sub(r"^(to be|to|the|an?|be) ", "", word).strip(" .,!?…").lower())
                for word in side.split(";"):
                    word = REMARK.sub("", word).strip()
                    if word:
                        groups[word] |= words
    if not groups:
        raise SystemExit(f"--translations: expected lines of German :: English, found none in {path!r}")
    return groups


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--wordnet", required=True, metavar="DIR", help="the folder with WordNet's data.noun and its like")
    p.add_argument("--translations", required=True, metavar="FILE", help="Ding's German-English dictionary")
    p.add_argument("--tokenizer", required=True, help="a SentencePiece model, whose words are wanted")
    p.add_argument("--output", required=True, metavar="FILE")
    a = p.parse_args()
    net, words = WordNet(a.wordnet), words_of(a.tokenizer)
    alike, opposite = collections.Counter(), collections.Counter()

    meanings = collections.defaultdict(dict)
    for word in words:
        for key, count in net.meanings(word):
            meanings[key][word] = math.sqrt(count + 0.5)
    for key, group in list(meanings.items()):
        add_pairs(alike, group)
        for kind, antonym in net.sets[key][2]:
            if kind in ANTONYM:
                for word, weight in group.items():
                    for other in meanings.get(antonym, ()):
                        opposite[word, other] += weight

    known = set(words)
    for group in translated_groups(a.translations).values():
        add_pairs(alike, dict.fromkeys(sorted(group & known), 1.0))

    lines = [f"{word}\t{other}\t{math.sqrt(weight):.4f}\n" for (word, other), weight in alike.items()]
    lines += [f"{word}\t{other}\t{ANTONYM_WEIGHT * math.sqrt(weight):.4f}\n" for (word, other), weight in opposite.items()]
    beside = a.output + ".part"
    with open(beside, "w", encoding="utf-8") as file:
        file.write("".join(sorted(lines)))
    os.replace(beside, a.output)
    print(f"{len(alike)} pairs of words that are alike, {len(opposite)} that are opposite, of {len({w for w, _ in alike})} of {len(words)} words")


if __name__ == "__main__":
    main()
