#!/usr/bin/env python3
"""Fits the weights of `anneal grep` on the visible trees of sets.py and prints them as JSON, for `--weights` and for RankingWeights.

    python Research/Grep/weights.py --anneal .build/release/anneal --sets SETS

Each part of a hit's score is its weight times a signal, and all but the definition is multiplied with the demotion. So one run with 100 hits a query
tells what other weights would make of them. One weight after the other takes the step that raises the mean of nDCG@10 by file and by declaration
most, until none does. The weight of words is the unit; of the demotions only that of code that declares nothing is fitted, for what the others put
behind answers no query of the sets.
"""
import argparse, json, os, subprocess, tempfile
from pathlib import Path

from benchmark import KEPT, by_files, gain, is_answer
from sets import LANGUAGES

PARTS = ("words", "vector", "definition", "name", "path", "file")
STEPS = (0, 0.5, 0.7, 0.85, 1.2, 1.4, 2)


def candidates(anneal, sets, queries, weights):
    """Each query with its hits: file, whether it has the declaration, the other demotions, whether it declares nothing, signals."""
    trees = sorted({one["tree"] for one in queries})
    for tree in trees:
        asked = [one for one in queries if one["tree"] == tree]
        with tempfile.TemporaryDirectory() as folder:
            texts, used = Path(folder) / "queries", Path(folder) / "weights"
            texts.write_text("".join(one["query"] + "\n" for one in asked))
            used.write_text(json.dumps(weights))
            done = subprocess.run([anneal, "grep", "--queries", texts, "--json", "-k", "100", "--weights", used, "."],
                                  cwd=Path(sets) / "trees" / tree, capture_output=True)
            if done.returncode not in (0, 1):
                raise SystemExit(done.stderr.decode())
        found = {}
        for line in done.stdout.splitlines():
            hit = json.loads(line)
            found.setdefault(hit["query"], []).append(hit)
        for query in asked:
            rows = []
            for hit in found.get(query["query"], []):
                signals = [hit["parts"][part] / weights[part] if weights[part] else 0.0 for part in PARTS]
                is_text = hit["kind"] == "text" and Path(hit["path"]).suffix in LANGUAGES
                rows.append((hit["path"], is_answer(query, hit["path"], hit["line"], hit["end_line"]),
                             hit["parts"]["demotion"] / (weights["text"] if is_text else 1), is_text, signals))
            yield query, rows


def score(values, text, row):
    """As ScoreParts has it: what is multiplied with the demotion, and the definition, which is not."""
    *_, demotion, is_text, signals = row
    demotion *= text if is_text else 1
    parts = [weight * signal for weight, signal in zip(values, signals)]
    definition = parts[PARTS.index("definition")]
    return definition + demotion * (sum(parts) - definition)


def quality(found, weights):
    """The mean of nDCG@10 by file and by declaration; of a change, by file."""
    values, total = [weights[part] for part in PARTS], 0.0
    for query, rows in found:
        ranked = sorted(rows, key=lambda row: -score(values, weights["text"], row))
        by_file = by_files(query, [row[0] for row in ranked])
        by_declaration = gain(next((rank for rank, row in enumerate(ranked[:KEPT], 1) if row[1]), 0))
        total += by_file if query["kind"] == "change" else (by_file + by_declaration) / 2
    return total / max(1, len(found))


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--anneal", required=True)
    p.add_argument("--sets", required=True)
    p.add_argument("--from", dest="start", help="weights to begin with, as JSON; default: those of the program")
    p.add_argument("--rounds", type=int, default=4)
    a = p.parse_args()
    anneal = os.path.abspath(a.anneal)
    if a.start:
        weights = json.loads(Path(a.start).read_text())
    else:
        shown = subprocess.run([anneal, "grep", "--explain", "--color", "never", "weights", __file__], capture_output=True, text=True).stdout
        weights = json.loads(shown.splitlines()[0].removeprefix("weights "))
    with open(Path(a.sets) / "queries.jsonl", encoding="utf-8") as file:
        queries = [one for one in map(json.loads, file) if one["half"] == "visible"]
    found = list(candidates(anneal, a.sets, queries, weights))
    reached = quality(found, weights)
    print(f"{len(found)} queries\tbegin {reached:.4f}", flush=True)
    for number in range(a.rounds):
        before = reached
        for part in (*PARTS[1:], "text"):
            tried = [(quality(found, other), other) for step in STEPS
                     for other in [{**weights, part: round(weights[part] * step, 3)}]]
            best = max(tried, key=lambda one: one[0])
            if best[0] > reached + 1e-5:
                reached, weights = best
        print(f"round {number + 1}\t{reached:.4f}", flush=True)
        if reached == before:
            break
    print(json.dumps(weights))


if __name__ == "__main__":
    main()
