#!/usr/bin/env python3
"""Writes the npy and safetensors fixtures of the tests: python3 arrays.py, with numpy and safetensors.

Those that are here were written by numpy 2.4.6 and safetensors 0.8.0. Row r, column c of every matrix is (5 r + c) / 8 - 2,
which float16 and bfloat16 hold exactly; three rows of five.
"""

import pathlib

import numpy
import safetensors.numpy

FOLDER = pathlib.Path(__file__).parent / "arrays"
CELLS = (numpy.arange(15) / 8 - 2).reshape(3, 5)


def npy(name, array, version=None):
    with open(FOLDER / f"{name}.npy", "wb") as file:
        numpy.lib.format.write_array(file, array, version=version)


def tensors(name, **arrays):
    safetensors.numpy.save_file(arrays, FOLDER / f"{name}.safetensors", metadata={"note": "{\"[é"})


def main():
    FOLDER.mkdir(exist_ok=True)
    single = CELLS.astype("<f4")
    for kind in ["f2", "f4", "f8"]:
        npy(kind, CELLS.astype("<" + kind))
    npy("version2", single, (2, 0))
    npy("version3", single, (3, 0))
    npy("rows0", single[:0])
    npy("words", numpy.array([7, 0, 2**32 - 1], "<u4"))
    npy("longs", numpy.array([-(2**63), -1, 2**63 - 1], "<i8"))
    npy("number", numpy.array(1.5, "<f4"))
    # What is refused.
    npy("columns0", single[:, :0])
    npy("cube", single.reshape(3, 5, 1))
    npy("line", single.ravel())
    npy("fortran", numpy.asfortranarray(single))
    npy("big", CELLS.astype(">f4"))
    npy("bytes", CELLS.astype("i1"))
    npy("complex", CELLS.astype("<c8"))
    npy("object", numpy.array([{"a": 1}], object))
    npy("structure", numpy.zeros(3, [("x", "<f4"), ("y", "<f4")]))
    tensors("one", vectors=single)
    tensors("half", vectors=CELLS.astype("<f2"), length=numpy.array([3], "<i8"))
    tensors("double", bias=single[0], vectors=CELLS.astype("<f8"))
    tensors("two", left=single, right=single)
    tensors("integers", vectors=CELLS.astype("i4"))
    tensors("none", bias=single[0])


main()
