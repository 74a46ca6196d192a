"""Makes pairs of texts that differ in accents, invisible characters, quotation marks or dashes alone, from templates.

    python Research/Evaluation/spellings/generate.py --output Research/Evaluation/spellings/spellings.tsv
    anneal eval Research/Evaluation/spellings/spellings.tsv
    python Research/Evaluation/spellings/generate.py --cosines 'anneal embed --format f32'

200 rows in the form of minimal pairs: a category, a text in plain letters, the same text as other keyboards and programs write
it, and a text with another word. `--cosines` gives both spellings to a command that reads texts, one a line, and writes
little-endian 32-bit floats, and prints least and mean cosine a category. Never train on these texts.
"""
import argparse, array, os, random, shlex, subprocess, unicodedata

CATEGORIES = ("accents", "invisible", "quotes", "dashes")
COUNT = 50
ACCENTED = [line.split("/") for line in """résumé/invoice
café/bakery
naïve/clever
façade/garden
fiancée/sister
jalapeño/carrot
piñata/balloon
crème brûlée/apple pie
déjà vu/good luck
São Paulo/Chicago
Zürich/London
Malmö/Boston
Kraków/Dublin
Reykjavík/Madrid
Bogotá/Denver
Québec/Texas
Düsseldorf/Oxford
Córdoba/Sydney
protégé/teacher
soufflé/sandwich
entrée/dessert
cliché/joke
décor/lighting
matinée/lecture
exposé/poem
sauté pan/tea cup
séance/meeting
Beyoncé/Madonna
Gödel/Newton
Schrödinger/Darwin""".split("\n")]
ABOUT = ["the guide says a lot about {}", "where can I read more about {}?", "we talked about {} for an hour",
         "a short film about {} won the prize", "nobody told me about {}"]
WORDS = "information international understanding documentation organization communication responsibility temperature " \
        "configuration environment performance representative administration recommendation transportation".split()
OTHERS = "music kitchen weather football history science traffic holiday picture garden banking dancing " \
         "cooking fishing drawing".split()
HIDDEN = ["\u00ad", "\u200b", "\u200d", "\u2060", "\ufeff", "\u200e"]
LINES = ["the {} is on the second page", "please send the {} before noon", "who wrote the {}?", "there is a problem with the {}"]
QUOTED = [("it's too late to change the {}", "'", "’"), ("don't forget the {}", "'", "’"), ("the teacher's {} was lost", "'", "’"),
          ('she called it a "perfect" {}', '"', "“”"), ('the word "{}" is on the door', '"', "“”"),
          ("they said 'no' to the {}", "'", "‘’"), ("wait... the {} is still open", "...", "…"), ("we can't find the {}", "'", "ʼ")]
DASHED = [("the {} is open 9-17 on weekdays", "–"), ("a well-known {} closed last week", "‐"), ("a well-known {} closed last week", "‑"),
          ("the {} - old and quiet - was sold", "—"), ("the {} - old and quiet - was sold", "–"), ("pages 10-20 describe the {}", "−"),
          ("a two-hour tour of the {}", "‑"), ("the {} costs -5 points", "−"), ("the {} - at last - is finished", "―")]
PLACES = "museum library market station castle theatre bridge school harbour factory hotel airport church tower".split()


def bare(text):
    """A text without its accents."""
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def curled(text, plain, curly):
    """A text with other quotation marks: opening and closing ones by turns, where there are two."""
    parts = text.split(plain)
    return "".join(part + (curly[at % len(curly)] if at < len(parts) - 1 else "") for at, part in enumerate(parts))


def row(category, rng):
    if category == "accents":
        word, other = rng.choice(ACCENTED)
        line = rng.choice(ABOUT)
        return line.format(bare(word)), line.format(word), line.format(other)
    if category == "invisible":
        word, line = rng.choice(WORDS), rng.choice(LINES)
        cut = rng.randrange(3, len(word) - 2)
        return line.format(word), line.format(word[:cut] + rng.choice(HIDDEN) + word[cut:]), line.format(rng.choice(OTHERS))
    place, other = rng.sample(PLACES, 2)
    if category == "quotes":
        line, plain, curly = rng.choice(QUOTED)
        return line.format(place), curled(line, plain, curly).format(place), line.format(other)
    line, dash = rng.choice(DASHED)
    return line.format(place), line.replace("-", dash).format(place), line.format(other)


def rows(seed):
    """The rows, category by category, each once."""
    rng, found = random.Random(seed), {}
    for category in CATEGORIES:
        before = len(found)
        while len(found) < before + COUNT:
            found[category, *row(category, rng)] = None
    return list(found)


def cosines(command, made):
    """Least and mean cosine of both spellings, by category."""
    texts = [text for _, anchor, keeping, _ in made for text in (anchor, keeping)]
    done = subprocess.run(shlex.split(command), input="".join(text + "\n" for text in texts).encode(), capture_output=True)
    if done.returncode or not done.stdout or len(done.stdout) % (4 * len(texts)):
        raise SystemExit(f"{command}: expected {len(texts)} vectors of 32-bit floats, found {len(done.stdout)} bytes and "
                         f"status {done.returncode}: {done.stderr.decode(errors='replace')[-200:]}")
    numbers = array.array("f", done.stdout)
    width = len(numbers) // len(texts)
    vectors = [numbers[at:at + width] for at in range(0, len(numbers), width)]

    def dot(one, other):
        return sum(a * b for a, b in zip(one, other))

    for category in CATEGORIES:
        found = []
        for at, line in enumerate(made):
            if line[0] == category:
                one, other = vectors[2 * at], vectors[2 * at + 1]
                length = (dot(one, one) * dot(other, other)) ** 0.5
                found.append(dot(one, other) / length if length else 0.0)
        print(f"{category:10} {len(found)} pairs, least cosine {min(found):.3f}, mean {sum(found) / len(found):.3f}")


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--output", help="the file to write")
    p.add_argument("--cosines", metavar="COMMAND", help="a command to measure")
    p.add_argument("--seed", type=int, default=24)
    a = p.parse_args()
    if a.output is None and a.cosines is None:
        p.error("give --output or --cosines")
    made = rows(a.seed)
    if a.output:
        os.makedirs(os.path.dirname(a.output) or ".", exist_ok=True)
        with open(a.output + ".part", "w", encoding="utf-8") as file:
            file.writelines("\t".join(line) + "\n" for line in [("category", "anchor", "keeping", "changing"), *made])
        os.replace(a.output + ".part", a.output)
    if a.cosines:
        cosines(a.cosines, made)


if __name__ == "__main__":
    main()
