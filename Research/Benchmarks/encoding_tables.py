"""Writes the tables of Docs/semantic-encoding.md and of Docs/Decisions/codes.md from the tables of runs.

    python3 Research/Benchmarks/encoding_tables.py            # writes them
    python3 Research/Benchmarks/encoding_tables.py --check    # ends with 1 where they are stale
"""

import csv
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
RUNS = ROOT / "Docs/Decisions/runs"
START, END = "<!-- tables: python3 Research/Benchmarks/encoding_tables.py -->\n", "<!-- end of tables -->"


def rows(name):
    with open(RUNS / name, encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t"))


def table(title, source, head, body):
    lines = [f"{title} ([{source}](RUNS/{source}))", "", "| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(cells) + " |" for cells in body]) + "\n"


def number(text, places):
    return "–" if text in ("", "nan") else f"{float(text):.{places}f}"


def codes():
    head = ["codec", "bytes", "squared error", "bound", "kept, both coded", "kept, one coded", "recall@10", "nDCG kept"]
    return table("Codes of vectors:", "codes.tsv", head, [
        [row["codec"], row["bytes"], number(row["error_db"], 3), number(row["bound_db"], 3), number(row["sym"], 1),
         number(row["asym"], 1), number(row["recall10"], 3), number(row["ndcg"], 1)] for row in rows("codes.tsv")])


def kept(row, column):
    ends = f" ({number(row[column + '_low'], 1)} to {number(row[column + '_high'], 1)})"
    return number(row[column], 1) + (ends if row[column] != "nan" else "")


def compared(title, source):
    head = ["codec", "bytes", "error over bound", "both coded", "one coded", "recall@10 of 10", "of 100", "nDCG@10", "training, s"]
    body = [
        [row["codec"], row["bytes"], number(str(float(row["error_db"]) / float(row["bound_db"])), 3), kept(row, "sym"),
         kept(row, "asym"), number(row["recall10"], 3), number(row["recall100"], 3), number(row["ndcg"], 1),
         number(row["train_s"], 0)]
        for row in sorted(rows(source), key=lambda row: (int(row["bytes"]), row["codec"]))]
    return table(title, source, head, body)


def decision():
    return compared("By bytes and name:", "codes.tsv") + "\n" + compared("Trained on 20,000 of these lines:", "codes_peers.tsv")


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


DOCUMENTS = [
    ("Docs/semantic-encoding.md", "Decisions/runs", [codes, packed, preferences]),
    ("Docs/Decisions/codes.md", "runs", [decision]),
]


def main():
    for name, runs, tables in DOCUMENTS:
        document = ROOT / name
        text = document.read_text(encoding="utf-8")
        before, _, rest = text.partition(START)
        _, end, after = rest.partition(END)
        if not end:
            sys.exit(f"encoding_tables.py: expected {START!r} and {END!r} in {document}, found them not")
        written = "\n".join(table().replace("(RUNS/", f"({runs}/") for table in tables)
        fresh = before + START + "\n" + written + "\n" + END + after
        if "--check" not in sys.argv[1:]:
            document.write_text(fresh, encoding="utf-8")
        elif fresh != text:
            sys.exit(f"{name} is stale. Run: python3 Research/Benchmarks/encoding_tables.py")


if __name__ == "__main__":
    main()
