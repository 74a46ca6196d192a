"""The C interface of the library (anneal.h), as ctypes sees it. A call over ctypes releases the interpreter's lock."""

from __future__ import annotations

import ctypes
import json
import sys
from ctypes import POINTER, byref, c_char, c_char_p, c_int32, c_int64, c_size_t, c_uint32, c_uint64, c_void_p
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from .errors import BY_STATUS, AnnealError, ArgumentError

ABI_VERSION = 1
PACKAGE = Path(__file__).parent
MODES = {"compiled": 0, "naive": 1, "annealed": 2}
# anneal_token
TOKEN = np.dtype([("id", np.uint32), ("start", np.uint32), ("end", np.uint32)])


class Failure(ctypes.Structure):
    """anneal_error"""

    _fields_ = [("status", c_int32), ("message", c_char * 1020)]


class Texts(ctypes.Structure):
    """anneal_texts"""

    _fields_ = [
        ("bytes", c_void_p),
        ("byte_count", c_uint64),
        ("offsets", c_void_p),
        ("offset_bytes", c_uint32),
        ("count", c_uint64),
    ]


class Options(ctypes.Structure):
    """anneal_options"""

    _fields_ = [("mode", c_int32), ("normalize", c_int32), ("dimension", c_uint32), ("threads", c_uint32)]


def _load() -> ctypes.CDLL:
    library = ctypes.CDLL(str(PACKAGE / ("libanneal.dylib" if sys.platform == "darwin" else "libanneal.so")))
    failure = POINTER(Failure)
    report = [POINTER(c_void_p), POINTER(c_size_t), failure]
    for name, result, arguments in [
        ("anneal_abi_version", c_uint32, []),
        ("anneal_open_with_lookup", c_int32, [c_char_p, c_char_p, c_char_p, POINTER(c_uint64), failure]),
        ("anneal_close", c_int32, [c_uint64, failure]),
        ("anneal_dimension", c_int32, [c_uint64, POINTER(c_size_t), failure]),
        ("anneal_encode", c_int32, [c_uint64, POINTER(Texts), POINTER(Options), c_void_p, c_uint64, failure]),
        ("anneal_tokenize", c_int32, [
            c_uint64, c_char_p, c_uint64, c_void_p, c_uint64, POINTER(c_uint64), failure]),
        ("anneal_explain", c_int32, [c_uint64, c_char_p, c_uint64, c_int32, c_int64, *report]),
        ("anneal_compare", c_int32, [c_uint64, c_char_p, c_uint64, c_char_p, c_uint64, c_int32, *report]),
        ("anneal_describe", c_int32, [c_uint64, *report]),
        ("anneal_codec_open", c_int32, [c_char_p, POINTER(c_uint64), failure]),
        ("anneal_codec_close", c_int32, [c_uint64, failure]),
        ("anneal_codec_describe", c_int32, [c_uint64, *report]),
        ("anneal_codec_encode", c_int32, [
            c_uint64, c_void_p, c_uint64, c_uint32, c_uint32, c_void_p, c_uint64, failure]),
        ("anneal_codec_decode", c_int32, [
            c_uint64, c_void_p, c_uint64, c_uint32, c_uint32, c_void_p, c_uint64, failure]),
        ("anneal_to_bytes", c_int32, [c_void_p, c_uint64, c_uint64, c_void_p, c_uint64, failure]),
        ("anneal_free", None, [c_void_p]),
    ]:
        function = getattr(library, name)
        function.restype = result
        function.argtypes = arguments
    found = library.anneal_abi_version()
    if found != ABI_VERSION:
        raise ImportError(f"libanneal: expected interface version {ABI_VERSION}, found {found}")
    return library


_library = _load()


def _check(status: int, failure: Failure) -> None:
    if status != 0:
        raise BY_STATUS.get(status, AnnealError)(failure.message.decode())


