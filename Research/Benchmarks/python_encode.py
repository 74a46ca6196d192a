#!/usr/bin/env python3
"""Times the Python package against the Swift library on the same texts, in turns.

    swift build -c release && python Python/build_wheel.py        # and install the wheel it prints
    python Research/Benchmarks/python_encode.py --anneal .build/release/anneal --texts texts.txt

The Swift side is `anneal bench`, which embeds the texts from memory on one thread, and keeps no vectors; the Python side
starts from a list of str and ends with the numpy array of all vectors. Rounds alternate, the table has medians, and both
sides must give the same bits.
"""
import argparse
import datetime
import json
import platform
import statistics
import subprocess
import time

import numpy as np

import anneal


def best_seconds(action, runs):
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return min(times)


def hash_of(vectors):
    """The hash of `anneal bench`: of all rows, whatever their order."""
    hashes = np.full(len(vectors), 0xCBF29CE484222325, np.uint64)
    for column in vectors.view(np.uint32).T:
        hashes = (hashes ^ column) * np.uint64(0x100000001B3)
    return int(((hashes ^ np.arange(len(vectors), dtype=np.uint64)) * np.uint64(0x9E3779B97F4A7C15)).sum(dtype=np.uint64))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--anneal", required=True, help="the command line, of the same commit as the wheel")
    parser.add_argument("--texts", required=True, help="a file of texts, one a line")
    parser.add_argument("--limit", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--runs", type=int, default=3, help="of each side a round; the best counts")
    a = parser.parse_args()
    with open(a.texts, "rb") as file:
        lines = [line[:-1] if line.endswith(b"\n") else line for line in file][: a.limit]
    texts = [(line[:-1] if line.endswith(b"\r") else line).decode() for line in lines]
    model = anneal.Anneal()
    contestants = {"list of str": texts}
    try:
        import pyarrow

        contestants["Arrow column"] = pyarrow.array(texts)
    except ImportError:
        pass
    swift, rates = [], {name: [] for name in contestants}
    for _ in range(a.rounds):
        report = json.loads(subprocess.run(
            [a.anneal, "bench", "--texts", a.texts, "--limit", str(a.limit), "--runs", str(a.runs), "--json"],
            check=True, capture_output=True).stdout)
        swift.append(report["texts_per_second"])
        for name, given in contestants.items():
            rates[name].append(len(texts) / best_seconds(lambda: model.encode(given, threads=1), a.runs))
    found = f"{hash_of(model.encode(texts)):016x}"
    if found != report["hash"]:
        raise SystemExit(f"expected the hash {report['hash']} of the Swift library, found {found}")
    commit = subprocess.run(["git", "rev-parse", "--short=12", "HEAD"], capture_output=True, text=True).stdout.strip()
    print(f"commit {commit}, {platform.machine()}, {datetime.datetime.now(datetime.timezone.utc):%Y-%m-%d %H:%M} UTC, "
          f"{len(texts):,} texts, one thread, medians of {a.rounds} rounds, hash {found}\n")
    print("| from | texts/s | of the Swift library's speed |\n|---|---|---|")
    print(f"| Swift library | {statistics.median(swift):,.0f} | |")
    for name, values in rates.items():
        share = statistics.median(one / other for one, other in zip(values, swift))
        print(f"| Python, {name} | {statistics.median(values):,.0f} | {share * 100:.0f} % |")


if __name__ == "__main__":
    main()
