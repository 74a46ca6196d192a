#!/usr/bin/env python3
"""Checks anneal-search as a user meets it: names of any bytes, what it passes over and says, ignore files, PDF and Word
documents with good and hostile tools and files, questions through a pipe, and indexes that others change or own.

    python3 Tests/SearchCheck/command.py --tool .build/release/anneal-search

What needs root (a read-only mount, another user) says so and is skipped without it.
"""
import argparse
import base64
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
import zipfile
from contextlib import closing
from pathlib import Path

TOOL = ""
NOBODY = 65534


def run(*arguments, status=0, **options):
    done = subprocess.run([TOOL, *map(os.fspath, arguments)], capture_output=True, **options)
    assert done.returncode == status, (arguments, done.returncode, done.stderr)
    return done


def summary(*arguments, status=0, **options):
    return json.loads(run("index", "--json", *arguments, status=status, **options).stdout)


def hits(db, query, *arguments):
    return json.loads(run("search", query, "--json", "--db", db, *arguments).stdout)["hits"]


def names(folder):
    docs, db = folder / "docs", folder / "index.db"
    docs.mkdir()
    words = {"caf\u00e9.txt".encode(): "walnut", "cafe\u0301.txt".encode(): "cherry", b"caf\xe9.txt": "maple",
             b"two\nlines\x1b[31m.txt": "willow"}
    for name, word in words.items():
        (Path(os.fsdecode(os.fsencode(docs) + b"/" + name))).write_text(f"A {word} tree.")
    for expected in ("4 files indexed", "0 files indexed (0 passages), 4 unchanged"):
        out = run("index", docs, "--db", db).stdout.decode()
        assert out.startswith(expected), out
    for name, word in words.items():
        (hit,) = hits(db, word, "--by", "words")
        found = base64.b64decode(hit["path_base64"]) if "path_base64" in hit else hit["path"].encode()
        assert found == os.fsencode(docs) + b"/" + name, (word, hit)
        text = run("search", word, "--by", "words", "--db", db).stdout
        assert b"\x1b" not in text and text.count(b"\n") == 3, text
    # One that is not UTF-8 can be named, and is removed alone.
    latin1 = Path(os.fsdecode(os.fsencode(docs) + b"/caf\xe9.txt"))
    assert summary(latin1, "--db", db)["unchanged"] == 1
    latin1.unlink()
    assert summary(docs, "--db", db)["removed"] == 1 and not hits(db, "maple", "--by", "words")
    print("names of any bytes: found, updated and removed as they are")


def passed_over(folder):
    docs, db = folder / "docs", folder / "index.db"
    docs.mkdir()
    contents = {"a.gz.txt": b"\x1f\x8b\x08rest", "b.json": b"PAR1rest", "c.txt": "caf\u00e9".encode("latin1"),
                "d.txt": b"a\0b", "good.yaml": b"light: on\n", "Dockerfile": b"FROM debian\n", "LICENSE": b"Be free.\n",
                "e.pdf": b"%PDF-1.4 rest", "f.docx": b"PK\3\4rest", "utf16.txt": "\ufeffchandelier".encode("utf-16-le")}
    contents.update({f"photo{number}.jpeg": b"\xff\xd8" for number in range(12)})
    for name, content in contents.items():
        (docs / name).write_bytes(content)
    with open(docs / "large.txt", "wb") as file:
        file.truncate((32 << 20) + 1)
    bare = {"PATH": "/nonesuch"}
    report = summary(docs, "--db", db, env=bare)
    reasons = {Path(each["path"]).name: each["reason"] for each in report["passed_over"]}
    for name, part in {"a.gz.txt": "gzip", "b.json": "Parquet", "c.txt": "UTF-8", "d.txt": "no text", "large.txt": "33554433",
                       "e.pdf": "pdftotext, found none: install", "f.docx": "install", "photo3.jpeg": "no text"}.items():
        assert part in reasons.pop(name), (name, report)
    assert len(reasons) == 11 and report["indexed"] == 4 and report["not_read"]["jpeg"] == 12, report
    done = run("index", docs, "--db", db, env=bare)
    lines = done.stderr.decode().splitlines()
    assert len(lines) == 11 and "passed over 9 more" in lines[-1], lines
    assert "gzip" in done.stderr.decode() and "not read: 12 .jpeg, 4 .txt, 1 .docx" in done.stdout.decode(), done.stdout
    assert hits(db, "chandelier", "--by", "words")
    (docs / "g.txt").write_bytes(b"A walnut tree, and caf\xe9 beside it.\n")
    done = run("index", docs, "--db", folder / "repaired.db", env=bare)
    assert "g.txt with U+FFFD in 1 place" in done.stderr.decode(), done.stderr
    report = summary(docs, "--db", folder / "repaired.db", "--rebuild", env=bare)
    assert [(Path(each["path"]).name, each["places"]) for each in report["repaired"]] == [("g.txt", 1)], report
    if os.getuid() == 0:
        (docs / "secret.txt").write_text("hidden")
        (docs / "secret.txt").chmod(0o600)
        folder.chmod(0o777)
        done = as_nobody("index", docs, "--db", folder / "nobody.db", "--json", status=74)
        failures = json.loads(done.stdout)["failures"]
        assert [Path(each["path"]).name for each in failures] == ["secret.txt"], failures
        assert b"secret.txt: Permission denied" in done.stderr
    print("what is passed over is named with the reason, in JSON all of it")


