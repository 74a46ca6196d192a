#!/usr/bin/env python3
"""Makes the development sets of `anneal grep`: source trees without their documentation comments, and queries with answers.

    python3 Research/Texts/packages.py --lock Research/Grep/packages.lock --output PACKAGES
    python3 Research/Grep/sets.py --packages PACKAGES --output SETS

SETS/trees/NAME holds the files of a package; the documentation of every function is taken out. SETS/queries.jsonl has a query a line:

    docstring   the first sentence of a function's documentation; the answer is the function
    symbol      the name of a function that the tree declares once; the answer is its declaration
    change      the subject of a patch that Debian adds to a release; the answer is the files that it changes

An answer is a path in the tree and lines of it; of a change it is paths. Trees are "visible" or "held", every other one of the list by
language: settings are chosen on the visible ones alone. A draw depends on a tree's name alone.
"""
import argparse, ast, json, os, random, re, sys, warnings
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Texts"))
from functions import SENTENCE, comment_of, first_paragraph
from packages import Damaged, archives, files_of

LOCK = Path(__file__).with_name("packages.lock")
LANGUAGES = {".py": "python", ".go": "go", ".rs": "rust", ".js": "javascript", ".ts": "javascript", ".rb": "ruby", ".php": "php",
             ".java": "java", ".c": "c", ".h": "c", ".cpp": "c++", ".hpp": "c++"}
TEXTS = (".md", ".rst", ".txt", ".toml", ".json", ".yaml", ".yml", ".sh")
DECLARATIONS = {
    "go": r"func\s+(?:\([^)]*\)\s*)?(\w+)",
    "rust": r"\s*(?:pub(?:\([^)]*\))?\s+)?(?:(?:async|unsafe|const)\s+)*fn\s+(\w+)",
    "javascript": r"\s*(?:export\s+)?(?:async\s+)?function\s*\*?\s*(\w+)\s*\(|\s*(?:(?:static|async)\s+)*(?!if\b|for\b|while\b|switch\b|catch\b|return\b)(\w+)\s*\([^)]*\)\s*\{"
                  r"|\s*[\w.]*?(\w+)\s*[:=]\s*(?:async\s+)?function",
    "ruby": r"\s*def\s+(?:self\.)?(\w+[?!]?)",
    "php": r"\s*(?:(?:public|protected|private|static|final|abstract)\s+)*function\s+&?(\w+)",
    "java": r"\s*(?:(?:public|protected|private|static|final|abstract|synchronized)\s+)+(?:<[^>]*>\s*)?[\w<>\[\], ?.]+\s+(\w+)\s*\(",
    "c": r"(?!return\b|else\b|typedef\b)[A-Za-z_][\w \t*]*?\b(\w+)\s*\([^;]*$",
}
DECLARATIONS["c++"] = DECLARATIONS["c"]
TYPES = re.compile(r"\s*(?:(?:pub|public|private|protected|export|default|abstract|final|static)\s+)*"
                   r"(?:class|struct|enum|interface|trait|type|module|union|object)\s+(\w+)")
MARKS = {"go": "//", "rust": "///", "ruby": "#"}
# As functions.py calls the languages whose comments look alike.
COMMENTS = {"go": "go", "rust": "rust", "ruby": "shell"}
TESTS = re.compile(r"(^|/)(tests?|testing|spec|specs|testdata|vendor|node_modules|third_party|examples?|benchmarks?|docs?)/|(^|/)test_|_test\.|\.min\.", re.I)
SUBJECT = re.compile(r"^(?:Subject|Description):[ \t]*(\S.*(?:\n[ \t]+\S.*)?)$", re.MULTILINE)
# What a subject has besides its words: marks of mail, numbers of vulnerabilities and of reports.
NUMBERS = re.compile(r"\[[^\]]*\]|CVE-\d+-\d+:?|\([^()]*#\d+[^()]*\)?|(?:closes|fix(?:es)?)?:? ?#\d+", re.I)


