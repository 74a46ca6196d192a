"""Makes texts of code with its documentation, for the teachers to label.

    python Research/Texts/packages.py --output PACKAGES
    python Research/Texts/functions.py --packages PACKAGES --without EVAL --without DEVELOPMENT --output CODE

Python functions come from the source distributions and the standard library among the packages, each with its docstring; Go, Rust,
JavaScript, C and shell from Debian's packages, each function with the comment in front of it. Functions without a sentence
of documentation are left out, and so are tests. A package gives at most `--most` functions. CODE gets a file a kind:

    code-docstrings.txt    what the function does: the first paragraph of its documentation
    code-signatures.txt    its first line, as it stands
    code-bodies.txt        the function without its documentation, cut at `LONGEST` characters
    code-documented.txt    the documentation's first paragraph and the function, cut alike
    code-names.txt         its identifier as it stands, and split into words
    code-questions.txt     "how do I …" made of the documentation's first sentence

One text a line, spaces and line breaks as one space, each once, in an order that depends on the seed alone. `--without DIR`
leaves out a function whole if it shares eight words in a row with any file of a folder.
"""
import argparse, ast, os, random, re, sys, warnings
from typing import NamedTuple

from documentation import CLOSED, OPEN, plain
from packages import Damaged, archives, files_of, option, store
from withheld import Withheld

LONGEST = 700
FEWEST, MOST = 4, 120
SKIPPED = re.compile(r"/(tests?|testing|testdata|vendor|_vendor|third_party|examples?|benchmarks?|locale|node_modules)/"
                     r"|/(test_|conftest)|_test\.|\.min\.js$|\.test\.js$|_pb2|\.pb\.go$|/(i18n|lib2to3|idlelib)/", re.I)
ENDS = {".py": "python", ".go": "go", ".rs": "rust", ".js": "javascript", ".h": "c", ".c": "c", ".sh": "shell"}
WORDS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")
SENTENCE = re.compile(r"(?<=[a-z0-9`)\"'][.!?])\s")
VERBS = dict((one + "s", one) for one in """
add allow append apply ask attach bind build calculate call change check clear close collect combine compare compile compute
connect construct contain convert copy count create decode define delete describe detect determine disable discard display
download draw drop dump emit enable encode ensure escape estimate evaluate execute expand export extract fetch fill filter
find fit fix flatten flush format generate get give handle hold implement import indicate initialize insert install
invoke iterate join keep link list load locate lock log look make mark merge move normalize obtain open order pack pad parse
perform plot pop prepare print process produce provide put quote raise read receive record reduce refresh register reload
remove rename render repeat replace report represent request reset resize resolve restore retrieve return reverse run sample
save scale search select send serialize set show shut shuffle sort split start stop store strip submit sum swap take tell
test transform translate truncate turn unlock unpack update upload use validate verify wait walk warn wrap write yield
""".split()) | {"does": "do", "matches": "match", "searches": "search", "dispatches": "dispatch", "switches": "switch",
                "tries": "try", "applies": "apply", "copies": "copy", "queries": "query", "specifies": "specify",
                "fetches": "fetch", "pushes": "push", "finishes": "finish", "passes": "pass", "processes": "process"}
IMPERATIVE = frozenset(VERBS.values())

IDENTIFIER = r"[A-Za-z_$][\w$]*"
DEFINITIONS = {
    "go": re.compile(rf"^func\s+(?:\([^)]*\)\s*)?(?P<name>{IDENTIFIER})\s*[\[(]"),
    "rust": re.compile(rf"^\s*pub\s+(?:const\s+|async\s+|unsafe\s+|extern\s+\"C\"\s+)*fn\s+(?P<name>{IDENTIFIER})"),
    "javascript": re.compile(
        rf"^\s*(?:export\s+(?:default\s+)?)?(?:async\s+)?(?:function\*?\s+(?P<name>{IDENTIFIER})\s*\("
        rf"|(?:static\s+)?(?P<method>(?!if|for|while|switch|return|function){IDENTIFIER})\s*\([^()]*\)\s*\{{"
        rf"|(?:var\s+|let\s+|const\s+)?(?:[\w$]+\.)*(?P<set>{IDENTIFIER})\s*[=:]\s*(?:async\s+)?(?:function\b|\([^()]*\)\s*=>))"),
    "c": re.compile(rf"^(?!\s*(?:#|typedef|return|else|if|for|while|struct\s+\w+\s*\{{|enum))"
                    rf"[A-Za-z_][\w\s*]*?\b(?P<name>{IDENTIFIER})\s*\([^;{{]*"),
    "shell": re.compile(r"^(?:function\s+)?(?P<name>[A-Za-z_][\w-]*)\s*\(\)\s*\{?"),
}
LINE_COMMENT = {"go": "//", "rust": "///", "shell": "#"}


