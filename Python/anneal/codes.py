"""Vectors as codes of a few bytes, and back.

    from anneal import Anneal, codes

    vectors = Anneal().encode(texts)
    short = codes.encode(vectors, 10)      # uint8, shape (n, 10)
    near = codes.decode(short)             # float32, shape (n, 256)

The codecs that came with the package are for the vectors of its model: "search" keeps most of the similarity of codes to whole
vectors, "pair" of codes to codes. A file of `anneal codes train` is a codec of one's own.
"""

from __future__ import annotations

import os
import weakref
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from . import native
from .errors import ArgumentError, EngineClosedError

Codes = npt.NDArray[np.uint8]
Vectors = npt.NDArray[np.float32]
PROFILES = ("search", "pair")


class Codec:
    """An open codec. Any number of threads may use it; it can be pickled.

    Args:
        codec: "search" or "pair", which came with the package, or a file.
        threads: threads that it uses; none for one a processor. The result is the same for any number.

    Raises:
        ModelNotFoundError, CodecError: see `anneal.errors`.
    """

    def __init__(self, codec: str | os.PathLike[str] = "search", *, threads: int | None = None) -> None:
        path = os.fspath(codec)
        if path in PROFILES:
            path = str(native.PACKAGE / f"default.{path}.codec")
        if threads is not None and threads < 1:
            raise ArgumentError(f"threads: expected at least 1, found {threads}")
        self._arguments = (path, threads)
        self._codec = native.open_codec(os.fsencode(path))
        self._finalizer = weakref.finalize(self, native.close_codec, self._codec)
        self._threads = min(threads or 0, 256)
        self.info: dict[str, Any] = native.describe_codec(self._codec)

    @property
    def dimension(self) -> int:
        """The numbers of a vector."""
        return int(self.info["dimension"])

    @property
    def lengths(self) -> list[int]:
        """The bytes that a code may have. A shorter code is the beginning of a longer one."""
        return list(self.info["lengths"])

    def encode(self, vectors: npt.ArrayLike, length: int = 10) -> Codes:
        """The codes of vectors.

        Args:
            vectors: shape (n, dimension), or (dimension,) for one.
            length: bytes of a code, one of `lengths`.

        Returns:
            uint8 of shape (n, length), or (length,). The code of a vector of zeros is all zeros.

        Raises:
            ArgumentError: for another length or dimension. CodecError: for numbers that are not finite or too large.
        """
        rows = np.ascontiguousarray(vectors, np.float32)
        if rows.ndim not in (1, 2) or rows.shape[-1] != self.dimension:
            raise ArgumentError(f"vectors: expected shape (n, {self.dimension}), found {rows.shape}")
        codes = np.empty((*rows.shape[:-1], self._length(length)), np.uint8)
        count = 1 if rows.ndim == 1 else len(rows)
        native.codec_encode(self._open(), rows.ctypes.data, count, length, self._threads, codes.ctypes.data, codes.size)
        return codes

    def decode(self, codes: npt.ArrayLike) -> Vectors:
        """The vectors that codes stand for: float32 of shape (n, dimension), or (dimension,) for one code.

        Raises:
            ArgumentError: for codes of another length or type.
        """
        rows = np.asarray(codes)
        if rows.dtype != np.uint8 or rows.ndim not in (1, 2):
            raise ArgumentError(f"codes: expected uint8 of shape (n, length), found {rows.dtype} of {rows.shape}")
        rows = np.ascontiguousarray(rows)
        length = self._length(rows.shape[-1])
        vectors = np.empty((*rows.shape[:-1], self.dimension), np.float32)
        count = 1 if rows.ndim == 1 else len(rows)
        native.codec_decode(
            self._open(), rows.ctypes.data, count, length, self._threads, vectors.ctypes.data, vectors.size)
        return vectors

    def close(self) -> None:
        """Frees the codec now instead of with the object. Calls that are running finish."""
        self._finalizer()

    def __reduce__(self) -> Any:
        return _reopen, self._arguments

    def _open(self) -> int:
        if not self._finalizer.alive:
            raise EngineClosedError("expected an open codec, found a closed one")
        return self._codec

    def _length(self, length: int) -> int:
        if length not in self.lengths:
            raise ArgumentError(f"length: expected one of {self.lengths} bytes, found {length}")
        return length


def encode(vectors: npt.ArrayLike, length: int = 10, codec: str | os.PathLike[str] = "search") -> Codes:
    """The codes of vectors, by a codec that stays open: see `Codec.encode`."""
    return _kept(os.fspath(codec)).encode(vectors, length)


def decode(codes: npt.ArrayLike, codec: str | os.PathLike[str] = "search") -> Vectors:
    """The vectors that codes stand for, by a codec that stays open: see `Codec.decode`."""
    return _kept(os.fspath(codec)).decode(codes)


def signed_bytes(vectors: npt.ArrayLike) -> npt.NDArray[np.int8]:
    """Rows as signed bytes: the greatest number of each, by its magnitude, becomes 127 or -127.

    The cosines of rows are nearly those of the vectors; dot products of rows need each row's factor and are not.
    """
    rows = np.ascontiguousarray(vectors, np.float32)
    if rows.ndim not in (1, 2):
        raise ArgumentError(f"vectors: expected shape (n, dimension), found {rows.shape}")
    found = np.empty(rows.shape, np.int8)
    count = 1 if rows.ndim == 1 else len(rows)
    native.to_bytes(rows.ctypes.data, count, rows.shape[-1], found.ctypes.data, found.size)
    return found


def signs(vectors: npt.ArrayLike) -> Codes:
    """A bit a number, eight to a byte from the highest bit: 1 for numbers above 0."""
    return np.packbits(np.asarray(vectors) > 0, axis=-1)


@lru_cache(maxsize=8)
def _kept(codec: str) -> Codec:
    return Codec(codec)


def _reopen(path: str, threads: int | None) -> Codec:
    return Codec(path, threads=threads)