def strip_python(source):
    """The text without documentation, and what it declares: name, documentation (None if it asks for no query), first and last line."""
    lines, removed, found = source.split("\n"), set(), []
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return lines, []
    for node in ast.walk(tree):
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            continue
        first = node.body[0]
        text = ast.get_docstring(node)
        if text is not None and len(node.body) > 1:
            removed |= set(range(first.lineno - 1, first.end_lineno))
        is_query = not isinstance(node, ast.ClassDef) and not node.name.startswith("__") and len(node.body) > 1
        found.append((node.name, text or "" if is_query else None, node.lineno - 1, node.end_lineno - 1))
    return renumbered(lines, removed, found)


def renumbered(lines, removed, found):
    """Lines without those removed, and the functions with the lines that they have then, from 1."""
    at, place = {}, 0
    for index in range(len(lines)):
        at[index] = place
        place += index not in removed
    kept = [line for index, line in enumerate(lines) if index not in removed]
    return kept, [(name, text, at[begin] + 1, at[end] + 1) for name, text, begin, end in found]


def strip_comments(source, language):
    """As strip_python, of languages that document in comments before a function."""
    lines, mark, rule = source.split("\n"), MARKS.get(language), re.compile(DECLARATIONS[language])
    removed, found, block, at = set(), [], [], 0
    while at < len(lines):
        line = lines[at].strip()
        if mark and line.startswith(mark) or not mark and line.startswith("/*"):
            block = [at]
            if mark:
                while at + 1 < len(lines) and lines[at + 1].strip().startswith(mark):
                    at += 1
                    block.append(at)
            else:
                while "*/" not in lines[at] and at + 1 < len(lines):
                    at += 1
                    block.append(at)
        elif line and not line.startswith(("#[", "@")):
            declared = rule.match(lines[at])
            if declared:
                name = next(filter(None, declared.groups()))
                end, text = end_of(lines, at, language), None
                removed |= set(block)
                if end > at:
                    text = comment_of([lines[index] for index in block], COMMENTS.get(language, "c")) if block else ""
                # What has no body, as in an interface, declares the name as well.
                found.append((name, text, at, end))
            elif other := TYPES.match(lines[at]):
                found.append((other[1], None, at, at))
            block = []
        elif not line and language != "php":
            block = []
        at += 1
    return renumbered(lines, removed, found)


def end_of(lines, at, language):
    """The last line of a declaration: of its brace, or in Ruby of the `end` that stands as far right."""
    if language == "ruby":
        indent = len(lines[at]) - len(lines[at].lstrip())
        for end in range(at + 1, min(at + 300, len(lines))):
            if lines[end].startswith(" " * indent + "end") and lines[end].strip() == "end":
                return end
        return at
    depth, opened = 0, False
    for end in range(at, min(at + 300, len(lines))):
        line = re.sub(r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])'", "", lines[end])
        if not opened and ";" in line and "{" not in line:
            return at
        depth += line.count("{") - line.count("}")
        opened = opened or "{" in line
        if opened and depth <= 0:
            return end
    return at


def sentence_of(documentation, name):
    """The first sentence of a documentation, where it says something without the name itself."""
    text = first_paragraph(documentation)
    text = SENTENCE.split(text, maxsplit=1)[0].rstrip(".:")
    text = re.sub(rf"^{re.escape(name)}\s+", "", text)
    return text if 4 <= len(text.split()) <= 40 and name.lower() not in text.lower() else ""


def changes_of(path, tree):
    """A query for each patch that changes a few files of code of a tree: its subject, and the files."""
    for _, content in sorted(files_of(path, lambda name: re.match(r"debian/patches/.*\.(patch|diff)$", name))):
        text = content.decode("utf-8", "replace")
        head = SUBJECT.search(text)
        if head is None or "=?" in head[1]:
            continue
        subject = " ".join(NUMBERS.sub("", head[1]).split()).strip(" .,:(")
        paths = [path for path in dict.fromkeys(re.findall(r"^--- [^/\s]+/(\S+)", text, re.MULTILINE))
                 if os.path.splitext(path)[1] in LANGUAGES and not TESTS.search(path) and (tree / path).exists()]
        if len(subject.split()) >= 4 and not subject.startswith("Merge ") and 1 <= len(paths) <= 5:
            yield {"tree": tree.name, "kind": "change", "query": subject, "paths": paths}


