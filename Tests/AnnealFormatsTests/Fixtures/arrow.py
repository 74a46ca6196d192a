#!/usr/bin/env python3
"""Writes the Arrow fixtures of the tests: python3 arrow.py, with pyarrow (26.0.1 wrote those that are here).

Row r, column c of every vector is (5 r + c) / 8 - 2, which float16 holds exactly; text r is "text r" with a letter
outside ASCII in every third row. Seven rows, in batches of three, three and one.
"""

import pathlib

import numpy
import pyarrow

FOLDER = pathlib.Path(__file__).parent / "arrow"
ROWS, WIDTH, BATCH = 7, 5, 3

CELLS = (numpy.arange(ROWS * WIDTH) / 8 - 2).reshape(ROWS, WIDTH)
TEXTS = [f"text {row}" + ("é" if row % 3 == 2 else "") for row in range(ROWS)]


def vectors(kind, number):
    flat = pyarrow.array(CELLS.ravel().astype(number.to_pandas_dtype()), number)
    offsets = list(range(0, ROWS * WIDTH + 1, WIDTH))
    if kind == "fixed":
        return pyarrow.FixedSizeListArray.from_arrays(flat, WIDTH)
    if kind == "list":
        return pyarrow.ListArray.from_arrays(pyarrow.array(offsets, pyarrow.int32()), flat)
    return pyarrow.LargeListArray.from_arrays(pyarrow.array(offsets, pyarrow.int64()), flat)


def write(name, columns, stream=False, **options):
    table = pyarrow.table(columns)
    options = pyarrow.ipc.IpcWriteOptions(**options)
    new = pyarrow.ipc.new_stream if stream else pyarrow.ipc.new_file
    with new(str(FOLDER / name), table.schema, options=options) as writer:
        writer.write_table(table, max_chunksize=BATCH)


def neighbours():
    """Columns of other types, in front of those that are read: what a reader must pass by."""
    numbers = pyarrow.array(range(ROWS), pyarrow.int64())
    return {
        "null": pyarrow.nulls(ROWS),
        "flag": pyarrow.array([row % 2 == 0 for row in range(ROWS)]),
        "kind": pyarrow.array(["a", "b", None, "a", "b", "a", "b"]).dictionary_encode(),
        "place": pyarrow.StructArray.from_arrays([numbers, pyarrow.array(TEXTS)], ["number", "name"]),
        "map": pyarrow.array([[("k", row)] for row in range(ROWS)], pyarrow.map_(pyarrow.string(), pyarrow.int8())),
        "view": pyarrow.array([b"bytes too long to stand in their view"] * ROWS, pyarrow.binary_view()),
        "sparse": pyarrow.UnionArray.from_sparse(pyarrow.array([0] * ROWS, pyarrow.int8()), [numbers]),
        "dense": pyarrow.UnionArray.from_dense(
            pyarrow.array([0] * ROWS, pyarrow.int8()), pyarrow.array(range(ROWS), pyarrow.int32()), [numbers]
        ),
        "runs": pyarrow.RunEndEncodedArray.from_arrays(pyarrow.array([ROWS], pyarrow.int32()), pyarrow.array(["x"])),
        "decimal": pyarrow.array(range(ROWS)).cast(pyarrow.decimal128(20)),
        "token": pyarrow.array([[row, row] for row in range(ROWS)], pyarrow.list_view(pyarrow.int32())),
    }


def main():
    FOLDER.mkdir(exist_ok=True)
    texts, large = pyarrow.array(TEXTS), pyarrow.array(TEXTS, pyarrow.large_string())
    f16, f32, f64 = pyarrow.float16(), pyarrow.float32(), pyarrow.float64()
    fixed = vectors("fixed", f32)
    write("fixed32.arrow", {"text": texts, "embedding": fixed})
    write("fixed32.stream", {"text": texts, "embedding": fixed}, stream=True)
    write("fixed16.arrow", {"embedding": vectors("fixed", f16)})
    write("list32.stream", {"text": large, "embedding": vectors("list", f32)}, stream=True)
    write("large64.arrow", {"embedding": vectors("large", f64), "text": large})
    write("old.arrow", {"embedding": fixed}, metadata_version=pyarrow.ipc.MetadataVersion.V4)
    write("slice.arrow", {"text": texts.slice(2, 4), "embedding": vectors("list", f32).slice(2, 4)})
    others = neighbours()
    write("neighbours.arrow", {**others, "text": texts, "embedding": fixed, "after": texts.cast(pyarrow.binary())})
    write("neighbours.stream", {**others, "text": texts, "embedding": fixed}, stream=True)
    views = pyarrow.array([f"{text} long enough for a buffer" if row % 2 else text for row, text in enumerate(TEXTS)])
    write("views.arrow", {**others, "text": views.cast(pyarrow.string_view()), "embedding": fixed})
    write("two.arrow", {"title": texts, "body": large, "first": fixed, "second": vectors("list", f64)})
    write("none.arrow", {"text": texts, "number": pyarrow.array(range(ROWS))})
    write("empty.arrow", {"text": texts.slice(0, 0), "embedding": fixed.slice(0, 0)})
    write("lz4.arrow", {"embedding": fixed}, compression="lz4")
    write("zstd.stream", {"embedding": fixed}, stream=True, compression="zstd")
    lists = CELLS.tolist()
    write("null.arrow", {"embedding": pyarrow.array(lists[:4] + [None] + lists[5:], pyarrow.list_(f32, WIDTH))})
    lists[4] = lists[4][:4] + [None]
    write("null-number.arrow", {"embedding": pyarrow.array(lists, pyarrow.list_(f32))})
    lists[4] = lists[4][:4]
    write("ragged.arrow", {"embedding": pyarrow.array(lists, pyarrow.list_(f32))})
    write("null-text.arrow", {"text": pyarrow.array(TEXTS[:6] + [None]), "embedding": fixed})


main()
