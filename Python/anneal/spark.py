"""Anneal on Apache Spark: a column of texts becomes a column of vectors, batch by batch, in Spark's Python workers.

    from anneal.spark import embed, ship, vectors

    ship(spark)                                   # executors that have no anneal get the driver's
    embedded = embed(frame, "text")               # frame with a column more: embedding, array<float>
    embedded = embed(frame, "text", storage="binary")     # the same bits as bytes, which Spark takes over sooner
    vectors(embedded.toArrow()["embedding"])      # and as numpy: float32 (n, dimension)

Texts reach the library as the Arrow buffers that Spark hands out, and vectors go back as Arrow buffers: no Python
string is made, and vectors have the bits that they have everywhere else. A worker process opens the model once.

Needs Spark 3.3 or later, and pyarrow and numpy on driver and executors.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import threading
import zipfile
from atexit import register
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from . import native
from .engine import Anneal, Mode, Vectors
from .errors import ArgumentError, MissingPackageError, ModelError, TableError

if TYPE_CHECKING:
    import pyarrow
    from pyspark.sql import DataFrame, SparkSession

Storage = Literal["array", "binary"]
"""How Spark holds a vector: `array` is array<float>, which SQL can read; `binary` is its numbers as bytes, float32 with
the lowest byte first."""

ARCHIVE = "spark.anneal.archive"
"""The setting of a session that names the archive with the package, as executors have it; `ship` sets it."""

# Rows of a batch that goes back to Spark: 2 MB of vectors of 256 numbers. The offsets of an Arrow list have 32 bits,
# which this leaves room for.
_ROWS = 2048

_archives: dict[Path, Path] = {}
_archives_lock = threading.Lock()


def embed(
    df: DataFrame,
    column: str,
    output: str = "embedding",
    dimension: int | None = None,
    mode: Mode = "compiled",
    *,
    normalize: bool = True,
    model: str | os.PathLike[str] | None = None,
    rules: str | None = None,
    lookup: str | os.PathLike[str] | None = None,
    threads: int = 1,
    storage: Storage = "array",
) -> DataFrame:
    """A DataFrame with a column of vectors after its own columns. Nothing is computed before Spark asks for rows.

    Args:
        df: any DataFrame of Spark 3.3 or later, also of Spark Connect.
        column: the name of a column of strings. A null text has a null vector, a text without known content zeros.
        output: the name of the new column, all rows equally long.
        dimension: how many numbers of each vector are kept, from the first; none for all.
        mode: how far programs are rewritten: compiled, naive or annealed.
        normalize: whether every vector is divided by its length.
        model: a model file, under this path on the driver and on every executor; none is the package's own.
        rules: hand-written phrases and rules, as text.
        lookup: a lookup table, as for `Anneal`, under this path on the driver and on every executor.
        threads: threads of a task. Spark runs as many tasks at once as an executor has cores, so more than one pays
            only where `spark.task.cpus` says so.
        storage: the type of the new column: array<float>, or binary with the same bits, little-endian float32. Spark
            copies an array number by number and bytes at once; `vectors` makes numpy of them.

    Raises:
        ArgumentError: for a column that is missing, ambiguous or not of strings, for an output that exists already, and
            for numbers out of range. Like the following ones before anything runs.
        MissingPackageError: without pyspark or pyarrow.
        ModelNotFoundError, ModelError, RulesError, TableError: see `anneal.errors`. A worker whose model or table has
            other contents than the driver's fails its task with a ModelError or a TableError: vectors of two models are
            never mixed.
    """
    types = _spark_types()
    if not hasattr(df, "mapInArrow"):
        raise TypeError(f"df: expected a Spark DataFrame with mapInArrow (Spark 3.3 or later), found {_kind(df)}")
    if threads is None or threads < 1:
        raise ArgumentError(f"threads: expected at least 1, found {threads}")
    if storage not in ("array", "binary"):
        raise ArgumentError(f"storage: expected array or binary, found {storage!r}")
    path = None if model is None else os.fspath(model)
    table = None if lookup is None else os.fspath(lookup)
    with Anneal(path, rules=rules, lookup=table, mode=mode, truncate_dim=dimension, threads=threads) as engine:
        content = str(engine.info["content_hash"])

    schema = df.schema
    session = df.sparkSession
    place = _place(schema.names, column, output, session.conf.get("spark.sql.caseSensitive", "false") == "true")
    found = schema.fields[place]
    if not isinstance(found.dataType, (types.StringType, types.CharType, types.VarcharType)):
        raise ArgumentError(f"column {column!r}: expected string, found {found.dataType.simpleString()}")

    kind = types.BinaryType() if storage == "binary" else types.ArrayType(types.FloatType(), containsNull=False)
    work = _work(
        session.conf.get(ARCHIVE, "") or "",
        {"place": place, "dimension": dimension, "mode": mode, "normalize": normalize, "model": path, "rules": rules,
         "lookup": table, "table": _digest(table), "threads": threads, "storage": storage, "content": content})
    # By position from here on: mapInArrow looks its columns up by name, and fails for names that occur twice or have
    # dots, which a DataFrame may well have.
    numbered = df.toDF(*(f"_{number}" for number in range(len(schema.names))))
    vector = types.StructField(output, kind, found.nullable)
    return numbered.mapInArrow(work, types.StructType([*schema.fields, vector]))


def vectors(column: Any) -> Vectors:
    """The vectors of a column that `embed` made with `storage="binary"`.

    Args:
        column: an Arrow column (of `toArrow`, or read from Parquet), a pandas Series, or any iterable of bytes.

    Returns:
        float32 of shape (n, dimension); (0, 0) for no rows. An Arrow column of one chunk is read where it lies and must
        not be written to.

    Raises:
        TypeError: for a null, with its row, and for what is no column of bytes.
        ArgumentError: for a row that is longer or shorter than the first, or no numbers of 4 bytes.
    """
    import pyarrow

    if not isinstance(column, (pyarrow.Array, pyarrow.ChunkedArray)):
        column = pyarrow.array(list(column), pyarrow.large_binary())
    kind = column.type
    if not (pyarrow.types.is_binary(kind) or pyarrow.types.is_large_binary(kind)):
        raise TypeError(f"expected a column of bytes, found {kind}")
    if column.null_count:
        raise TypeError(f"row {column.is_null().index(True).as_py()}: expected bytes, found null: drop nulls first")
    width, row = 0, 0
    parts: list[Vectors] = []
    for chunk in getattr(column, "chunks", [column]):
        if len(chunk) == 0:
            continue
        _, ends, data = chunk.buffers()
        word = np.int64 if pyarrow.types.is_large_binary(kind) else np.int32
        offsets = np.frombuffer(ends, word, len(chunk) + 1, chunk.offset * np.dtype(word).itemsize)
        lengths = np.diff(offsets)
        width = width or int(lengths[0])
        if width == 0 or width % 4:
            raise ArgumentError(f"row {row}: expected numbers of 4 bytes, found {width} bytes")
        others = np.flatnonzero(lengths != width)
        if others.size:
            raise ArgumentError(f"row {row + others[0]}: expected {width} bytes, found {lengths[others[0]]}")
        # In bounds: the chunk's rows follow each other from its first offset on.
        numbers = np.frombuffer(data, "<f4", len(chunk) * width // 4, int(offsets[0]))
        parts.append(numbers.reshape(len(chunk), -1))
        row += len(chunk)
    if len(parts) == 1:
        return parts[0]
    return np.concatenate(parts) if parts else np.empty((0, 0), np.float32)


def ship(spark: SparkSession, wheel: str | os.PathLike[str] | None = None) -> None:
    """Sends this package with its library and model to every executor of a session, also to those that start later.

    Spark's `addPyFile` would leave the package inside its zip file, where no system can load a library from: this is
    an archive, which Spark unpacks once an executor, and `embed` puts it first on the path of the Python workers.

    Args:
        spark: the session; with Spark Connect of the client.
        wheel: a wheel, for executors of another system than the driver's; none packs the package that runs here.

    Raises:
        ArgumentError: for a file that is no wheel of this package.
        OSError: where the archive cannot be written to the folder for temporary files.
    """
    archive = _archive(native.PACKAGE if wheel is None else Path(wheel))
    if hasattr(spark, "sparkContext"):
        spark.sparkContext.addArchive(str(archive))
    else:
        spark.addArtifacts(str(archive), archive=True)
    spark.conf.set(ARCHIVE, archive.name)


def embedded(batches: Iterable[pyarrow.RecordBatch], plan: dict[str, Any]) -> Iterator[pyarrow.RecordBatch]:
    """What a worker does: record batches with a column of vectors more. For `embed`, which makes the plan."""
    import pyarrow

    engine, digest = _engine(plan["model"], plan["rules"], plan["lookup"])
    content = engine.info["content_hash"]
    if content != plan["content"]:
        raise ModelError(
            f"{engine.model}: expected the driver's model with content hash {plan['content']}, found {content}")
    if digest != plan["table"]:
        raise TableError(
            f"{engine.lookup}: expected the driver's table, whose SHA-256 is {plan['table']}, found {digest}")
    # Arrays of either kind lie alike: all numbers in one run, and where each row's begin, in numbers or in bytes.
    binary = plan["storage"] == "binary"
    kind = pyarrow.binary() if binary else pyarrow.list_(pyarrow.field("element", pyarrow.float32(), nullable=False))
    for whole in batches:
        for start in range(0, whole.num_rows, _ROWS):
            batch = whole.slice(start, _ROWS)
            texts = batch.column(plan["place"])
            rows = engine.encode(
                _without_nulls(texts), mode=plan["mode"], normalize=plan["normalize"], truncate_dim=plan["dimension"],
                threads=plan["threads"])
            count, width = rows.shape
            step = width * 4 if binary else width
            offsets = pyarrow.py_buffer(np.arange(count + 1, dtype=np.int32) * np.int32(step))
            # A fresh array of bits, which starts at its first bit whatever slice the texts are.
            valid = texts.is_valid().buffers()[1] if texts.null_count else None
            if binary:
                buffers = [valid, offsets, pyarrow.py_buffer(rows.astype("<f4", copy=False))]
                column = pyarrow.Array.from_buffers(kind, count, buffers, texts.null_count)
            else:
                column = pyarrow.Array.from_buffers(
                    kind, count, [valid, offsets], texts.null_count, children=[pyarrow.array(rows.reshape(-1))])
            schema = batch.schema.append(pyarrow.field(f"_{batch.num_columns}", kind))
            yield pyarrow.RecordBatch.from_arrays([*batch.columns, column], schema=schema)


def _work(archive: str, plan: dict[str, Any]) -> Callable[[Iterator[Any]], Iterator[Any]]:
    """The function that Spark sends to its workers.

    It is sent as code and not as a name, because it is nested, and it names nothing outside itself: so it can run where
    this package is not importable yet, and make it so.
    """

    def work(batches: Iterator[Any]) -> Iterator[Any]:
        import os
        import sys

        if archive:
            from pyspark import SparkFiles

            folder = SparkFiles.get(archive)
            if not os.path.isdir(os.path.join(folder, "anneal")):
                raise ModuleNotFoundError(f"{archive}: expected the unpacked package, found none in {folder}")
            if sys.path[0] != folder:
                # A worker that is used again may have imported what was installed, or shipped before.
                for name in [name for name in sys.modules if name.partition(".")[0] == "anneal"]:
                    del sys.modules[name]
                sys.path.insert(0, folder)
        try:
            from anneal import spark
        except ModuleNotFoundError as error:
            if error.name != "anneal":
                raise
            raise ModuleNotFoundError(
                "anneal: expected it on the executor, found none: install it there, or call anneal.spark.ship(spark) "
                "before anneal.spark.embed", name="anneal") from error
        yield from spark.embedded(batches, plan)

    return work


# Two, not one: a job may join vectors of two models in the same workers.
@lru_cache(maxsize=2)
def _engine(model: str | None, rules: str | None, lookup: str | None) -> tuple[Anneal, str | None]:
    """The worker's engine, which all its tasks share, and what tells its table from others."""
    return Anneal(model, rules=rules, lookup=lookup), _digest(lookup)


