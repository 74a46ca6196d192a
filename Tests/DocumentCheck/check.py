#!/usr/bin/env python3
"""Checks the documents: links lead somewhere, sentences are short, decisions have one form, their index is fresh.

    python3 Tests/DocumentCheck/check.py            # says what is wrong, and ends with 1
    python3 Tests/DocumentCheck/check.py --write    # writes Docs/Decisions/README.md anew
"""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DECISIONS = ROOT / "Docs/Decisions"
WORDS_MAX = 25
RECORD = re.compile(
    r"\n*(?P<date>\d{4}-\d\d-\d\d), (?P<state>holds|superseded by \[[^\]]+\]\([^)]+\)|open)\.\n\n"
    r"\*\*Answer\.\*\* (?P<answer>.+?)\n\n\*\*Evidence\.\*\* .+?\n\n\*\*Reopen when\.\*\* .+",
    re.DOTALL,
)


def documents():
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [ROOT / line for line in listed.stdout.splitlines() if (ROOT / line).exists()]


def anchor(heading):
    """What GitHub makes of a heading."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def prose(text):
    return re.sub(r"```.*?```", "", text, flags=re.DOTALL)


def dead_links(path, text):
    for label, target in re.findall(r"\[([^\]]+)\]\(([^)\s]+)\)", prose(text)):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, fragment = target.partition("#")
        file = (path.parent / name) if name else path
        if not file.exists():
            yield f"link [{label}]({target}): no such file"
        elif fragment and file.suffix == ".md":
            headings = re.findall(r"^#+ (.+)$", prose(file.read_text(encoding="utf8")), flags=re.MULTILINE)
            if fragment not in map(anchor, headings):
                yield f"link [{label}]({target}): no such heading"


def long_sentences(text):
    body = "\n".join(line for line in prose(text).split("\n") if not line.startswith("|"))
    for sentence in re.split(r"(?<=[.:;!?])\s+|\n\s*\n", body):
        words = sentence.split()
        if len(words) > WORDS_MAX:
            yield f"a sentence of {len(words)} words, at most {WORDS_MAX}: {' '.join(words[:10])} …"


def records(path):
    """The question, date, state and first sentence of the answer of each decision in a file."""
    text = path.read_text(encoding="utf8")
    for part in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        question, _, body = part.partition("\n")
        match = RECORD.fullmatch(body.rstrip())
        if not match:
            yield question, None
            continue
        answer = re.split(r"(?<=[.])\s", " ".join(match["answer"].split()))[0]
        yield question, (match["date"], match["state"], answer)


def topics():
    return [path for path in sorted(DECISIONS.glob("*.md")) if path.name != "README.md"]


def index():
    """The text of Docs/Decisions/README.md."""
    lines = (DECISIONS / "README.md").read_text(encoding="utf8").split("<!-- generated -->")[0].rstrip().split("\n")
    lines += ["", "<!-- generated -->"]
    for path in topics():
        title = path.read_text(encoding="utf8").split("\n")[0].removeprefix("# ")
        lines += ["", f"## {title}", "", "| question | answer | date | state |", "|---|---|---|---|"]
        for question, record in records(path):
            if record:
                date, state, answer = record
                state = state.replace("](#", f"]({path.name}#")
                lines.append(f"| [{question}]({path.name}#{anchor(question)}) | {answer} | {date} | {state} |")
    return "\n".join(lines) + "\n"


def flaws():
    for path in documents():
        text = path.read_text(encoding="utf8")
        for flaw in (*dead_links(path, text), *long_sentences(text)):
            yield f"{path.relative_to(ROOT)}: {flaw}"
    for path in topics():
        for question, record in records(path):
            if not record:
                yield f"{path.relative_to(ROOT)}: '{question}' has not the form date, state, Answer, Evidence, Reopen when"
    if (DECISIONS / "README.md").read_text(encoding="utf8") != index():
        yield "Docs/Decisions/README.md is stale. Run: python3 Tests/DocumentCheck/check.py --write"
    for table in sorted((DECISIONS / "runs").glob("*.tsv")):
        widths = {line.count("\t") for line in table.read_text(encoding="utf8").splitlines()}
        if len(widths) != 1:
            yield f"{table.relative_to(ROOT)}: rows of different widths"
        if not any(f"runs/{table.name}" in path.read_text(encoding="utf8") for path in topics()):
            yield f"{table.relative_to(ROOT)}: no decision links to it"


if __name__ == "__main__":
    if "--write" in sys.argv[1:]:
        (DECISIONS / "README.md").write_text(index(), encoding="utf8")
    found = list(flaws())
    for flaw in found:
        print(flaw)
    sys.exit(1 if found else 0)