def _whole(name: str, value: bytes) -> None:
    if b"\0" in value:
        # C would read up to there and no further.
        raise ArgumentError(f"{name}: expected text without NUL, found one at byte {value.index(0)}")


def open_engine(path: bytes, rules: bytes | None, lookup: bytes | None) -> int:
    _whole("model", path)
    _whole("rules", rules or b"")
    _whole("lookup", lookup or b"")
    engine, failure = c_uint64(), Failure()
    _check(_library.anneal_open_with_lookup(path, rules, lookup, byref(engine), byref(failure)), failure)
    return engine.value


def close_engine(engine: int) -> None:
    failure = Failure()
    _check(_library.anneal_close(engine, byref(failure)), failure)


def dimension(engine: int) -> int:
    found, failure = c_size_t(), Failure()
    _check(_library.anneal_dimension(engine, byref(found), byref(failure)), failure)
    return found.value


def encode(engine: int, texts: Texts, options: Options, address: int, capacity: int) -> None:
    """Writes vectors at an address, which has room for `capacity` floats that the caller keeps alive."""
    failure = Failure()
    _check(_library.anneal_encode(engine, byref(texts), byref(options), address, capacity, byref(failure)), failure)


def tokenize(engine: int, text: bytes, capacity: int) -> tuple[npt.NDArray[np.void], int]:
    """The first tokens of a text, at most `capacity`, and how many the whole text has."""
    tokens, count, failure = np.empty(capacity, TOKEN), c_uint64(), Failure()
    status = _library.anneal_tokenize(
        engine, text, len(text), tokens.ctypes.data, capacity, byref(count), byref(failure))
    _check(status, failure)
    return tokens[:count.value], count.value


def explain(engine: int, text: bytes, mode: int, step_limit: int) -> Any:
    return _report(_library.anneal_explain, engine, text, len(text), mode, step_limit)


def compare(engine: int, left: bytes, right: bytes, mode: int) -> Any:
    return _report(_library.anneal_compare, engine, left, len(left), right, len(right), mode)


def describe(engine: int) -> Any:
    return _report(_library.anneal_describe, engine)


def open_codec(path: bytes) -> int:
    _whole("codec", path)
    codec, failure = c_uint64(), Failure()
    _check(_library.anneal_codec_open(path, byref(codec), byref(failure)), failure)
    return codec.value


def close_codec(codec: int) -> None:
    failure = Failure()
    _check(_library.anneal_codec_close(codec, byref(failure)), failure)


def describe_codec(codec: int) -> Any:
    return _report(_library.anneal_codec_describe, codec)


def codec_encode(
    codec: int, vectors: int, count: int, length: int, threads: int, address: int, capacity: int
) -> None:
    """Writes codes at an address, which has room for `capacity` bytes that the caller keeps alive."""
    failure = Failure()
    _check(_library.anneal_codec_encode(
        codec, vectors, count, length, threads, address, capacity, byref(failure)), failure)


def codec_decode(
    codec: int, codes: int, count: int, length: int, threads: int, address: int, capacity: int
) -> None:
    """Writes vectors at an address, which has room for `capacity` floats that the caller keeps alive."""
    failure = Failure()
    _check(_library.anneal_codec_decode(
        codec, codes, count, length, threads, address, capacity, byref(failure)), failure)


def to_bytes(vectors: int, count: int, dimension: int, address: int, capacity: int) -> None:
    """Writes bytes at an address, which has room for `capacity` of them that the caller keeps alive."""
    failure = Failure()
    _check(_library.anneal_to_bytes(vectors, count, dimension, address, capacity, byref(failure)), failure)


def _report(function: Any, *arguments: Any) -> Any:
    text, length, failure = c_void_p(), c_size_t(), Failure()
    _check(function(*arguments, byref(text), byref(length), byref(failure)), failure)
    try:
        return json.loads(ctypes.string_at(text.value or 0, length.value))
    finally:
        _library.anneal_free(text)
