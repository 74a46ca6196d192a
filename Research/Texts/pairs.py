"""Labels functions and paragraphs by what the teacher says of them together with their description.

    python Research/Texts/pairs.py --kinds kinds --labels labels/code --labels labels/guides --output labels/paired
    anneal-train label labels/paired --teacher all-MiniLM-L6-v2 --output paired

A search asks in the words of a description and finds what it describes. So a function gets as its vector the mean of the teacher's
for its docstring and for docstring and function together, a paragraph that for its question and for question and answer, as far as
these have labels: the text itself needs none, and is not asked for. KINDS is what functions.py and guides.py wrote; labels are shards
of label.py. Texts of pairs come in front of all others: `anneal-train train --labels paired --labels code`, where the first label of
a text counts. `--share` is the description's own part; with 0 only both together count.
"""
import argparse, glob, os

import numpy as np

from join import shard
from label import write_shard

# Of each kind: the file of descriptions, and the file whose texts begin with one and go on with what is described.
PAIRED = (("code-docstrings", "code-documented"), ("guide-questions", "guide-answers"))
# So many characters of a body must be seen to know which one it is.
LEAST = 24


def lines_of(folder, name):
    path = os.path.join(folder, name + ".txt")
    if not os.path.exists(path):
        raise SystemExit(f"{path}: expected what functions.py and guides.py write, found no file")
    with open(path, encoding="utf-8") as file:
        return file.read().split("\n")[:-1]


def split(text, descriptions):
    """A text's longest beginning that is a description, and the rest; nothing if there is none."""
    at = text.rfind(" ")
    while at > 0 and text[:at] not in descriptions:
        at = text.rfind(" ", 0, at)
    return (text[:at], text[at + 1:]) if at > 0 else None


def pairs_of(kinds):
    """Description, both, and what is described, as it stands without being cut for the description's sake."""
    bodies = {}
    for body in lines_of(kinds, "code-bodies"):
        bodies.setdefault(body[:LEAST], []).append(body)
    for description, both in PAIRED:
        descriptions = set(lines_of(kinds, description))
        for text in lines_of(kinds, both):
            found = split(text, descriptions)
            if found and both == "code-documented":
                whole = [body for body in bodies.get(found[1][:LEAST], []) if body.startswith(found[1])]
                found = (found[0], whole[0]) if len(whole) == 1 and len(found[1]) >= LEAST else None
            if found:
                yield found[0], text, found[1]


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--kinds", required=True, metavar="DIR")
    p.add_argument("--labels", required=True, action="append", metavar="DIR")
    p.add_argument("--share", type=float, default=0.5, help="of the description alone, 0 to below 1")
    p.add_argument("--shard", type=int, default=16_384)
    p.add_argument("--output", required=True, metavar="DIR")
    a = p.parse_args()
    if not 0 <= a.share < 1:
        p.error(f"--share: expected 0 to below 1, found {a.share}")
    vectors = {}
    for folder in a.labels:
        paths = sorted(glob.glob(f"{folder}/*.npy"))
        if not paths:
            raise SystemExit(f"{folder}: expected shards of label.py, found none")
        for path in paths:
            texts, rows = shard(path)
            vectors.update(zip(texts, rows))
    texts, rows, total = {}, [], 0
    for description, both, described in pairs_of(a.kinds):
        total += 1
        row = sum(share * vectors[text] for text, share in ((description, a.share), (both, 1 - a.share))
                  if share and text in vectors)
        if described not in texts and np.any(row):
            texts[described] = None
            rows.append(row / np.linalg.norm(row))
    texts = list(texts)
    if not texts:
        raise SystemExit(f"{a.kinds}: expected pairs of which one text has a label, found {total} pairs and no label")
    os.makedirs(a.output, exist_ok=True)
    for at in range(0, len(texts), a.shard):
        block = "".join(text + "\n" for text in texts[at:at + a.shard]).encode()
        write_shard(f"{a.output}/{at // a.shard:03d}.npy", block, np.array(rows[at:at + a.shard]))
    print(f"{a.output}: {len(texts)} texts of {total} pairs")


if __name__ == "__main__":
    main()
