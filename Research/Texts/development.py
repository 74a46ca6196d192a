"""Makes the sets by which texts and teachers are chosen, in the form that `anneal eval` reads. Never train on them.

    python Research/Texts/packages.py --output PACKAGES
    python Research/Texts/development.py --packages PACKAGES --without EVAL --output DEVELOPMENT
    anneal eval DEVELOPMENT
    anneal eval Research/Evaluation/spellings/spellings.tsv

DEVELOPMENT gets two sets of retrieval:

    docstring-to-function      3,000 functions of Python's standard library; the query is the first paragraph of the docstring,
                               the document the function without it
    question-to-section        2,000 sections of a package of documentation that is read nowhere else; the query is a question
                               made of the heading, the document what stands below it, without the heading

Each query has one document. They come in an order that depends on the seed alone. `--without DIR` leaves out what
shares eight words in a row with any file of a folder. Scripts that make texts take DEVELOPMENT as `--without`.
"""
import argparse, os, random

import guides
from functions import cut, functions_of, one_line
from packages import Damaged, archives, option, store
from withheld import Withheld

LIBRARY = ("libpython3.11-minimal", "libpython3.11-stdlib")
FUNCTIONS, SECTIONS = 3000, 2000


def docstrings(paths, chance):
    """Docstrings and functions of the standard library."""
    for path in paths:
        for _, function in functions_of(path, chance, 1_000_000):
            if len(function.body.split()) >= 4:
                yield one_line(function.documentation), cut(f"{function.signature} {function.body}", 2000)


def questions(paths, chance):
    """Questions and sections of the package that is left out."""
    for path in paths:
        for sections in guides.pages_of(path, guides.HELD_OUT, chance):
            for section in sections:
                query = guides.question_of(section.heading)
                if len(query.split()) >= 4:
                    yield query, " ".join(" ".join(section.paragraphs).split()[:guides.PASSAGE])


def chosen(pairs, count, chance, withheld):
    """So many of the pairs, each text once."""
    pairs, seen, found = list(pairs), set(), []
    chance.shuffle(pairs)
    for pair in pairs:
        if seen.isdisjoint(pair) and not withheld.shares(*pair):
            seen.update(pair)
            found.append(pair)
    return found[:count]


def write(folder, pairs, count):
    """Writes a set of retrieval whose n-th query has the n-th document."""
    if len(pairs) < count:
        raise SystemExit(f"{folder}: expected {count} pairs, found {len(pairs)}")
    os.makedirs(folder, exist_ok=True)
    rows = {"queries": [("id", "text"), *((f"q{number}", query) for number, (query, _) in enumerate(pairs))],
            "corpus": [("id", "text"), *((f"d{number}", document) for number, (_, document) in enumerate(pairs))],
            "qrels": [("query", "document", "relevance"), *((f"q{number}", f"d{number}", "1") for number in range(count))]}
    for name, lines in rows.items():
        store(os.path.join(folder, name + ".tsv"), "".join("\t".join(line) + "\n" for line in lines).encode())
    print(f"{folder}: {count} queries, {sum(len(query) for query, _ in pairs) // count} and "
          f"{sum(len(document) for _, document in pairs) // count} characters in the mean")


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    option(p)
    p.add_argument("--output", required=True, metavar="DIR")
    Withheld.option(p)
    p.add_argument("--seed", type=int, default=23)
    a = p.parse_args()
    withheld, paths = Withheld(a.without), {package.name: path for package, path in archives(a.lock, a.packages)}
    try:
        for name, make, packages, count in (("docstring-to-function", docstrings, LIBRARY, FUNCTIONS),
                                            ("question-to-section", questions, [guides.HELD_OUT], SECTIONS)):
            if missing := [package for package in packages if package not in paths]:
                raise SystemExit(f"{a.lock}: expected {', '.join(missing)}, found none: packages.py --renew debian:NAME adds it")
            chance = random.Random(a.seed)
            pairs = chosen(make([paths[package] for package in packages], chance), count, chance, withheld)
            write(os.path.join(a.output, "retrieval", name), pairs, count)
    except Damaged as error:
        raise SystemExit(str(error)) from None


if __name__ == "__main__":
    main()