def as_nobody(*arguments, status=0):
    done = subprocess.run(["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", TOOL,
                           *map(os.fspath, arguments)], capture_output=True)
    assert done.returncode == status, (arguments, done.returncode, done.stderr)
    return done


def ignored(folder):
    docs, db = folder / "docs", folder / "index.db"
    for name in ["a.txt", "a.log", "build/b.txt", "sub/c.txt", "sub/c.md"]:
        (docs / name).parent.mkdir(parents=True, exist_ok=True)
        (docs / name).write_text("text of " + name)
    (docs / ".gitignore").write_text("*.log\n")

    def indexed(*arguments):
        report = summary(docs, "--db", db, "--rebuild", *arguments)
        with closing(sqlite3.connect(db)) as index:
            return sorted(row[0][len(str(docs)) + 1:] for row in index.execute("SELECT path FROM document")), report

    assert indexed()[0] == ["a.txt", "sub/c.md", "sub/c.txt"] and indexed()[1]["ignored"] == 2
    assert indexed("--no-ignore")[0] == ["a.log", "a.txt", "build/b.txt", "sub/c.md", "sub/c.txt"]
    assert indexed("--exclude", "*.md", "--exclude", "/a.txt")[0] == ["sub/c.txt"]
    assert indexed("--include", "sub/", "--exclude", "*.md")[0] == ["sub/c.txt"]
    # What is ignored from now on is forgotten.
    (docs / ".gitignore").write_text("*.log\nsub/\n")
    indexed("--no-ignore")
    assert summary(docs, "--db", db)["removed"] == 4
    print("ignore files and patterns: taken out, and forgotten")


