"""The engine: texts in, vectors out."""

from __future__ import annotations

import math
import os
import sys
import weakref
from collections.abc import Iterable
from operator import index
from typing import TYPE_CHECKING, Any, Literal, Union, overload

import numpy as np
import numpy.typing as npt

from . import codes, native
from .errors import ArgumentError, EngineClosedError, TextCountError
from .reports import Comparison, Explanation
from .texts import blocks, cut, encoded

if TYPE_CHECKING:
    import pandas
    import pyarrow

    TextInput = Union[Iterable[str], npt.NDArray[Any], pandas.Series, pyarrow.Array, pyarrow.ChunkedArray]
else:
    TextInput = Any

Mode = Literal["compiled", "naive", "annealed"]
Precision = Literal["float32", "int8", "binary"]
Vectors = npt.NDArray[np.float32]
Tokens = npt.NDArray[np.void]


class Anneal:
    """An open model. Any number of threads may use it, also in children of `fork`; it can be pickled.

    Args:
        model: a model file; none is `ANNEAL_MODEL`, or the model that came with the package.
        rules: hand-written phrases and rules, as text: ``"k8s = kubernetes"``.
        lookup: a table of rows for what the model's vocabulary does not know, as emoji and other scripts, made by
            `anneal lookup build --align`; none for an engine to which that adds nothing. Vectors of texts that the
            vocabulary knows keep their bits.
        mode: how far programs are rewritten.
        truncate_dim: how many numbers of each vector are kept, from the first; none for all.
        threads: threads that `encode` uses; none for one a processor. The result is the same for any number.

    Raises:
        ModelNotFoundError, ModelError, RulesError, TableError: see `anneal.errors`.
    """

    def __init__(
        self,
        model: str | os.PathLike[str] | None = None,
        *,
        rules: str | None = None,
        lookup: str | os.PathLike[str] | None = None,
        mode: Mode = "compiled",
        truncate_dim: int | None = None,
        threads: int | None = None,
    ) -> None:
        path = os.fspath(model) if model is not None else os.environ.get("ANNEAL_MODEL") or str(
            native.PACKAGE / "default.anneal")
        table = None if lookup is None else os.fspath(lookup)
        self._arguments = (path, rules, table, mode, truncate_dim, threads)
        self._engine = native.open_engine(
            os.fsencode(path), None if rules is None else encoded(_text(rules)),
            None if table is None else os.fsencode(table))
        self._finalizer = weakref.finalize(self, native.close_engine, self._engine)
        self.model = path
        self.lookup = table
        self.mode: Mode = mode
        self.threads = threads
        self._whole = native.dimension(self._engine)
        self.truncate_dim = truncate_dim
        self._options(mode, True, None, None)

    @property
    def dimension(self) -> int:
        """The numbers of a vector that `encode` returns."""
        return self.truncate_dim or self._whole

    @property
    def info(self) -> dict[str, Any]:
        """What the model says about itself; with a lookup table also `lookup_rows`, how many rows it has."""
        result: dict[str, Any] = native.describe(self._engine)
        return result

    @overload
    def encode(
        self, texts: str | TextInput, *, mode: Mode | None = None, normalize: bool = True,
        truncate_dim: int | None = None, threads: int | None = None, out: Vectors | None = None,
        precision: Literal["float32"] = "float32",
    ) -> Vectors: ...

    @overload
    def encode(
        self, texts: str | TextInput, *, mode: Mode | None = None, normalize: bool = True,
        truncate_dim: int | None = None, threads: int | None = None, out: None = None, precision: Precision,
    ) -> npt.NDArray[Any]: ...

    def encode(
        self, texts: Any, *, mode: Mode | None = None, normalize: bool = True, truncate_dim: int | None = None,
        threads: int | None = None, out: Vectors | None = None, precision: Precision = "float32",
    ) -> npt.NDArray[Any]:
        """The vectors of texts.

        Args:
            texts: a list or iterator of str, a numpy array, a pandas or polars Series, an Arrow column (which is read
                where it lies and must not change meanwhile), or one str. A list is read as it is at the call.
            mode: as for the class; none is the engine's.
            normalize: whether every vector is divided by its length.
            truncate_dim: as for the class.
            threads: as for the class.
            out: float32 memory of shape (n, dimension), for one str (dimension,), C-contiguous, to write into and
                return. After an error its rows are the old or the new ones.
            precision: "float32"; "int8", signed bytes with the greatest number of each row at 127 or -127; "binary", a
                bit a number, eight to a byte. `anneal.codes` has shorter codes that keep more.

        Returns:
            float32 of shape (n, dimension); for one str of shape (dimension,). A text without known content gives
            zeros, so that `vectors.any(axis=1)` says which rows have content.

        Raises:
            TypeError: for what is no text, with its place; nulls and NaN are no texts, and sets and mappings no order.
            TextCountError: for a sequence that has not as many texts as its length says.
            ArgumentError, TextTooLongError: see `anneal.errors`.
        """
        if precision != "float32":
            if precision not in ("int8", "binary"):
                raise ArgumentError(f"precision: expected float32, int8 or binary, found {precision!r}")
            if out is not None:
                raise ArgumentError(f"out: expected none beside precision {precision!r}")
            vectors = self.encode(
                texts, mode=mode, normalize=normalize, truncate_dim=truncate_dim, threads=threads)
            return codes.signed_bytes(vectors) if precision == "int8" else codes.signs(vectors)
        single = isinstance(texts, str)
        options = self._options(mode, normalize, truncate_dim, 1 if single else threads)
        dimension = int(options.dimension) or self._whole
        count, parts = blocks([texts] if single else texts)
        if out is None:
            vectors = np.empty((count or 0, dimension), np.float32)
        else:
            vectors = _room(out, (dimension,) if single else (count, dimension))
        filled = 0
        for block in parts:
            needed = filled + block.count
            if needed > vectors.shape[0]:
                if count is not None:
                    raise TextCountError(f"expected {count} texts, as their length says, found at least {needed}")
                if out is not None:
                    raise ArgumentError(f"out: expected room for all texts, found room for {vectors.shape[0]}")
                # Nobody else has seen the array yet.
                vectors.resize((max(needed, 2 * vectors.shape[0]), dimension), refcheck=False)
            # In bounds: there is room for `needed` rows, by a shape that nobody else can change.
            address = vectors.ctypes.data + filled * dimension * 4
            native.encode(self._open(), block.texts, options, address, block.count * dimension)
            filled = needed
        if count is not None and filled != count:
            raise TextCountError(f"expected {count} texts, as their length says, found {filled}")
        if out is not None:
            if filled != vectors.shape[0]:
                raise ArgumentError(f"out: expected shape ({filled}, {dimension}), found {out.shape}")
            return out
        if single:
            first: Vectors = vectors[0]
            return first
        if filled != vectors.shape[0]:
            vectors.resize((filled, dimension), refcheck=False)
        return vectors

    def tokenize(self, text: str) -> Tokens:
        """The tokens of a text: an array with the fields `id`, and `start` and `end`, which are bytes of its UTF-8.

        Its length is the number of tokens, those that the vocabulary does not know included. The ids are those of this
        model's vocabulary; other programs' mean other tokens.
        """
        return self._tokens(encoded(_text(text)), sys.maxsize)[0]

    def cut(self, text: str, tokens: int) -> str:
        """The text up to the end of its first so many tokens; the whole text if it has no more."""
        if tokens < 1:
            raise ArgumentError(f"tokens: expected at least 1, found {tokens}")
        data = encoded(_text(text))
        first, count = self._tokens(data, tokens)
        return text if count <= tokens else cut(data, int(first["end"][-1]))

    def similarity(self, left: Any, right: Any) -> Any:
        """The cosines of texts or vectors: a float for two str or two vectors, else float32 of shape (left, right)."""
        one, other = self._rows(left), self._rows(right)
        cosines = np.atleast_2d(_unit(one)) @ np.atleast_2d(_unit(other)).T
        if one.ndim == 1 and other.ndim == 1:
            return float(cosines[0, 0])
        return cosines

    def explain(self, text: str, *, mode: Mode | None = None, stop_after: int | None = None) -> Explanation:
        """Everything between a text and its vector: tokens, program, each rewrite, each instruction's share, and the
        rows that the lookup table had (`looked_up`).

        Args:
            stop_after: stop after so many rewrites.

        Raises:
            TextTooLongError: for more than 4,096 tokens.
        """
        if stop_after is not None and stop_after < 0:
            raise ArgumentError(f"stop_after: expected at least 0, found {stop_after}")
        limit = -1 if stop_after is None else min(stop_after, 2**63 - 1)
        report: Explanation = native.explain(self._open(), encoded(_text(text)), self._mode(mode), limit)
        return report

    def compare(self, left: str, right: str, *, mode: Mode | None = None) -> Comparison:
        """The cosine of two texts, and what each pair of their instructions adds to it.

        Raises:
            TextTooLongError: for more than 1,024 tokens on a side.
        """
        report: Comparison = native.compare(
            self._open(), encoded(_text(left)), encoded(_text(right)), self._mode(mode))
        return report

    def close(self) -> None:
        """Frees the model now instead of with the object. Calls that are running finish."""
        self._finalizer()

    def __enter__(self) -> Anneal:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __reduce__(self) -> Any:
        return _reopen, (type(self), self._arguments)

    def __repr__(self) -> str:
        return f"Anneal({self.model!r}, mode={self.mode!r}, dimension={self.dimension})"

    def _open(self) -> int:
        if not self._finalizer.alive:
            raise EngineClosedError("expected an open engine, found a closed one")
        return self._engine

    def _tokens(self, data: bytes, most: int) -> tuple[Tokens, int]:
        """The first tokens of a text, at most so many, and how many it has."""
        found, count = native.tokenize(self._open(), data, min(most, len(data) + 1))
        if len(found) < min(most, count):
            # More tokens than bytes: one character may become several.
            found, count = native.tokenize(self._open(), data, min(most, count))
        return found, count

    def _mode(self, mode: Mode | None) -> int:
        name = mode or self.mode
        if name not in native.MODES:
            raise ArgumentError(f"mode: expected compiled, naive or annealed, found {name!r}")
        return native.MODES[name]

    def _options(
        self, mode: Mode | None, normalize: bool, truncate_dim: int | None, threads: int | None
    ) -> native.Options:
        kept = truncate_dim if truncate_dim is not None else self.truncate_dim
        if kept is not None and not 1 <= kept <= self._whole:
            raise ArgumentError(f"truncate_dim: expected 1 to {self._whole}, found {kept}")
        used = threads if threads is not None else self.threads
        if used is not None and used < 1:
            raise ArgumentError(f"threads: expected at least 1, found {used}")
        return native.Options(self._mode(mode), int(normalize), kept or 0, min(used or _processors(), 256))

    def _rows(self, given: Any) -> Vectors:
        if isinstance(given, np.ndarray) and given.dtype.kind == "f":
            return given.astype(np.float32, copy=False)
        return self.encode(given)


