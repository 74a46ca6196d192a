#!/usr/bin/env python3
"""Checks 'anneal gguf' and 'anneal lookup' from outside, on small files that it makes itself.

    python3 Tests/GGUFCheck/check.py --tool .build/release/anneal [--only types,hostile,tables,reads,row]

types    Rows of every type that is read, of random blocks, are those of the Python package gguf bit for bit.
hostile  Broken model files: status 65, one line that names the field, its byte, what was expected and what was found, within
         10 ms of processor time and 2 MB beside what a sound file takes.
tables   Broken EMBD files, likewise.
reads    No call of the system reads more than 65,536 bytes of model or table, and neither is mapped (with strace).
row      'lookup row' gives the same mapped rows whether a table has them or they are read from the model.

Needs numpy and gguf 0.19 (Tests/GGUFCheck/check.sh installs both).
"""
import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

from drafts import Draft, Table, hostile_models, hostile_tables, hostile_vocabularies, model, not_finite

MOST_SECONDS, MOST_KILOBYTES = 0.010, 2048
FAILED = []


def expect(what, name):
    if not what:
        FAILED.append(name)
        print(f"FAILED: {name}", file=sys.stderr)


def spent(command, **options):
    """Status, standard error, seconds of processor and the peak of memory in KB."""
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL, stderr=errors, **options)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        errors.seek(0)
        return process.returncode, errors.read().decode(errors="replace"), usage.ru_utime + usage.ru_stime, usage.ru_maxrss


def least(command, times=5):
    """What a command takes when nothing is in its way."""
    runs = [spent(command) for _ in range(times)]
    return runs[0][0], runs[0][1], min(run[2] for run in runs), min(run[3] for run in runs)


