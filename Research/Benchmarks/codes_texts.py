#!/usr/bin/env python3
"""Draws the lines that codecs are trained and measured on from a folder of corpus files.

    python3 Research/Benchmarks/codes_texts.py CORPUS EVAL OUT

CORPUS holds texts in *.txt.gz, one a line; EVAL the evaluation sets. OUT gets train.txt (50,000 lines), db.txt (30,000
others), queries.txt (500 others) and sts.txt (each text of the STS sets once).
"""

import csv
import glob
import gzip
import random
import sys
from pathlib import Path

TRAIN, DB, QUERIES = slice(0, 50_000), slice(400_000, 430_000), slice(1_100_000, 1_100_500)


def main():
    corpus, evaluation, out = map(Path, sys.argv[1:4])
    out.mkdir(parents=True, exist_ok=True)
    lines = []
    for name in sorted(glob.glob(str(corpus / "*.txt.gz"))):
        with gzip.open(name, "rt", errors="replace") as file:
            lines += [line.strip() for line in file if line.strip()]
    random.Random(7).shuffle(lines)
    for name, part in (("train", TRAIN), ("db", DB), ("queries", QUERIES)):
        (out / f"{name}.txt").write_text("\n".join(lines[part]) + "\n", encoding="utf8")
    texts = set()
    for name in sorted(glob.glob(str(evaluation / "sts/*.tsv"))):
        with open(name, encoding="utf8") as file:
            for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
                texts |= {row["sentence1"], row["sentence2"]}
    (out / "sts.txt").write_text("\n".join(sorted(texts)) + "\n", encoding="utf8")


if __name__ == "__main__":
    main()
