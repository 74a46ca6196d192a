#!/usr/bin/env python3
"""Writes the table of what was aimed at in Docs/Decisions/training.md from the table of runs: the best of each figure and its price.

    python3 Research/Benchmarks/frontier.py            # writes it
    python3 Research/Benchmarks/frontier.py --check    # ends with 1 where it is stale

Of each figure that has an aim: what ships, the run with the best value, and in what other figures that run is below what ships.
All figures are compiled, single runs.
"""
import csv
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
DOCUMENT, RUNS = ROOT / "Docs/Decisions/training.md", ROOT / "Docs/Decisions/runs/going-on.tsv"
START, END = "<!-- table: python3 Research/Benchmarks/frontier.py -->\n", "<!-- end of table -->"
# Columns of the runs: a name, and what is aimed at, nothing where a figure has no aim of its own.
FIGURES = {
    "docstring to function nDCG@10 x100": ("docstring to function", None),
    "question to section nDCG@10 x100": ("question to section", None),
    "STS Spearman x100": ("STS", 78.5),
    "SICK-R Spearman x100": ("SICK-R", 75.5),
    "words Spearman x100": ("words", 71.0),
    "pairs AP x100": ("pairs", 95.0),
    "retrieval nDCG@10 x100": ("retrieval", 58.5),
}
# Runs differ by so much without a reason.
NOISE = 0.1


def table(runs):
    shipped = next((run for run in runs if run["run"].endswith(": shipped")), None)
    if shipped is None:
        sys.exit(f"{RUNS}: expected a run whose name ends with ': shipped', found none")
    lines = ["| figure | aim | ships | best | by | what it costs |", "|---|---|---|---|---|---|"]
    for column, (name, aim) in FIGURES.items():
        best = max(runs, key=lambda run: float(run[column]))
        costs = [f"{other} −{float(shipped[key]) - float(best[key]):.1f}" for key, (other, _) in FIGURES.items()
                 if float(shipped[key]) - float(best[key]) >= NOISE]
        reached = f"{aim}" if aim else "–"
        lines.append(f"| {name} | {reached} | {shipped[column]} | {best[column]} | {best['run']} | {', '.join(costs) or 'nothing'} |")
    return "\n".join(lines) + "\n"


def main():
    with open(RUNS, encoding="utf-8", newline="") as lines:
        runs = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    text = DOCUMENT.read_text(encoding="utf-8")
    before, _, rest = text.partition(START)
    _, end, after = rest.partition(END)
    if not end:
        sys.exit(f"frontier.py: expected {START!r} and {END!r} in {DOCUMENT}, found them not")
    fresh = before + START + "\n" + table(runs) + "\n" + END + after
    if "--check" in sys.argv[1:]:
        sys.exit(0 if fresh == text else "Docs/Decisions/training.md is stale. Run: python3 Research/Benchmarks/frontier.py")
    DOCUMENT.write_text(fresh, encoding="utf-8")


if __name__ == "__main__":
    main()
