#!/usr/bin/env python3
"""Times a cold process: `anneal embed` of one short text, from start to end, and `--version` for the part without a model.

    python3 Research/Benchmarks/start.py --anneal .build/release/anneal

The process is new each time, and the model file's pages are in memory as its first use leaves them: they are dropped before
the first run, because what a copy or a build leaves in memory is in small pages. Prints medians and the quickest of
--runs runs: wall time as the caller sees it, and processor time of the process. --anneal may be given more than once, to
compare builds (for example with --static-swift-stdlib); they take turns.
"""
import argparse, json, os, statistics, subprocess, time

import provenance

TEXT = b"How do I turn the light off in New York?\n"


def once(command):
    """(wall, processor) milliseconds of one process."""
    before = os.times()
    start = time.perf_counter()
    done = subprocess.run(command, input=TEXT, stdout=subprocess.DEVNULL)
    wall = time.perf_counter() - start
    after = os.times()
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(command)} ended with status {done.returncode}")
    # Clock ticks are coarse: only the sum over many runs says something.
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return wall * 1e3, used * 1e3


def drop_pages(path):
    """Has the system forget a file's pages that no process holds, so that the next run reads them anew."""
    with open(path, "rb") as file:
        os.fsync(file.fileno())
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def model_of(anneal):
    """The model file that a binary opens."""
    report = subprocess.run([anneal, "inspect", "--json"], check=True, stdout=subprocess.PIPE).stdout
    return json.loads(report)["path"]


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--anneal", required=True, action="append")
    p.add_argument("--model")
    p.add_argument("--runs", type=int, default=101)
    p.add_argument("--keep-pages", action="store_true", help="do not drop the model file's pages before the first run")
    a = p.parse_args()
    model = ["--model", a.model] if a.model else []
    commands = []
    for anneal in a.anneal:
        commands += [[anneal, "embed", "--threads", "1", *model], [anneal, "--version"]]
    results = [[] for _ in commands]
    if not a.keep_pages:
        for path in {a.model} if a.model else {model_of(anneal) for anneal in a.anneal}:
            drop_pages(path)
    for run in range(a.runs + 3):
        for command, result in zip(commands, results):
            figures = once(command)
            if run >= 3:
                result.append(figures)
    print(provenance.line() + f", medians of {a.runs} runs\n")
    print("| command | wall, ms | quickest, ms | processor, mean ms |\n|---|---|---|---|")
    for command, result in zip(commands, results):
        wall, used = zip(*result)
        print(f"| {os.path.basename(command[0])} {command[1]} | {statistics.median(wall):.1f} | {min(wall):.1f} "
              f"| {statistics.mean(used):.1f} |")


if __name__ == "__main__":
    main()
