"""How hard the next semantic ID of a document is to guess, by no ID before, one and two.

    python3 Research/Benchmarks/sequences.py --anneal .build/release/anneal FOLDER… [--output FILE.tsv]

Each HTML file and each manual page (man1/name.1.gz, …) below the folders is a document, and its sentences in order are a
sequence of IDs of the model that ships. Every fifth document is held out; `anneal sequences` learns from the others and measures
the held out ones. Beside them, as controls: the same documents with their sentences in any order, and sentences of any document
in any order, in which what came before tells nothing.

What Docs/Decisions/runs/sequences.tsv was measured on is Debian's package `anarchism` (143 pages of a FAQ) and the manual pages
of sections 2, 3, 4, 5, 7 and 8 that a Debian system with compilers has.
"""
import argparse, gzip, hashlib, html.parser, json, pathlib, random, re, subprocess, tempfile

import provenance

BLOCKS = {"p", "li", "td", "dd", "dt", "h1", "h2", "h3", "h4", "blockquote", "div", "br"}
LEAST_WORDS = 5


class Page(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.blocks, self.hidden = [""], 0

    def handle_starttag(self, tag, _):
        self.hidden += tag in ("script", "style")
        if tag in BLOCKS:
            self.blocks.append("")

    def handle_endtag(self, tag):
        self.hidden -= tag in ("script", "style")
        if tag in BLOCKS:
            self.blocks.append("")

    def handle_data(self, data):
        if not self.hidden:
            self.blocks[-1] += data


def manual(text):
    """The running text of a manual page: what is not a macro, without escapes."""
    blocks = [""]
    for line in text.splitlines():
        if line[:1] in ".'":
            if not line.startswith((".B ", ".I ", ".BR ", ".IR ")):
                blocks.append("")
                continue
            line = line.split(" ", 1)[1].replace('" "', "").replace('"', "")
        line = re.sub(r"\\f\(..|\\f\[[^]]*\]|\\f.|\\s[+-]?\d|\\&|\\\||\\\^", "", line)
        blocks[-1] += " " + line.replace("\\-", "-").replace("\\e", "\\").replace("\\(aq", "'").replace("\\ ", " ")
    return blocks


def sentences(blocks):
    for block in blocks:
        for text in re.split(r"(?<=[.!?])\s+(?=[A-Z\"'(])", " ".join(block.split())):
            if len(text.split()) >= LEAST_WORDS:
                yield text


def documents(folders):
    """Documents of two sentences or more, in an order that has nothing to do with their names."""
    found = {}
    for folder in folders:
        for path in sorted(pathlib.Path(folder).rglob("*")):
            if path.suffix == ".html":
                page = Page()
                page.feed(path.read_text(encoding="utf-8", errors="replace"))
                blocks = page.blocks
            elif re.fullmatch(r".*\.[1-8][a-z]*\.gz", path.name) and re.fullmatch(r"man\d", path.parent.name):
                blocks = manual(gzip.open(path, "rt", encoding="utf-8", errors="replace").read())
            else:
                continue
            texts = list(sentences(blocks))
            if len(texts) > 1:
                found[hashlib.sha256("\n".join(texts).encode()).hexdigest()] = texts
    return [found[key] for key in sorted(found)]


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--anneal", default=".build/release/anneal")
    options.add_argument("--output", type=pathlib.Path)
    options.add_argument("folders", nargs="+")
    options = options.parse_args()
    found = documents(options.folders)
    held = found[::5]
    training = [texts for place, texts in enumerate(found) if place % 5]
    chance = random.Random(1)

    def shuffled(texts):
        texts = list(texts)
        chance.shuffle(texts)
        return texts

    everything = shuffled(text for texts in held for text in texts)
    places = iter(everything)
    tests = {"in order": held, "any order within documents": [shuffled(texts) for texts in held],
             "any order": [[next(places) for _ in texts] for texts in held]}
    lines = ["\t".join(["trained on", "measured on", "documents", "sentences", "order", "perplexity"])]
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)

        def write(name, sequences):
            path = folder / name
            path.write_text("".join("".join(text + "\n" for text in texts) + "\n" for texts in sequences), encoding="utf-8")
            return path

        for part in (4, 1):
            learned = training[::part]
            model = folder / "model"
            subprocess.run([options.anneal, "sequences", write("training", learned), "--output", model], check=True)
            for name, sequences in tests.items() if part == 1 else [("in order", held)]:
                answer = json.loads(subprocess.run(
                    [options.anneal, "sequences", write("held", sequences), "--measure", model, "--json"],
                    check=True, capture_output=True, text=True).stdout)
                for order in ("unigram", "bigram", "trigram"):
                    lines.append("\t".join([
                        f"{sum(map(len, learned))} sentences", name, str(answer["sequences"]), str(answer["concepts"]),
                        order, f"{answer['perplexity'][order]:.0f}"]))
    print(provenance.line())
    text = "\n".join(lines) + "\n"
    if options.output:
        options.output.write_text(text, encoding="utf-8")
    print(text, end="")


main()
