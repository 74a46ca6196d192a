"""Makes texts of the documentation of programs, for the teacher to label and the critic to learn from.

    python Research/Texts/packages.py --output PACKAGES
    python Research/Texts/documentation.py --packages PACKAGES --without EVAL --output documentation.txt

Nothing is trained on these texts but the critic (`anneal-train train --critic`), which is to see texts of another kind. Prose
is taken from the .rst, .md and .txt files of source distributions and from docstrings: paragraphs and items of lists that are whole
sentences and hardly any code. A package gives at most `--most` of them, and of those with more sentences than one a sentence and two that
follow each other, so that no package speaks for all. One text a line, each once, in an order that depends on the seed alone.

Packages whose licence is not one of BSD, MIT, Apache 2.0, ISC, PSF, HPND or ZPL, as their PKG-INFO says, are left out, and
said so. `--without DIR` leaves out each paragraph that shares eight words in a row with any file of a folder, letter case
and punctuation aside.
"""
import argparse, ast, glob, os, random, re, sys, warnings

from encyclopedia import SENTENCE, followed
from packages import Damaged, files_of, licence_of
from withheld import Withheld

OPEN = re.compile(r"\b(BSD|MIT|Apache|ISC|PSF|Python Software Foundation|HPND|CMU|Zope|ZPL|Matplotlib|Biopython)\b", re.I)
CLOSED = re.compile(r"\b(GPL|LGPL|AGPL|GNU|MPL|Mozilla|proprietary)\b", re.I)
SKIPPED = re.compile(
    r"license|licence|copying|authors|change|release|whatsnew|whats_new|news|history|thanks|contributors|/tests?/|/test_"
    r"|vendor|translations|/locale/")
ROLE = re.compile(r":[a-zA-Z][\w:+-]*:`([^`]*)`")
ITEM = re.compile(r"^\s*([-*+]|\d+[.)]|#\.)\s+")
MARKUP = ("..", ">>>", "$", "#", "|", "+--", "===", "---", "```", ":", "<", "!", "@", "//", "~~~", "%")
PROSE = re.compile(r"^[A-Z\"'(][^|{}\\<>=]*[.?!)]$")


def plain(text):
    """Text without the marks of reStructuredText and Markdown."""
    text = ROLE.sub(lambda role: role[1].split("<")[0].strip().lstrip("~!").split(".")[-1], text)
    text = re.sub(r"``([^`]*)``", r"\1", text)
    text = re.sub(r"`([^`<]*?)\s*<[^>]*>`_{0,2}", r"\1", text)
    text = re.sub(r"`([^`]*)`_{0,2}", r"\1", text)
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"\*\*([^*]+)\*\*", r"\1", text)
    text = re.sub(r"\*([^*\s][^*]*)\*", r"\1", text)
    text = re.sub(r"\s*\[[\w#]{1,12}\]_", "", text)
    return " ".join(text.split())


def paragraphs(text):
    """Paragraphs, and items of lists."""
    for block in re.split(r"\n\s*\n", text):
        lines = [line for line in block.split("\n") if line.strip()]
        if not lines or lines[0].strip().startswith(MARKUP):
            continue
        parts = []
        for line in lines:
            if ITEM.match(line) or not parts:
                parts.append([])
            parts[-1].append(ITEM.sub("", line).strip())
        yield from (plain(" ".join(part)) for part in parts)


def is_prose(text):
    words = text.split()
    if not PROSE.match(text) or "---" in text or not 6 <= len(words) <= 220:
        return False
    code = sum(1 for word in words if re.search(r"[_/\\]|\w\.\w|\(\)|[a-z][A-Z]", word))
    return sum(c.isalpha() or c == " " for c in text) >= 0.88 * len(text) and code <= 0.12 * len(words)


def is_documentation(name):
    name = name.lower()
    end = os.path.splitext(name)[1]
    return not SKIPPED.search(name) and (end in (".rst", ".md", ".py") or end == ".txt" and "/doc" in name)


def documents(path):
    """The texts of the files of a source distribution that are documentation."""
    for name, content in files_of(path, is_documentation):
        if not name.lower().endswith(".py"):
            yield content.decode("utf-8", "replace")
            continue
        try:
            tree = ast.parse(content)
        except (SyntaxError, ValueError, RecursionError):
            # Templates and code of other versions; there is enough of the rest.
            continue
        kinds = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
        found = (ast.get_docstring(node) for node in ast.walk(tree) if isinstance(node, kinds))
        yield "\n\n".join(text for text in found if text)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--packages", required=True, metavar="DIR", help="the folder of source distributions")
    p.add_argument("--output", required=True)
    Withheld.option(p)
    p.add_argument("--most", type=int, default=1500, help="paragraphs of a package")
    p.add_argument("--seed", type=int, default=18)
    a = p.parse_args()
    paths = sorted(glob.glob(os.path.join(a.packages, "*.tar.gz")))
    if not paths:
        raise SystemExit(f"{a.packages}: expected source distributions, *.tar.gz, found none; see packages.py")
    withheld, chance, texts, left_out = Withheld(a.without), random.Random(a.seed), {}, 0
    # Of the code that is read, not of this program.
    warnings.simplefilter("ignore")
    for path in paths:
        try:
            licence = licence_of(path)
            if CLOSED.search(licence) or not OPEN.search(licence):
                print(f"{os.path.basename(path)}: left out, licence {licence!r}", file=sys.stderr)
                continue
            found = dict.fromkeys(
                text for document in documents(path) for text in paragraphs(document) if is_prose(text))
        except Damaged as error:
            raise SystemExit(str(error)) from None
        chosen = chance.sample(list(found), len(found))
        before, count = len(texts), 0
        for text in chosen:
            if count == a.most:
                break
            if withheld.shares(text):
                left_out += 1
                continue
            count += 1
            sentences = SENTENCE.split(text)
            texts[text] = None
            if len(sentences) > 1:
                texts[chance.choice(sentences)] = None
            if len(sentences) > 3:
                texts[chance.choice(followed(sentences)[len(sentences):])] = None
        print(f"{os.path.basename(path)}: {count} of {len(found)} paragraphs, {len(texts) - before} texts", file=sys.stderr)
    print(f"{len(texts)} texts; {left_out} paragraphs share words with a folder", file=sys.stderr)
    lines = [text for text in texts if len(text.split()) >= 3]
    chance.shuffle(lines)
    with open(a.output + ".part", "w", encoding="utf-8") as file:
        file.writelines(line + "\n" for line in lines)
    os.replace(a.output + ".part", a.output)


if __name__ == "__main__":
    main()
