"""Texts as the library takes them: one block of UTF-8 and offsets into it.

Arrow string columns are such blocks already and are passed as they lie. Python strings are joined and encoded, which is
their one copy.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, KeysView, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import islice
from typing import Any, NoReturn

import numpy as np

from .errors import ArgumentError
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
    """The number of texts, where it is known beforehand, and the texts in blocks.

    The number is what the texts say of themselves: whoever writes by it checks each block against the room there is, and
    the sum at the end.
    """
    column = _arrow_column(texts)
    if column is not None:
        return len(column), _arrow_blocks(column)
    count, items = _items(texts)
    return count, _iterator_blocks(items)


def strings(texts: Any) -> list[str]:
    """The texts as a list of strings, for who has to change them first; what is refused is what `blocks` refuses."""
    column = _arrow_column(texts)
    if column is not None:
        taken: list[str] = column.to_pylist()
        return taken
    _, items = _items(texts)
    return [text if isinstance(text, str) else _refuse(text, index) for index, text in enumerate(items)]


def _refuse(text: Any, index: int) -> NoReturn:
    raise TypeError(f"text {index}: expected str, found {type(text).__name__}") from None


def _items(texts: Any) -> tuple[int | None, Iterator[Any]]:
    """The number of texts, where it is known beforehand, and the texts one by one."""
    if isinstance(texts, (bytes, bytearray, memoryview)):
        raise TypeError(f"expected texts, found {type(texts).__name__}: decode it first")
    if isinstance(texts, (Mapping, Set)) and not isinstance(texts, KeysView):
        raise TypeError(f"expected texts in an order, as in a list, found {type(texts).__name__}: make a list of them")
    if isinstance(texts, np.ndarray):
        if texts.ndim != 1:
            raise TypeError(f"expected an array of one dimension, found {texts.ndim}")
        texts = texts.tolist()
    elif hasattr(texts, "tolist") and hasattr(texts, "dtype"):
        # A pandas Series or Index of Python strings.
        texts = texts.tolist()
    if isinstance(texts, list):
        # Other threads may extend or shorten a list at any time; a tuple stays as it is.
        texts = tuple(texts)
    if isinstance(texts, Sequence):
        return len(texts), iter(texts)
    if isinstance(texts, Iterable):
        return None, iter(texts)
    raise TypeError(f"expected texts, found {type(texts).__name__}")


def encoded(text: str) -> bytes:
    """UTF-8. A lone surrogate, which has none, becomes bytes that the library counts as U+FFFD."""
    try:
        return str.encode(text)
    except UnicodeEncodeError:
        return str.encode(text, "utf-8", "surrogatepass")


def cut(text: bytes, end: int) -> str:
    """The text up to the character that the byte before `end` belongs to."""
    while end < len(text) and text[end] & 0xC0 == 0x80:
        end += 1
    return text[:end].decode("utf-8", "surrogatepass")


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
                _refuse(text, start + index)
        raise
    if joined.isascii():
        data = joined.encode("ascii")
        # The length of the string itself: a class of the caller's may say another one.
        lengths = map(str.__len__, texts)
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
        try:
            import pyarrow
        except ImportError:
            # Then they are read as what can be iterated over.
            return None

        # polars and others: their buffers, over the Arrow C interface.
        texts = pyarrow.chunked_array(texts) if hasattr(texts, "__arrow_c_stream__") else pyarrow.array(texts)
    import pyarrow

    if not isinstance(texts, (pyarrow.Array, pyarrow.ChunkedArray)):
        raise TypeError(f"expected an Arrow column, found {type(texts).__name__}")
    values = texts.type.value_type if pyarrow.types.is_dictionary(texts.type) else texts.type
    if str(values) in ("string", "large_string", "string_view", "null") and str(texts.type) not in (
        "string", "large_string"
    ):
        # Copied below, by indices that only a whole check shows to be in bounds.
        _validate(texts, full=True)
        if str(values) == "string_view" and pyarrow.types.is_dictionary(texts.type):
            # A cast that pyarrow does not have in one step.
            texts = pyarrow.chunked_array(
                [chunk.dictionary.cast(pyarrow.large_string()).take(chunk.indices)
                 for chunk in getattr(texts, "chunks", [texts])], pyarrow.large_string())
        texts = texts.cast(pyarrow.large_string())
    if not (pyarrow.types.is_string(texts.type) or pyarrow.types.is_large_string(texts.type)):
        raise TypeError(f"expected an Arrow column of strings, found {texts.type}")
    # Whether the buffers are large enough for what the column says; what the offsets say, the library checks.
    _validate(texts, full=False)
    if texts.null_count:
        first = texts.is_null().index(True).as_py()
        raise TypeError(f"text {first}: expected a text, found null: drop or fill nulls first")
    return texts


def _validate(column: Any, *, full: bool) -> None:
    import pyarrow

    try:
        column.validate(full=full)
    except pyarrow.ArrowInvalid as error:
        raise ArgumentError(f"expected a valid Arrow column, found one that is not: {error}") from error


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
