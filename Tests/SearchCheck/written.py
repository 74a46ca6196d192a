#!/usr/bin/env python3
"""Counts what indexing writes: a new index about twice, once to SQLite's log and once from there to the file.

    python Tests/SearchCheck/written.py --tool .build/release/anneal-search [--lines 50000] [--texts FILE]

Linux only: the system counts a process's bytes (/proc/PID/io, wchar).
"""
import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path

WORDS = [f"{a}{b}" for a in "storm bridge lamp river wheat letter garden engine winter price".split()
         for b in ("", "s", "ed", "ing", "ly", "less", "ful", "ness", "er", "est")]


def written(command):
    """Bytes that a command writes, and its seconds."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    # Ended and not yet forgotten: its numbers can still be read.
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    counts = dict(line.split(": ") for line in Path(f"/proc/{process.pid}/io").read_text().splitlines())
    if process.wait() != 0:
        raise SystemExit(f"expected {command[0]} to succeed, found status {process.returncode}")
    return int(counts["wchar"]), time.perf_counter() - start


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tool", required=True)
    parser.add_argument("--lines", type=int, default=50_000)
    parser.add_argument("--texts", help="a file of texts, one a line; none makes them up")
    a = parser.parse_args()
    rng = random.Random(1)
    with tempfile.TemporaryDirectory() as folder:
        docs, db = Path(folder) / "docs", Path(folder) / "index.db"
        docs.mkdir()
        if a.texts:
            with open(a.texts, encoding="utf-8") as file:
                lines = list(islice(file, a.lines))
        else:
            lines = [f"{number} {' '.join(rng.choices(WORDS, k=15))}\n" for number in range(a.lines)]
        half = len(lines) // 2
        # One document that enters in one transaction, and many small ones.
        (docs / "large.txt").write_text("".join(lines[:half]))
        for start in range(half, len(lines), 10):
            (docs / f"{start}.txt").write_text("".join(lines[start:start + 10]))
        command = [a.tool, "index", docs, "--as", "lines", "--db", db, "--quiet"]
        new, seconds = written(command)
        size = db.stat().st_size
        for file in docs.iterdir():
            file.write_text(file.read_text().replace("\n", " again\n"))
        again, seconds_again = written(command)
        print(f"{len(lines):,} lines, index of {size / 1e6:.1f} MB: {new / 1e6:,.1f} MB written in {seconds:.1f} s, "
              f"{again / 1e6:,.1f} MB in {seconds_again:.1f} s where all have changed")
        if new > 3 * size or again > 6 * size:
            raise SystemExit(f"expected at most 3 and 6 times {size:,} bytes, found {new:,} and {again:,}")


if __name__ == "__main__":
    sys.exit(main())
