#!/usr/bin/env python3
"""Writes the GGUF fixtures of the tests: python3 fixtures.py, with numpy, gguf and libgguf.

Those that are here were written with gguf 0.19.0, libgguf 0.2.2 and numpy 2.4.6. `types.gguf` has for each type a tensor of
random blocks, "TYPE", and what gguf's dequantisation makes of them, "TYPE.floats", as F32. `values.gguf` has a value of
each type of the metadata.
"""

import pathlib

import gguf
import libgguf
import numpy

FOLDER = pathlib.Path(__file__).parent
TYPES = "F32 F16 BF16 Q4_0 Q4_1 Q5_0 Q5_1 Q8_0 Q2_K Q3_K Q4_K Q5_K Q6_K IQ4_NL MXFP4".split()
# Where the 16-bit scales of a block lie.
SCALES = {
    "Q4_0": [0], "Q4_1": [0, 2], "Q5_0": [0], "Q5_1": [0, 2], "Q8_0": [0], "Q2_K": [80, 82], "Q3_K": [108], "Q4_K": [0, 2],
    "Q5_K": [0, 2], "Q6_K": [208], "IQ4_NL": [0],
}
# NaNs of both signs, loud and quiet, infinities, zeros, the least and greatest denormal and normal numbers.
HOSTILE = numpy.array(
    [0x7E00, 0x7C00, 0x0001, 0x8000, 0xFC00, 0x7BFF, 0x7C01, 0xFE00, 0x0000, 0x8001, 0x03FF, 0x0400, 0xFBFF, 0x3C00],
    dtype="<u2")
WIDTH = 256
ROWS = 8


def blocks(name, generator):
    """Random bytes for a type; from the third row on with hostile scales."""
    kind = gguf.GGMLQuantizationType[name]
    count, size = gguf.GGML_QUANT_SIZES[kind]
    data = generator.integers(0, 256, (ROWS, WIDTH // count, size), dtype=numpy.uint8)
    ordinary = generator.normal(0, 0.05, (2, WIDTH // count, 2)).astype("<f2").view(numpy.uint8)
    for number, place in enumerate(SCALES.get(name, [])):
        data[:2, :, place : place + 2] = ordinary[..., 2 * number : 2 * number + 2]
        order = numpy.arange((ROWS - 2) * (WIDTH // count)) * (1 + 4 * number) + 5 * number
        data[2:, :, place : place + 2] = HOSTILE[order % len(HOSTILE)].view(numpy.uint8).reshape(ROWS - 2, -1, 2)
    if name == "MXFP4":
        data[2:, :, 0] = generator.choice(numpy.array([0, 1, 2, 127, 254, 255], numpy.uint8), data[2:, :, 0].shape)
    data = data.reshape(ROWS, -1)
    if count == 1:
        special = HOSTILE.view("<f2").astype("<f4") if name == "F32" else HOSTILE
        if name == "BF16":
            special = (HOSTILE.view("<f2").astype("<f4").view("<u4") >> 16).astype("<u2")
        data[2, : special.nbytes] = special.view(numpy.uint8)
    return kind, data


def types():
    writer = gguf.GGUFWriter(FOLDER / "types.gguf", "test")
    generator = numpy.random.default_rng(23)
    for name in TYPES:
        kind, data = blocks(name, generator)
        with numpy.errstate(all="ignore"):
            floats = numpy.ascontiguousarray(gguf.dequantize(data, kind)).astype("<f4", copy=False)
        other = libgguf_floats(name, data)
        if other is not None:
            same = (floats.view("<u4") == other.view("<u4")) | (numpy.isnan(floats) & numpy.isnan(other))
            assert same.all(), name
        writer.add_tensor(name, data, raw_dtype=kind)
        writer.add_tensor(f"{name}.floats", floats)
    # A type that is only known by its size.
    writer.add_tensor("IQ4_XS", numpy.zeros((2, 136), numpy.uint8), raw_dtype=gguf.GGMLQuantizationType.IQ4_XS)
    close(writer)


def values():
    writer = gguf.GGUFWriter(FOLDER / "values.gguf", "test")
    writer.add_uint8("a.uint8", 255)
    writer.add_int8("a.int8", -128)
    writer.add_uint16("a.uint16", 65_535)
    writer.add_int16("a.int16", -32_768)
    writer.add_uint32("a.uint32", 2**32 - 1)
    writer.add_int32("a.int32", -(2**31))
    writer.add_uint64("a.uint64", 2**64 - 1)
    writer.add_int64("a.int64", -(2**63))
    writer.add_float32("a.float32", 0.1)
    writer.add_float64("a.float64", 0.1)
    writer.add_bool("a.bool", True)
    writer.add_string("a.string", "größer 大")
    writer.add_array("a.strings", [f"piece {number}" for number in range(300)])
    writer.add_array("a.integers", [-1, 0, 7])
    writer.add_array("a.floats", [0.5, -2.0])
    writer.add_array("a.truths", [True, False])
    writer.add_custom_alignment(64)
    writer.add_tensor("cube", numpy.arange(24, dtype="<f4").reshape(2, 3, 4))
    writer.add_tensor("line", numpy.arange(5, dtype="<f2"))
    close(writer)


def libgguf_floats(name, data):
    """What the C code of ggml makes of blocks; None for the types that libgguf does not have."""
    kind = libgguf.GGMLQuantizationType[name]
    if name in ("F32", "F16", "BF16"):
        return None
    return numpy.asarray(libgguf.dequantize_rows(data, kind, WIDTH), dtype="<f4").reshape(ROWS, WIDTH)


def close(writer):
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


if __name__ == "__main__":
    types()
    values()
