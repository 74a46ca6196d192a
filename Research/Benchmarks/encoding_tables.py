"""Writes the tables of Docs/semantic-encoding.md from the tables of runs.

    python3 Research/Benchmarks/encoding_tables.py            # writes them
    python3 Research/Benchmarks/encoding_tables.py --check    # ends with 1 where they are stale
"""

import csv
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
DOCUMENT, RUNS = ROOT / "Docs/semantic-encoding.md", ROOT / "Docs/Decisions/runs"
START, END = "<!-- tables: python3 Research/Benchmarks/encoding_tables.py -->\n", "<!-- end of tables -->"


def rows(name):
    with open(RUNS / name, encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t"))


def table(title, source, head, body):
    lines = [f"{title} ([{source}](Decisions/runs/{source}))", "", "| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(cells) + " |" for cells in body]) + "\n"


def number(text, places):
    return "–" if text in ("", "nan") else f"{float(text):.{places}f}"


def codes():
    return table(
        "Codes of vectors:", "codes.tsv",
        ["codec", "bytes", "squared error", "bound", "kept, both coded", "kept, one coded", "recall@10", "nDCG kept"],
        [[row["codec"], row["bytes"], number(row["error_db"], 3), number(row["bound_db"], 3), number(row["sym"], 1),
          number(row["asym"], 1), number(row["recall10"], 3), number(row["ndcg"], 1)] for row in rows("codes.tsv")])


def packed():
    return table(
        "Packed texts, mean of the sets:", "packing.tsv", ["limit", "bytes a text", "mean cosine", "kept, both coded", "kept, one coded"],
        [[row["limit"], number(row["bytes"], 2), number(row["cosine"], 4), number(row["symmetric"], 1), number(row["asymmetric"], 1)]
         for row in rows("packing.tsv") if row["set"] == "mean"])


def preferences():
    return table(
        "Five likes of a hidden taste, precision among 20:", "preferences.tsv",
        ["vectors", "disliked", "share of the disliked", "precision", "its error"],
        [[row["vectors"], row["disliked"], row["share"], row["precision"], row["error"]] for row in rows("preferences.tsv")])


def main():
    text = DOCUMENT.read_text(encoding="utf-8")
    before, _, rest = text.partition(START)
    _, end, after = rest.partition(END)
    if not end:
        sys.exit(f"encoding_tables.py: expected {START!r} and {END!r} in {DOCUMENT}, found them not")
    fresh = before + START + "\n" + "\n".join([codes(), packed(), preferences()]) + "\n" + END + after
    if "--check" in sys.argv[1:]:
        sys.exit(0 if fresh == text else "Docs/semantic-encoding.md is stale. Run: python3 Research/Benchmarks/encoding_tables.py")
    DOCUMENT.write_text(fresh, encoding="utf-8")


if __name__ == "__main__":
    main()