class Function(NamedTuple):
    language: str
    name: str
    documentation: str
    signature: str
    body: str


def one_line(text):
    return " ".join(text.split())


def cut(text, most=LONGEST):
    """A text's first words, of at most so many characters together."""
    text = one_line(text)
    return text if len(text) <= most else text[:most].rpartition(" ")[0]


def first_paragraph(documentation):
    """The first paragraph, without marks, or nothing if it is no sentence."""
    text = plain(re.split(r"\n\s*\n|\n\s*(?:[:@\\]|Args:|Parameters\b|Returns:)", documentation.strip(), maxsplit=1)[0])
    letters = sum(c.isalpha() or c == " " for c in text)
    fits = FEWEST <= len(text.split()) <= MOST and letters >= 0.75 * len(text) and text.isascii()
    return text if fits else ""


def python_functions(source):
    """The functions of a module that have docstrings."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        # Templates and code of other versions; there is enough of the rest.
        return
    lines = source.decode("utf-8", "replace").split("\n")
    for node in ast.walk(tree):
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) or node.name.startswith("__"):
            continue
        documentation = first_paragraph(ast.get_docstring(node) or "")
        if not documentation or len(node.body) < 2:
            continue
        first = node.body[1]
        begin = min([first.lineno] + [one.lineno for one in getattr(first, "decorator_list", [])])
        signature = "\n".join(lines[node.lineno - 1:node.body[0].lineno - 1])
        yield Function("python", node.name, documentation, signature, "\n".join(lines[begin - 1:node.end_lineno]))


def comment_of(block, language):
    """The text of a comment's lines, without its marks."""
    mark = LINE_COMMENT.get(language)
    if mark:
        return "\n".join(line.strip()[len(mark):].strip() for line in block)
    lines = (re.sub(r"^\s*(?:/\*[*!]*<?|\*+(?!/))?\s?|\s*\*+/\s*$", "", line) for line in block)
    return "\n".join(re.sub(r"^\s*[@\\](?:brief|short|description|function|method|desc)\b\s*", "", line) for line in lines).strip()


def braced(lines, at):
    """The lines of a definition to its closing brace or semicolon, at most 80."""
    depth = 0
    for end in range(at, min(at + 80, len(lines))):
        line = re.sub(r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])'", "", lines[end])
        depth += line.count("{") - line.count("}")
        if depth <= 0 and ("}" in line or line.rstrip().endswith(";")):
            return lines[at:end + 1]
    return []


def commented_functions(source, language):
    """The functions of a file of other languages that have a comment in front of them."""
    lines, definition, mark = source.decode("utf-8", "replace").split("\n"), DEFINITIONS[language], LINE_COMMENT.get(language)
    block, at = [], 0
    while at < len(lines):
        line = lines[at].strip()
        if mark and line.startswith(mark) or not mark and line.startswith("/*"):
            block = [lines[at]]
            if mark:
                while at + 1 < len(lines) and lines[at + 1].strip().startswith(mark):
                    at += 1
                    block.append(lines[at])
            else:
                while "*/" not in lines[at] and at + 1 < len(lines):
                    at += 1
                    block.append(lines[at])
        elif block and not line.startswith("#[") and (line or language != "javascript"):  # Attributes; an empty line.
            found = definition.match(lines[at] if language != "c" else " ".join(lines[at:at + 6]).split(";")[0])
            whole = braced(lines, at) if found else []
            text = first_paragraph(comment_of(block, language))
            if whole and text:
                name = next(one for one in found.groups() if one)
                signature = re.split(r"\{\s*$|\{ |;\s*$", "\n".join(whole), maxsplit=1, flags=re.MULTILINE)[0]
                yield Function(language, name, text, signature, "\n".join(whole)[len(signature):])
            block = []
        at += 1