def tools(folder):
    docs, db, programs = folder / "docs", folder / "index.db", folder / "bin"
    docs.mkdir()
    programs.mkdir()
    (docs / "a.pdf").write_bytes(b"%PDF-1.4 chandelier in the hall")
    tool = programs / "pdftotext"
    environment = {**os.environ, "PATH": f"{programs}:{os.environ['PATH']}"}

    def with_tool(script):
        tool.write_text("#!/bin/sh\n" + script)
        tool.chmod(0o755)
        start = time.perf_counter()
        report = summary(docs, "--db", db, env=environment)
        assert time.perf_counter() - start < 50, script
        return report

    assert "exit status 3" in with_tool("exit 3")["passed_over"][0]["reason"]
    assert "more" in with_tool("yes")["passed_over"][0]["reason"]
    assert with_tool('for file; do [ "$file" = - ] || last=$file; done; cat "$last"')["indexed"] == 1
    assert hits(db, "chandelier", "--by", "words")[0]["path"].endswith("a.pdf")
    tool.unlink()
    (docs / "a.pdf").unlink()

    body = "<w:p><w:r><w:t>A walnut tree.</w:t></w:r></w:p>"
    for name, content in {"good.docx": body, "bomb.docx": "\0" * (300 << 20)}.items():
        with zipfile.ZipFile(docs / name, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("word/document.xml", content)
    (docs / "bad.docx").write_bytes(b"PK\3\4" + os.urandom(1000))
    start = time.perf_counter()
    # Twice the room that the largest document has, and what the engine needs.
    done = subprocess.run(["sh", "-c", 'ulimit -v 2000000; exec "$0" "$@"', TOOL, "index", docs, "--db", db, "--json"],
                          capture_output=True)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    reasons = {Path(each["path"]).name: each["reason"] for each in report["passed_over"]}
    assert report["indexed"] == 1 and set(reasons) == {"bomb.docx", "bad.docx"}, report
    assert "expected at most" in reasons["bomb.docx"] and "exit status" in reasons["bad.docx"], reasons
    assert time.perf_counter() - start < 50 and hits(db, "walnut", "--by", "words")
    if shutil.which("pdftotext"):
        (docs / "real.pdf").write_bytes(pdf("A poplar grows here"))
        assert summary(docs, "--db", db)["indexed"] == 1 and hits(db, "poplar", "--by", "words")
    print("PDF and Word documents: read, and bounded in time and size")


def pdf(text):
    """A document of one page."""
    stream = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET".encode()
    parts = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
             b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
             b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
             b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"]
    out, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"xref\n0 6\n0000000000 65535 f \n" + table + b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % len(out)


def piped(folder):
    docs, db = folder / "docs", folder / "index.db"
    docs.mkdir()
    (docs / "a.txt").write_text("A walnut tree.")
    run("index", docs, "--db", db)
    search = subprocess.Popen([TOOL, "search", "-", "--json", "--explain", "--db", db], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, bufsize=0)

    def ask(query):
        search.stdin.write(query.encode() + b"\n")
        return json.loads(search.stdout.readline())

    assert ask("walnut")["hits"]
    # Too long to be explained.
    assert "error" in ask("tree " * 3000)
    assert ask("\u0d4e\"")["hits"] is not None and ask("\u0d4e\" OR walnut")["hits"]
    # Another program makes the index anew, and then another file lies there.
    (docs / "a.txt").write_text("A cherry tree in the hall.")
    run("index", docs, "--db", db, "--rebuild")
    assert "cherry" in ask("tree")["hits"][0]["text"]
    (docs / "a.txt").write_text("A maple tree in the garden.")
    run("index", docs, "--db", folder / "other.db")
    (folder / "other.db").rename(db)
    assert "maple" in ask("tree")["hits"][0]["text"]
    (docs / "a.txt").write_text("A willow tree.")
    run("index", docs, "--db", db)
    assert "willow" in ask("tree")["hits"][0]["text"]
    db.rename(folder / "away.db")
    assert "no index" in ask("tree")["error"]
    (folder / "away.db").rename(db)
    assert "willow" in ask("tree")["hits"][0]["text"]
    search.stdin.close()
    assert search.wait() == 69, search.returncode
    print("a pipe: each question answered at once, and of the index as it is")


def foreign(folder):
    """An index where nothing may be written: a read-only mount, a folder of another user; with a log and without."""
    docs, made = folder / "docs", folder / "made"
    for place in (docs, made):
        place.mkdir()
    for number in range(50):
        (docs / f"{number}.txt").write_text(f"Walnut tree {number}.")
    run("index", docs, "--db", made / "index.db")
    # A log with changes: the reader keeps SQLite from folding it in when the writer ends.
    (docs / "new.txt").write_text("A cherry tree.")
    with closing(sqlite3.connect(made / "index.db")) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM document").fetchone()
        run("index", docs, "--db", made / "index.db")
        assert (made / "index.db-wal").stat().st_size > 0
        for name, with_log in (("plain", False), ("logged", True), ("shared", True)):
            place = folder / name
            place.mkdir()
            for file in ["index.db"] + (["index.db-wal"] if with_log else []) + (["index.db-shm"] if name == "shared" else []):
                shutil.copy(made / file, place / file)
                (place / file).chmod(0o444)
            place.chmod(0o555)
    for path in (folder, *folder.parents):
        if path != Path("/"):
            path.chmod(path.stat().st_mode | 0o055)
            if path == Path(tempfile.gettempdir()).resolve():
                break
    for name, with_log in (("plain", False), ("logged", True), ("shared", True)):
        db = folder / name / "index.db"
        found = json.loads(as_nobody("search", "cherry", "--by", "words", "--json", "--db", db).stdout)["hits"]
        assert len(found) == with_log, (name, found)
        assert json.loads(as_nobody("search", "walnut", "--json", "--db", db).stdout)["hits"], name
    print("an index in a folder of another user answers, with a log too")
    script = 'mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" && exec "$0" search cherry --by words --json --db "$1/index.db"'
    for name, with_log in (("plain", False), ("logged", True), ("shared", True)):
        place = folder / name
        done = subprocess.run(["unshare", "-m", "sh", "-c", script, TOOL, place], capture_output=True)
        if b"unshare" in done.stderr or b"mount:" in done.stderr:
            return print("a read-only mount: SKIPPED, no right to mount")
        assert done.returncode == 0 and len(json.loads(done.stdout)["hits"]) == with_log, (name, done)
    print("an index on a read-only mount answers, with a log too")


def main():
    global TOOL
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tool", required=True)
    TOOL = str(Path(parser.parse_args().tool).resolve())
    checks = [names, passed_over, ignored, tools, piped]
    if os.getuid() == 0 and shutil.which("setpriv"):
        checks.append(foreign)
    else:
        print("indexes of other users and on a read-only mount: SKIPPED, which needs root")
    for check in checks:
        with tempfile.TemporaryDirectory() as folder:
            check(Path(folder).resolve())


if __name__ == "__main__":
    sys.exit(main())