def _digest(path: str | None) -> str | None:
    """SHA-256 of a file, for what names its content in no other way."""
    return None if path is None else hashlib.sha256(Path(path).read_bytes()).hexdigest()


def _without_nulls(texts: Any) -> Any:
    """The column with its nulls read as texts, by the same buffers. What lies under a null is text within bounds, most
    often the empty one, by the Arrow format; its vector is not seen."""
    if texts.null_count == 0:
        return texts
    import pyarrow

    _, offsets, data = texts.buffers()
    return pyarrow.Array.from_buffers(texts.type, len(texts), [None, offsets, data], 0, texts.offset)


def _place(names: list[str], column: str, output: str, case_sensitive: bool) -> int:
    """The index of a column, found as Spark finds it."""
    for parameter, given in (("column", column), ("output", output)):
        if not isinstance(given, str):
            raise TypeError(f"{parameter}: expected a name, found {_kind(given)}")

    def same(one: str, other: str) -> bool:
        return one == other if case_sensitive else one.lower() == other.lower()

    places = [place for place, name in enumerate(names) if same(name, column)]
    if len(places) != 1:
        found = "none" if not places else f"{len(places)}"
        raise ArgumentError(f"column: expected one column {column!r}, found {found} in {', '.join(map(repr, names))}")
    if not output or any(same(name, output) for name in names):
        raise ArgumentError(f"output: expected the name of a new column, found {output!r}")
    return places[0]


