"""Texts as the library takes them: one block of UTF-8 and offsets into it.

Arrow string columns are such blocks already and are passed as they lie. Python strings are joined and encoded, which is
their one copy.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np

from .native import Texts

# Texts that one call into the library takes: about 0.1 s of work, so that an interrupt is seen soon and an iterator of
# any length needs little memory.
BLOCK = 16_384


@dataclass(frozen=True)
class Block:
    """Texts for one call, and whatever must stay alive until it returns."""

    texts: Texts
    count: int
    owners: tuple[Any, ...]


def blocks(texts: Any) -> tuple[int | None, Iterator[Block]]:
    """The number of texts, where it is known beforehand, and the texts in blocks."""
    column = _arrow_column(texts)
    if column is not None:
        return len(column), _arrow_blocks(column)
    if isinstance(texts, (bytes, bytearray, memoryview)):
        raise TypeError(f"expected texts, found {type(texts).__name__}: decode it first")
    if isinstance(texts, np.ndarray):
        if texts.ndim != 1:
            raise TypeError(f"expected an array of one dimension, found {texts.ndim}")
        texts = texts.tolist()
    elif hasattr(texts, "tolist") and hasattr(texts, "dtype"):
        # A pandas Series or Index of Python strings.
        texts = texts.tolist()
    if isinstance(texts, Sequence):
        return len(texts), _sequence_blocks(texts)
    if isinstance(texts, Iterable):
        return None, _iterator_blocks(iter(texts))
    raise TypeError(f"expected texts, found {type(texts).__name__}")


def encoded(text: str) -> bytes:
    """UTF-8. A lone surrogate, which has none, becomes bytes that the library counts as U+FFFD."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")


def _sequence_blocks(texts: Sequence[Any]) -> Iterator[Block]:
    for start in range(0, len(texts), BLOCK):
        yield _block(texts[start : start + BLOCK], start)


def _iterator_blocks(texts: Iterator[Any]) -> Iterator[Block]:
    start = 0
    while part := list(islice(texts, BLOCK)):
        yield _block(part, start)
        start += len(part)


def _block(texts: Sequence[Any], start: int) -> Block:
    try:
        joined = "".join(texts)
    except TypeError:
        for index, text in enumerate(texts):
            if not isinstance(text, str):
                raise TypeError(f"text {start + index}: expected str, found {type(text).__name__}") from None
        raise
    if joined.isascii():
        data = joined.encode("ascii")
        lengths = map(len, texts)
    else:
        parts = list(map(encoded, texts))
        data = b"".join(parts)
        lengths = map(len, parts)
    offsets = np.zeros(len(texts) + 1, np.int64)
    np.cumsum(np.fromiter(lengths, np.int64, len(texts)), out=offsets[1:])
    bytes_in = np.frombuffer(data, np.uint8)
    block = Texts(bytes_in.ctypes.data if data else None, len(data), offsets.ctypes.data, 8, len(texts))
    return Block(block, len(texts), (data, bytes_in, offsets))


def _arrow_column(texts: Any) -> Any | None:
    """The texts as an Arrow array or chunked array, if they are one, or wrap one."""
    if getattr(texts, "dtype", None) == object:
        # Python strings, which are quicker read as they are than turned into an Arrow column first.
        return None
    inner: Any = getattr(texts, "array", None)
    if hasattr(inner, "__arrow_array__") and "pyarrow" in sys.modules:
        # A pandas Series that keeps Arrow buffers hands them out.
        texts = inner.__arrow_array__()
    if type(texts).__module__.partition(".")[0] != "pyarrow":
        if not hasattr(texts, "__arrow_c_stream__") and not hasattr(texts, "__arrow_c_array__"):
            return None
        import pyarrow

        # polars and others: their buffers, over the Arrow C interface.
        texts = pyarrow.chunked_array(texts) if hasattr(texts, "__arrow_c_stream__") else pyarrow.array(texts)
    import pyarrow

    if not isinstance(texts, (pyarrow.Array, pyarrow.ChunkedArray)):
        raise TypeError(f"expected an Arrow column, found {type(texts).__name__}")
    if pyarrow.types.is_dictionary(texts.type) or str(texts.type) == "string_view":
        texts = texts.cast(pyarrow.large_string())
    if not (pyarrow.types.is_string(texts.type) or pyarrow.types.is_large_string(texts.type)):
        raise TypeError(f"expected an Arrow column of strings, found {texts.type}")
    if texts.null_count:
        first = texts.is_null().index(True).as_py()
        raise TypeError(f"text {first}: expected a text, found null: drop or fill nulls first")
    return texts


def _arrow_blocks(column: Any) -> Iterator[Block]:
    for chunk in getattr(column, "chunks", [column]):
        _, offsets, data = chunk.buffers()
        if len(chunk) == 0 or offsets is None:
            continue
        width = 8 if str(chunk.type) == "large_string" else 4
        for start in range(0, len(chunk), BLOCK):
            count = min(BLOCK, len(chunk) - start)
            # In bounds: a slice of a column is a shift in its offsets, which the chunk has one more of than texts.
            address = offsets.address + (chunk.offset + start) * width
            yield Block(
                Texts(data.address if data else None, data.size if data else 0, address, width, count), count, (chunk,))