def tree_of(package, path, folder, most):
    """Writes the tree of a package and gives its queries."""
    title, chance = package.name, random.Random(package.name)
    documented, declared, byte_count, file_count, counts = [], {}, 0, 0, {}
    for name, content in files_of(path, lambda name: os.path.splitext(name)[1].lower() in LANGUAGES or name.endswith(TEXTS), 400_000):
        name = re.sub(r"^\./usr/(?:share|lib)/" if path.endswith(".deb") else r"^[^/]+/", "", name)
        if name.startswith("doc/") and path.endswith(".deb") or ".." in name.split("/"):
            continue
        text = content.decode("utf-8", "replace")
        language = LANGUAGES.get(os.path.splitext(name)[1].lower())
        if language:
            lines, functions = strip_python(text) if language == "python" else strip_comments(text, language)
            text = "\n".join(lines)
            counts[language] = counts.get(language, 0) + len(text)
            for one, documentation, begin, end in functions:
                # A name in another spelling, as a type of it, is another answer.
                declared.setdefault(one.lower().replace("_", ""), []).append((one, name, begin, end, documentation))
                if documentation and not TESTS.search(name) and (query := sentence_of(documentation, one)):
                    documented.append((query, one, name, begin, end))
        target = folder / title / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", errors="replace")
        byte_count += len(text)
        file_count += 1
    # A sentence that documents several functions asks for no one.
    times = {}
    for one in documented:
        times[one[0].lower()] = times.get(one[0].lower(), 0) + 1
    documented = sorted(one for one in documented if times[one[0].lower()] == 1)
    symbols = sorted(places[0][:4] for places in declared.values()
                     if len(places) == 1 and places[0][4] is not None and len(places[0][0]) > 4 and not TESTS.search(places[0][1]))
    queries = [{"tree": title, "kind": "docstring", "query": query, "name": one, "path": name, "line": begin, "end_line": end}
               for query, one, name, begin, end in chance.sample(documented, min(most, len(documented)))]
    queries += [{"tree": title, "kind": "symbol", "query": one, "name": one, "path": name, "line": begin, "end_line": end}
                for one, name, begin, end in chance.sample(symbols, min(most // 2, len(symbols)))]
    language = max(counts, key=counts.get) if counts else "none"
    return language, file_count, byte_count, queries


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--packages", required=True, metavar="DIR", help="the folder that packages.py filled")
    p.add_argument("--lock", default=str(LOCK), help="the lock file")
    p.add_argument("--output", required=True, metavar="DIR")
    p.add_argument("--most", type=int, default=40, help="queries of documentation a tree, and half as many symbols")
    a = p.parse_args()
    output, made = Path(a.output), []
    found = archives(a.lock, a.packages)
    for package, path in found:
        if package.registry == "patches":
            continue
        try:
            made.append((package, *tree_of(package, path, output / "trees", a.most)))
        except Damaged as error:
            raise SystemExit(str(error)) from None
    patches, lines = {package.name: path for package, path in found if package.registry == "patches"}, []
    print("tree\thalf\tlanguage\tfiles\tbytes\tdocstring\tsymbol\tchange")
    for number, (package, language, file_count, byte_count, queries) in enumerate(sorted(made, key=lambda one: (one[1], one[0].name))):
        half = ("visible", "held")[number % 2]
        if package.name in patches:
            queries += changes_of(patches[package.name], output / "trees" / package.name)
        kinds = [sum(one["kind"] == kind for one in queries) for kind in ("docstring", "symbol", "change")]
        print(package.name, half, language, file_count, byte_count, *kinds, sep="\t")
        lines += [json.dumps({"half": half, "language": language, **one}) for one in queries]
    (output / "queries.jsonl").write_text("".join(line + "\n" for line in lines))
    print(f"{len(lines)} queries", file=sys.stderr)


if __name__ == "__main__":
    main()