def functions_of(path, chance, most):
    """Up to `most` documented functions of an archive, of its files in a random order."""
    files = [(name, content, ENDS[os.path.splitext(name)[1].lower()]) for name, content in files_of(
        path, lambda name: os.path.splitext(name)[1].lower() in ENDS and not SKIPPED.search("/" + name), 400_000)]
    chance.shuffle(files)
    for name, content, language in files:
        # A file of a source distribution that is not Python is often generated, or another project's.
        if path.endswith(".tar.gz") and language != "python":
            continue
        for function in python_functions(content) if language == "python" else commented_functions(content, language):
            yield name, function
            most -= 1
            if most == 0:
                return


def split_name(name):
    """The words of an identifier, in small letters."""
    return " ".join(WORDS.findall(name)).lower()


def question_of(documentation):
    """"how do I …" of a sentence that says what something does, or nothing."""
    sentence = SENTENCE.split(documentation, maxsplit=1)[0].rstrip(".!:;")
    first, _, rest = sentence.partition(" ")
    verb = VERBS.get(first.lower(), first.lower() if first.lower() in IMPERATIVE else None)
    if verb is None or not 2 <= len(rest.split()) <= 22:
        return ""
    return f"how do I {verb} {rest}?"


def texts_of(function, chance):
    """What is made of a function: kind and text."""
    name, words = function.name, split_name(function.name)
    whole = f"{function.signature} {function.body}"
    yield "docstrings", one_line(function.documentation)
    yield "signatures", cut(function.signature)
    if len(function.body.split()) >= 4:
        yield "bodies", cut(whole)
        yield "documented", cut(f"{function.documentation} {whole}")
    if " " in words:
        yield "names", chance.choice([f"{name} {words}", words, f"{words}: {one_line(function.documentation)}"])
    if question := question_of(function.documentation):
        yield "questions", one_line(question)


def write_kinds(kinds, folder, prefix, chance):
    """Writes the texts of each kind to a file of its own."""
    os.makedirs(folder, exist_ok=True)
    for kind, texts in kinds.items():
        lines = list(texts)
        chance.shuffle(lines)
        path = os.path.join(folder, f"{prefix}-{kind}.txt")
        store(path, "".join(line + "\n" for line in lines).encode())
        print(f"{path}: {len(lines)} texts, {sum(map(len, lines)) / max(len(lines), 1):.0f} characters in the mean")


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    option(p)
    p.add_argument("--output", required=True, metavar="DIR")
    Withheld.option(p)
    p.add_argument("--most", type=int, default=600, help="functions of a package")
    p.add_argument("--seed", type=int, default=21)
    a = p.parse_args()
    withheld, kinds, total = Withheld(a.without), {}, {}
    # Of the code that is read, not of this program.
    warnings.simplefilter("ignore")
    for package, path in archives(a.lock, a.packages):
        if package.registry == "pypi" and (CLOSED.search(package.licence) or not OPEN.search(package.licence)):
            print(f"{package.title}: left out, licence {package.licence!r}", file=sys.stderr)
            continue
        # Each package has chances of its own, so that one more or less changes no other's texts.
        chance, found, left_out = random.Random(f"{a.seed} {package.name}"), 0, 0
        try:
            for _, function in functions_of(path, chance, a.most):
                made = list(texts_of(function, chance))
                if withheld.shares(function.documentation, f"{function.signature} {function.body}"):
                    left_out += 1
                    continue
                found += 1
                total[function.language] = total.get(function.language, 0) + 1
                for kind, text in made:
                    kinds.setdefault(kind, {})[text] = None
        except Damaged as error:
            raise SystemExit(str(error)) from None
        if found or left_out:
            print(f"{package.title}: {found} functions; {left_out} share words with a folder", file=sys.stderr, flush=True)
    print(", ".join(f"{count} functions in {language}" for language, count in sorted(total.items())))
    write_kinds(kinds, a.output, "code", random.Random(a.seed))


if __name__ == "__main__":
    main()
