#!/usr/bin/env python3
"""Times one text of growing length, 1 KB to 10 MB: the time must grow in proportion, with and without spaces.

    python Research/Benchmarks/lengths.py --anneal .build/release/anneal --texts texts.txt

A text is the start of the given texts on one line; for "no spaces", with the spaces taken out. The time of an empty text
(start-up) is taken off; medians of --runs runs. Prints microseconds a kilobyte.
"""
import argparse, statistics, subprocess, tempfile, time

import provenance

SIZES = [1_000, 10_000, 100_000, 1_000_000, 10_000_000]


def seconds(anneal, text, runs):
    times = []
    with tempfile.NamedTemporaryFile() as file:
        file.write(text + b"\n")
        file.flush()
        for _ in range(runs):
            start = time.perf_counter()
            subprocess.run([anneal, "embed", "--threads", "1", "--format", "f32", file.name], check=True,
                           stdout=subprocess.DEVNULL)
            times.append(time.perf_counter() - start)
    return statistics.median(times)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--anneal", required=True)
    p.add_argument("--texts", required=True)
    p.add_argument("--runs", type=int, default=9)
    a = p.parse_args()
    words = open(a.texts, "rb").read(SIZES[-1] * 2).replace(b"\n", b" ").replace(b"\r", b" ")
    print(provenance.line() + "\n")
    print("| bytes | words, ms | µs a KB | no spaces, ms | µs a KB |\n|---|---|---|---|---|")
    base = seconds(a.anneal, b"", a.runs)
    for size in SIZES:
        cells = []
        for text in (words[:size], words.replace(b" ", b"")[:size]):
            taken = max(0.0, seconds(a.anneal, text, a.runs) - base)
            cells += [f"{taken * 1e3:.2f}", f"{taken * 1e6 / (size / 1e3):.1f}"]
        print(f"| {size:,} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