def types(tool, folder):
    import gguf
    import numpy as np

    names = "F32 F16 BF16 Q4_0 Q4_1 Q5_0 Q5_1 Q8_0 Q2_K Q3_K Q4_K Q5_K Q6_K IQ4_NL MXFP4".split()
    random = np.random.default_rng(23)
    path, written = folder / "types.gguf", {}
    writer = gguf.GGUFWriter(path, "test")
    for name in names:
        kind = gguf.GGMLQuantizationType[name]
        _, size = gguf.GGML_QUANT_SIZES[kind]
        for width, rows in ((256, 64), (768, 16)):
            blocks = random.integers(0, 256, (rows, width // gguf.GGML_QUANT_SIZES[kind][0] * size), dtype=np.uint8)
            written[f"{name}.{width}"] = kind, blocks
            if name in ("F32", "F16"):
                writer.add_tensor(f"{name}.{width}", blocks.view("f4" if name == "F32" else "f2"))
            else:
                writer.add_tensor(f"{name}.{width}", blocks, raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    for name, (kind, blocks) in written.items():
        output = folder / "rows.npy"
        status, told, *_ = spent([tool, "gguf", "rows", path, name, "--output", output, "--quiet"])
        expect(status == 0, f"{name}: {told}")
        with np.errstate(all="ignore"):
            expected = gguf.quants.dequantize(blocks, kind).astype(np.float32)
        found = np.load(output)
        same = (found.view(np.uint32) == expected.view(np.uint32)) | (np.isnan(found) & np.isnan(expected))
        expect(found.shape == expected.shape and same.all(), f"{name}: {int((~same).sum())} of {same.size} numbers differ")
    print(f"types: {len(names)} types, {len(written)} tensors, all rows equal")


def refused(tool, folder, cases, suffix, command, sound):
    """Every case ends with status 65, one line, and no more time and memory than a sound file and the limits."""
    path = folder / f"case{suffix}"
    path.write_bytes(sound)
    arguments = [tool, *command(path)]
    status, told, seconds, kilobytes = least(arguments, 9)
    expect(status == 0, f"a sound file: {told}")
    worst = [0.0, 0]
    for name, content, words in cases:
        path.write_bytes(content)
        status, told, taken, peak = least(arguments, 1)
        if taken - seconds > MOST_SECONDS / 2 or peak - kilobytes > MOST_KILOBYTES / 2:
            # It may have been another program's turn.
            _, _, taken, peak = least(arguments, 7)
        worst = [max(worst[0], taken - seconds), max(worst[1], peak - kilobytes)]
        expect(status == 65, f"{name}: status {status}, {told}")
        expect(re.search(r": .+ at byte \d+: expected .+, found .+", told), f"{name}: {told}")
        for word in words:
            expect(word in told, f"{name}: {word!r} is not in {told}")
        expect(taken - seconds <= MOST_SECONDS, f"{name}: {1000 * (taken - seconds):.1f} ms more than a sound file")
        expect(peak - kilobytes <= MOST_KILOBYTES, f"{name}: {peak - kilobytes} KB more than a sound file")
    print(f"{len(cases)} cases; at most {1000 * worst[0]:.1f} ms and {worst[1]} KB more than a sound file")


def hostile(tool, folder):
    sound = Draft().bytes()
    cases = hostile_models() + [(f"the first {count} bytes", sound[:count], []) for count in range(Draft().end())]
    refused(tool, folder, cases, ".gguf", lambda path: ["gguf", "check", "--quiet", path], sound)
    path = folder / "scale.gguf"
    path.write_bytes(not_finite())
    told = subprocess.run([tool, "gguf", "check", path, "--quiet"], capture_output=True, text=True)
    expect(told.returncode == 65 and "tensor a" in told.stdout and "32 NaN" in told.stdout, f"a scale that is no number: {told}")
    refused(tool, folder, hostile_vocabularies(), ".gguf", lambda path: ["gguf", "tokens", "--quiet", path], model())


def tables(tool, folder):
    sound = Table().bytes()
    cases = hostile_tables() + [(f"the first {count} bytes", sound[:count], []) for count in range(len(sound))]
    refused(tool, folder, cases, ".embd", lambda path: ["lookup", "inspect", path], sound)


def reads(tool, folder):
    if shutil.which("strace") is None:
        print("reads: SKIPPED, strace is missing")
        return
    path, table, texts = folder / "model.gguf", folder / "words.embd", folder / "texts.txt"
    path.write_bytes(model(width=4096))
    texts.write_text("the lamp is on\nturn the light off 犬\n" * 50, encoding="utf8")
    build = ["lookup", "build", "--model", path, "--raw", "--entries", "20", "--texts", texts, "--output", table, "--quiet"]
    status, told, *_ = spent([tool, *build])
    expect(status == 0, f"lookup build: {told}")
    embed = ["lookup", "embed", "--table", table, "--model", path, texts, "--output", folder / "x.npy", "--quiet"]
    largest = 0
    for command in (
        ["gguf", "inspect", path], ["gguf", "check", path, "--quiet"], ["gguf", "tokens", path, texts, "--quiet"],
        ["gguf", "rows", path, "token_embd.weight", "--output", folder / "rows.npy", "--quiet"], build, embed,
        [*embed, "--positional"], ["lookup", "row", table, "the 犬", "--model", path], ["lookup", "inspect", table],
        ["lookup", "check", table, "--model", path],
    ):
        trace = folder / "trace"
        subprocess.run(
            ["strace", "-f", "-y", "-o", trace, "-e", "trace=read,pread64,readv,preadv,preadv2,mmap", tool, *command],
            check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        lines = [line for line in trace.read_text(errors="replace").split("\n") if str(path) in line or str(table) in line]
        name = " ".join(map(str, command[:2]))
        sizes = [int(match[1]) for match in (re.search(r"= (\d+)$", line) for line in lines if "mmap(" not in line) if match]
        expect(sizes, f"{name}: no reads")
        expect(max(sizes, default=0) <= 65_536, f"{name}: a read of {max(sizes, default=0)} bytes")
        expect(not any("mmap(" in line for line in lines), f"{name}: a mapping of model or table")
        largest = max(largest, max(sizes, default=0))
    print(f"reads: the largest is {largest} bytes; no mappings")


def row(tool, folder):
    path, texts = folder / "model.gguf", folder / "texts.txt"
    path.write_bytes(model(width=4))
    texts.write_text("the lamp is on\nturn the light off\n", encoding="utf8")
    shown = {}
    for entries in (1, 10_000):
        table = folder / f"{entries}.embd"
        build = ["lookup", "build", "--model", path, "--align", "--entries", str(entries), "--texts", texts, "--output", table]
        status, told, *_ = spent([tool, *build, "--quiet"])
        expect(status == 0, f"lookup build --align: {told}")
        command = [tool, "lookup", "row", table, "lamp 犬", "--model", path, "--vectors", "--json"]
        shown[entries] = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
        width = json.loads(subprocess.run([tool, "lookup", "inspect", table, "--json"], check=True, capture_output=True).stdout)["dimension"]
        expect(all(len(token["row"]) == width > 4 for token in shown[entries]), f"rows of {entries} entries are not mapped")
    streamed, held = shown[1], shown[10_000]
    expect({token["origin"] for token in streamed} == {"streamed"}, f"origins without entries: {streamed}")
    expect({token["origin"] for token in held} == {"table"}, f"origins with all entries: {held}")
    expect([token["row"] for token in streamed] == [token["row"] for token in held], "mapped rows of table and model differ")
    print(f"row: {len(held)} tokens, mapped alike in the table and from the model")


def main():
    parts = {part.__name__: part for part in (types, hostile, tables, reads, row)}
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tool", required=True, type=pathlib.Path)
    parser.add_argument("--only", default=",".join(parts))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for name in options.only.split(","):
            parts[name](options.tool.resolve(), pathlib.Path(folder))
    if FAILED:
        sys.exit(f"{len(FAILED)} failed")


if __name__ == "__main__":
    main()