def _archive(source: Path) -> Path:
    """A zip file with the package at its root, written once a process and source. Spark sends it when an executor asks,
    so it lives as long as the process."""
    source = source.resolve()
    with _archives_lock:
        if source in _archives:
            return _archives[source]
        folder = Path(tempfile.mkdtemp(prefix="anneal-spark-"))
        register(shutil.rmtree, folder, ignore_errors=True)
        # The folder's random name too, because one session may be sent several: they must not share a place.
        archive = folder / f"{folder.name}.zip"
        if source.is_dir():
            with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file:
                for path in sorted(source.rglob("*")):
                    if path.is_file() and path.suffix != ".pyc":
                        file.write(path, Path("anneal") / path.relative_to(source))
        else:
            _check_wheel(source)
            # Spark unpacks by the name's end, and a wheel is a zip file.
            shutil.copyfile(source, archive)
        _archives[source] = archive
        return archive


def _check_wheel(source: Path) -> None:
    if not source.is_file():
        raise ArgumentError(f"wheel: expected a file, found none at {source}")
    try:
        with zipfile.ZipFile(source) as file:
            names = set(file.namelist())
    except zipfile.BadZipFile as error:
        raise ArgumentError(f"wheel: expected a zip file, found {source}: {error}") from error
    if not {"anneal/spark.py", "anneal/default.anneal"} <= names:
        raise ArgumentError(f"wheel: expected anneal/spark.py and anneal/default.anneal in {source}, found them not")


def _spark_types() -> Any:
    """pyspark's types, which are imported when they are used: the rest of the package does without."""
    try:
        import pyarrow  # noqa: F401
        from pyspark.sql import types
    except ImportError as error:
        raise MissingPackageError(
            f"anneal.spark: expected pyspark and pyarrow, found {error}: pip install 'pyspark[sql]'") from error
    return types


def _kind(value: object) -> str:
    return type(value).__name__
