#!/usr/bin/env python3
"""Times scans of codes by one thread, beside faiss's scans of as many bytes, and says what they find.

    python3 -m venv .venv && .venv/bin/pip install -r Research/Benchmarks/codes_requirements.txt
    anneal embed --output v.npy < lines.txt && anneal embed --output q.npy < other_lines.txt
    .venv/bin/python Research/Benchmarks/codes_scan.py --anneal .build/release/anneal --vectors v.npy --queries q.npy \\
        --work work --output codes-scan.tsv

Columns:

    bytes       of a code, as it is searched
    ms, least   a query, from its vector to the best 100: the median and the shortest, wall time of one thread, in this run
    recall      of the ten nearest by vectors, the share among the first 10 by codes
    rescored    the share among the ten that are left of the first 100 when these are ranked by their vectors in bytes

faiss's codes are trained on the first rows of what is searched, which makes them a little better than they are. Its
times are of calls with one query each.
"""

import os

for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[variable] = "1"

import argparse
import json
import subprocess
import time
from pathlib import Path

import faiss
import numpy as np

import provenance

WANTED = 100


def nearest(vectors, queries, count=10):
    """The rows of the greatest product, exactly, a block at a time."""
    index = faiss.IndexFlatIP(vectors.shape[1])
    best = []
    for start in range(0, len(vectors), 100_000):
        index.reset()
        index.add(np.ascontiguousarray(vectors[start : start + 100_000], dtype=np.float32))
        products, rows = index.search(queries, count)
        best.append((products, rows + start))
    products = np.concatenate([part[0] for part in best], axis=1)
    rows = np.concatenate([part[1] for part in best], axis=1)
    order = np.argsort(-products, axis=1, kind="stable")[:, :count]
    return np.take_along_axis(rows, order, axis=1)


def in_bytes(vectors):
    """Vectors as an index keeps them: the largest number of each is 127."""
    peak = np.abs(vectors).max(axis=1, keepdims=True)
    return np.rint(vectors * (127 / np.maximum(peak, 1e-30))) * (peak / 127)


def found(rows, exact, vectors, queries):
    """The share of the exact ten among the first ten, and among the ten best of all rows by vectors in bytes."""
    first = rescored = 0
    for query, (own, best) in enumerate(zip(rows, exact)):
        own = np.asarray([row for row in own if row >= 0])
        scores = in_bytes(np.asarray(vectors[own], dtype=np.float32)) @ in_bytes(queries[query : query + 1])[0]
        first += len(set(own[:10]) & set(best))
        rescored += len(set(own[np.argsort(-scores, kind="stable")[:10]]) & set(best))
    return first / exact.size, rescored / exact.size


def peers(dimension, sizes):
    for size in sizes:
        # Zeros behind the vectors where the dimension is no multiple of the parts.
        whole = -(-dimension // (2 * size)) * 2 * size
        yield f"faiss PQ{size}x8", size, faiss.IndexPQ(whole, size, 8, faiss.METRIC_INNER_PRODUCT)
        yield f"faiss PQ{2 * size}x4 fast scan", size, faiss.IndexPQFastScan(
            whole, 2 * size, 4, faiss.METRIC_INNER_PRODUCT
        )


def widened(vectors, dimension):
    """Vectors with zeros behind them."""
    return np.pad(np.asarray(vectors, dtype=np.float32), ((0, 0), (0, dimension - vectors.shape[1])))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--anneal", required=True)
    parser.add_argument("--vectors", required=True, help="an npy file of 32-bit floats, of length one")
    parser.add_argument("--queries", required=True)
    parser.add_argument("--codec", help="default: the one that ships, for search")
    parser.add_argument("--bytes", nargs="+", type=int, default=[10, 32])
    parser.add_argument("--limit", type=int, default=100, help="queries")
    parser.add_argument("--rows", type=int, help="search only the first so many vectors")
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    vectors = np.load(options.vectors, mmap_mode="r")[: options.rows]
    queries = np.ascontiguousarray(np.load(options.queries)[: options.limit], dtype=np.float32)
    asked = options.work / "asked.npy"
    np.save(asked, queries)
    searched = Path(options.vectors)
    if options.rows:
        searched = options.work / "searched.npy"
        np.save(searched, vectors)
    exact = nearest(vectors, queries)
    codec = ["--codec", options.codec] if options.codec else ["--profile", "search"]
    lines = [f"# {provenance.line()}; {len(vectors)} vectors, {len(queries)} queries"]
    lines.append("\t".join(["codes", "bytes", "ms", "least", "recall", "rescored"]))

    def add(name, size, median, least, rows):
        share, rescored = found(rows, exact, vectors, queries)
        lines.append(f"{name}\t{size}\t{median:.2f}\t{least:.2f}\t{share:.3f}\t{rescored:.3f}")
        print(lines[-1], flush=True)

    print("\n".join(lines))
    for size in options.bytes:
        codes = options.work / f"searched-{len(vectors)}.{size}.codes"
        if not codes.exists():
            command = [options.anneal, "codes", "encode", searched, *codec, "--bytes", str(size), "--output", codes]
            subprocess.run([*command, "--quiet"], check=True)
        command = [options.anneal, "codes", "search", codes, *codec, "--queries", asked, "-k", str(WANTED)]
        answer = json.loads(subprocess.run([*command, "--threads", "1", "--json"], check=True, capture_output=True).stdout)
        rows = [[hit["row"] for hit in hits] for hits in answer["queries"]]
        add("anneal", size, answer["median_ms"], answer["least_ms"], rows)
    faiss.omp_set_num_threads(1)
    for name, size, index in peers(vectors.shape[1], options.bytes):
        index.train(widened(vectors[:20_000], index.d))
        for start in range(0, len(vectors), 100_000):
            index.add(widened(vectors[start : start + 100_000], index.d))
        times, rows = [], []
        for query in widened(queries, index.d):
            start = time.perf_counter()
            rows.append(index.search(query[None], WANTED)[1][0])
            times.append(1e3 * (time.perf_counter() - start))
        add(name, size, sorted(times)[len(times) // 2], min(times), rows)
    if options.output:
        options.output.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
