#!/usr/bin/env python3
"""Kills the indexer (SIGKILL) a hundred times, at random moments, while the documents change.

After each kill it looks at the index: SQLite's integrity check passes, every passage has its vector and its words, every
document is whole as some version of its file was, all checksums are right, and a search answers. At the end one run must bring the index to
exactly what a fresh one holds.

    python Tests/SearchCheck/kill.py --tool .build/debug/anneal-search [--kills 100] [--seed 1]
"""
import argparse
import hashlib
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

WORDS = "light lamp river bank wheat price storm window garden engine letter music winter bridge paper".split()


def text_of(rng, number, version):
    lines = [f"Document {number} version {version} about {' '.join(rng.choices(WORDS, k=6))}."]
    for paragraph in range(rng.randrange(1, 30)):
        lines.append(f"Paragraph {paragraph} of document {number}, version {version}: " + " ".join(rng.choices(WORDS, k=90)))
    return "\n\n".join(lines) + "\n"


def rows(path):
    """All passages with their vectors, by place."""
    with closing(sqlite3.connect(path)) as db:
        return db.execute(
            "SELECT path, line, heading, text, scale, data FROM document JOIN passage ON passage.document = document.id "
            "JOIN vector ON vector.passage = passage.id ORDER BY path, line, text").fetchall()


def check(path, versions, seen_whole):
    """Fails unless what the index holds is whole. Returns its documents' hashes."""
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)], "integrity"
        assert not db.execute("PRAGMA foreign_key_check").fetchall(), "foreign keys"
        if not db.execute("SELECT name FROM sqlite_schema WHERE name = 'document'").fetchall():
            return {}
        db.execute("INSERT INTO passage_text(passage_text, rank) VALUES ('integrity-check', 1)")
        lone = db.execute("SELECT count(*) FROM passage LEFT JOIN vector ON vector.passage = passage.id "
                          "WHERE vector.passage IS NULL").fetchone()
        assert lone == (0,), "passages without vectors"
        hashes = dict(db.execute("SELECT path, hash FROM document"))
        for name, digest in hashes.items():
            assert digest in versions, f"{name}: a version that never was"
            found = tuple(db.execute(
                "SELECT line, text FROM passage JOIN document ON document.id = passage.document WHERE path = ? "
                "ORDER BY line, text", (name,)))
            assert seen_whole.setdefault(digest, found) == found and found, f"{name}: half there"
        return hashes


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tool", required=True)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    a = parser.parse_args()
    rng = random.Random(a.seed)
    print(f"seed {a.seed}")
    with tempfile.TemporaryDirectory() as folder:
        docs, db = Path(folder).resolve() / "docs", Path(folder).resolve() / "index.db"
        docs.mkdir()
        versions, seen_whole, kept = set(), {}, set()
        counters = dict.fromkeys(range(300), 0)

        def change(count):
            for number in rng.sample(sorted(counters), count):
                file = docs / f"{number}.txt"
                if file.exists() and rng.random() < 0.1:
                    file.unlink()
                    continue
                counters[number] += 1
                data = text_of(rng, number, counters[number]).encode()
                versions.add(hashlib.sha256(data).hexdigest())
                file.write_bytes(data)

        change(300)
        command = [a.tool, "index", str(docs), "--db", str(db), "--threads", "2"]
        start = time.perf_counter()
        subprocess.run(command + ["--rebuild"], check=True, stdout=subprocess.DEVNULL)
        whole = time.perf_counter() - start
        killed = finished = 0
        hashes = check(db, versions, seen_whole)
        while killed < a.kills:
            before = hashes
            change(rng.randrange(1, 150))
            extra = ["--rebuild"] if rng.random() < 0.3 else []
            process = subprocess.Popen(command + extra, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(rng.random() * whole * 1.1)
            process.send_signal(signal.SIGKILL)
            if process.wait() == -signal.SIGKILL:
                killed += 1
            else:
                finished += 1
            hashes = check(db, versions, seen_whole)
            current = {str(file): hashlib.sha256(file.read_bytes()).hexdigest() for file in docs.iterdir()}
            # Nothing is lost: a document that has not changed since it was stored is still there.
            for name, digest in before.items():
                assert current.get(name) != digest or hashes.get(name) == digest, f"{name}: lost"
            subprocess.run([a.tool, "check", "--db", str(db)], check=True, stdout=subprocess.DEVNULL)
            found = subprocess.run(
                [a.tool, "search", "-k", "1", "storm over the bridge", "--db", str(db)], check=True, capture_output=True)
            assert b"Document" in found.stdout or b"Paragraph" in found.stdout, "a search answers"
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        fresh = Path(folder) / "fresh.db"
        subprocess.run(command[:-3] + [str(fresh), "--threads", "1"], check=True, stdout=subprocess.DEVNULL)
        assert rows(db) == rows(fresh), "the index differs from a fresh one"
        checked = subprocess.run([a.tool, "check", "--db", str(db)], check=True, capture_output=True, text=True).stdout
        assert "sound" in checked and "no checksum" not in checked, checked
        left = sorted(file.name for file in db.parent.iterdir())
        assert left == ["docs", "fresh.db", "index.db"], f"files left behind: {left}"
        print(f"{killed} kills ({finished} runs ended before theirs): nothing lost, nothing half there")


if __name__ == "__main__":
    sys.exit(main())
