#!/usr/bin/env python3
"""Writes sound files for the fuzzer to begin with: python3 Tests/GGUFFuzz/seeds.py FOLDER"""
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "GGUFCheck"))
from drafts import Draft, Table, aligned_table, arrays, number, text  # noqa: E402

# Bytes of a block of 32 or 256 numbers, by the number of the type.
BLOCKS = {0: (1, 4), 1: (1, 2), 2: (32, 18), 3: (32, 20), 6: (32, 22), 7: (32, 24), 8: (32, 34), 10: (256, 84),
          11: (256, 110), 12: (256, 144), 13: (256, 176), 14: (256, 210), 20: (32, 18), 30: (1, 2), 39: (32, 17)}


def types():
    draft = Draft()
    draft.tensors, draft.data = [], b""
    for kind, (count, size) in BLOCKS.items():
        draft.tensors.append([f"t{kind}", [count, 2], kind, len(draft.data)])
        draft.data += bytes(place % 251 for place in range(2 * size))
        draft.data += bytes(-len(draft.data) % 32)
    return draft.bytes()


def values():
    draft = Draft()
    for kind, size in {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}.items():
        draft.add(f"k{kind}", kind, b"\1" + bytes(size - 1))
        draft.add(f"a{kind}", 9, number("I", kind) + number("Q", 3) + (b"\1" + bytes(size - 1)) * 3)
    draft.add("strings", 9, number("I", 8) + number("Q", 2) + text("a") + text("bc"))
    draft.add("general.alignment", 4, number("I", 32))
    return draft.bytes()


def vocabulary(kind):
    draft = Draft()
    pieces = [("<unk>", 2), ("\u2581", 1), ("a", 1), ("\u2581a", 1), ("b", 1), ("ab", 1), ("<tag>", 4), ("  ", 4), ("<s>", 3)]
    draft.entries += arrays(pieces, kind=kind)
    draft.add("tokenizer.ggml.add_space_prefix", 7, b"\1")
    return draft.bytes()


def main():
    folder = pathlib.Path(sys.argv[1])
    seeds = {"sound": Draft().bytes(), "types": types(), "values": values(), "table": Table().bytes(), "aligned": aligned_table()}
    seeds |= {kind: vocabulary(kind) for kind in ("llama", "t5", "bert")}
    for name, content in seeds.items():
        (folder / f"seed-{name}").write_bytes(content)


if __name__ == "__main__":
    main()