def tokens_max(tokens: Any) -> int | None:
    """A limit of tokens as it is given: at least 1, or none."""
    if tokens is None or tokens == math.inf:
        return None
    if index(tokens) < 1:
        raise ArgumentError(f"max_seq_length: expected at least 1, or None, found {tokens}")
    return index(tokens)


def _processors() -> int:
    """The processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _room(out: Any, shape: tuple[int | None, ...]) -> Vectors:
    """The memory of `out` as rows, seen through an array of our own, whose shape no other thread can change.

    A `None` in the shape is any number.
    """
    if not isinstance(out, np.ndarray):
        raise TypeError(f"out: expected a numpy array, found {type(out).__name__}")
    # An array of a class of the caller's may say what it likes of itself.
    view = out.view(np.ndarray)
    if view.dtype != np.float32 or not (view.flags.c_contiguous and view.flags.aligned and view.flags.writeable):
        raise ArgumentError("out: expected writable C-contiguous aligned float32 memory")
    if view.ndim != len(shape) or any(size not in (None, found) for size, found in zip(shape, view.shape)):
        raise ArgumentError(f"out: expected shape ({', '.join('n' if s is None else str(s) for s in shape)}), "
                            f"found {view.shape}")
    rows: Vectors = view if view.ndim == 2 else view.reshape(1, -1)
    return rows


def _text(text: Any) -> str:
    if not isinstance(text, str):
        raise TypeError(f"expected str, found {type(text).__name__}")
    return text


def _unit(vectors: Vectors) -> Vectors:
    """Rows of length one; rows of zeros stay zeros."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    result: Vectors = np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)
    return result


def _reopen(kind: type[Anneal], arguments: tuple[Any, ...]) -> Anneal:
    path, rules, lookup, mode, truncate_dim, threads = arguments
    return kind(path, rules=rules, lookup=lookup, mode=mode, truncate_dim=truncate_dim, threads=threads)
