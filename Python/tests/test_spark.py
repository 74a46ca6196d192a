"""Spark: two executors in processes of their own, whose Python has no anneal until it is shipped."""

import os
import shutil
import site
import subprocess
import sys
import venv
import zipfile
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

import anneal
from anneal import spark as on_spark
from anneal import native
from anneal.spark import embed, ship, vectors
from lookup_table import write_table

pyarrow = pytest.importorskip("pyarrow")


def _plan(model, **changes):
    return {"place": 0, "dimension": None, "mode": "compiled", "normalize": True, "model": None, "rules": None,
            "lookup": None, "table": None, "threads": 1, "storage": "array", "content": model.info["content_hash"], **changes}


def _rows(column):
    if pyarrow.types.is_binary(column.type):
        return vectors(column)
    return np.array(column.to_pylist(), np.float32)


# What a worker does, without Spark.


@pytest.mark.parametrize("storage", ["array", "binary"])
@pytest.mark.parametrize("kind", [pyarrow.string(), pyarrow.large_string()])
def test_batches(model, samples, kind, storage, monkeypatch):
    monkeypatch.setattr(on_spark, "_ROWS", 3)
    texts = pyarrow.array(samples, kind)
    numbers = pyarrow.array(range(len(samples)))
    whole = pyarrow.RecordBatch.from_arrays([texts, numbers], ["text", "number"])
    given = [whole, whole.slice(2, 4), whole.slice(0, 0)]
    found = pyarrow.Table.from_batches(on_spark.embedded(given, _plan(model, storage=storage)))
    expected = pyarrow.Table.from_batches(given)
    assert found.select(["text", "number"]).equals(expected)
    assert np.array_equal(_rows(found.column(2)), model.encode(expected["text"]))
    found.validate(full=True)
    assert list(on_spark.embedded([], _plan(model))) == []


@pytest.mark.parametrize("kind", [pyarrow.string(), pyarrow.large_string()])
def test_null_texts(model, kind):
    """Also where a null lies over bytes, as Arrow allows, and where the column is a slice that starts inside a byte."""
    plain = pyarrow.array(["one text", "hidden", "", "another", "last"], kind)
    valid = pyarrow.py_buffer(bytes([0b11101]))
    texts = pyarrow.Array.from_buffers(kind, 5, [valid, *plain.buffers()[1:]])
    for start in range(5):
        part = texts[start:]
        batch = pyarrow.RecordBatch.from_arrays([part], ["text"])
        [found] = on_spark.embedded([batch], _plan(model))
        found.validate(full=True)
        assert found.column(0).equals(part)
        assert found.column(1).is_null().to_pylist() == [index == 1 for index in range(start, 5)]
        for text, row in zip(part.to_pylist(), found.column(1).to_pylist()):
            assert (row is None) if text is None else np.array_equal(np.float32(row), model.encode(text))


def test_null_texts_as_bytes(model):
    texts = pyarrow.array(["one text", None, "another"])
    [found] = on_spark.embedded([pyarrow.RecordBatch.from_arrays([texts], ["text"])], _plan(model, storage="binary"))
    found.validate(full=True)
    assert found.column(1).is_null().to_pylist() == [False, True, False]
    assert np.array_equal(vectors(found.column(1).drop_null()), model.encode(["one text", "another"]))


def test_vectors_of_bytes():
    """Whatever holds the bytes: the numbers are the same, and one Arrow array is not copied."""
    expected = np.arange(12, dtype=np.float32).reshape(4, 3)
    rows = [row.tobytes() for row in expected]
    column = pyarrow.array(rows)
    assert np.array_equal(vectors(column), expected)
    assert vectors(column).ctypes.data == column.buffers()[2].address
    for given in (column[1:], pyarrow.chunked_array([column[1:2], column[2:2], column[2:]]), rows[1:],
                  column.cast(pyarrow.large_binary())[1:], map(bytearray, rows[1:]), np.array(rows, object)[1:]):
        found = vectors(given)
        assert found.dtype == np.float32 and np.array_equal(found, expected[1:])
    for given in ([], column[:0], pyarrow.chunked_array([], pyarrow.binary())):
        assert vectors(given).shape == (0, 0)


def test_what_are_no_vectors():
    whole = bytes(8)
    for given, error, message in (
        (pyarrow.array([whole, None]), TypeError, "row 1: expected bytes, found null"),
        ([None], TypeError, "row 0: .*null"), (pyarrow.array(["text"]), TypeError, "column of bytes, found string"),
        ([1.5], TypeError, "float"),
        ([whole, whole, bytes(4)], anneal.ArgumentError, "row 2: expected 8 bytes, found 4"),
        (pyarrow.chunked_array([[whole], [bytes(4)]]), anneal.ArgumentError, "row 1: expected 8 bytes, found 4"),
        ([bytes(6)], anneal.ArgumentError, "row 0: expected numbers of 4 bytes, found 6 bytes"),
        ([b""], anneal.ArgumentError, "found 0 bytes"), ([b"", whole], anneal.ArgumentError, "found 0 bytes"),
        (pyarrow.chunked_array([[b""], [whole]]), anneal.ArgumentError, "found 0 bytes"),
    ):
        with pytest.raises(error, match=message):
            vectors(given)


def test_texts_are_not_copied(model, monkeypatch):
    seen = []
    encode = native.encode
    monkeypatch.setattr(native, "encode", lambda engine, block, *rest: seen.append(block.bytes) or encode(
        engine, block, *rest))
    for texts in (pyarrow.array(["a text", "b"]), pyarrow.array(["a text", None])):
        list(on_spark.embedded([pyarrow.RecordBatch.from_arrays([texts], ["text"])], _plan(model)))
        assert seen.pop() == texts.buffers()[2].address


def test_another_model_is_refused(model):
    with pytest.raises(anneal.ModelError, match="content hash"):
        list(on_spark.embedded([], _plan(model, content="0")))


def _table(model, path, word="pizza"):
    """A lookup table with the vector of a word for an emoji."""
    return write_table(path, {"🍕": model.encode(word).tolist()}, model.info["content_hash"])


def test_lookup_tables(model, tmp_path):
    """A worker's vectors have the table's rows, and another table than the driver's is none."""
    table = str(_table(model, tmp_path / "t.embd"))
    plan = _plan(model, lookup=table, table=on_spark._digest(table))
    batch = pyarrow.RecordBatch.from_arrays([pyarrow.array(["a 🍕", "a light"])], ["text"])
    found = pyarrow.Table.from_batches(on_spark.embedded([batch], plan))
    assert np.array_equal(_rows(found.column(1)), anneal.Anneal(lookup=table).encode(["a 🍕", "a light"]))
    other = str(_table(model, tmp_path / "other.embd", "water"))
    with pytest.raises(anneal.TableError, match="expected the driver's table"):
        list(on_spark.embedded([], {**plan, "lookup": other}))


# What happens on the driver, without Spark.


def test_without_pyspark(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyspark", None)
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    with pytest.raises(ImportError, match="pyspark") as caught:
        embed(object(), "text")
    assert isinstance(caught.value, anneal.MissingPackageError)


def test_archive_can_be_imported(tmp_path):
    archive = on_spark._archive(native.PACKAGE)
    assert on_spark._archive(native.PACKAGE) == archive
    with zipfile.ZipFile(archive) as file:
        file.extractall(tmp_path)
    program = "import anneal; print(anneal.__file__, anneal.Anneal().encode('a').shape)"
    found = subprocess.run(
        [sys.executable, "-c", program], env={**os.environ, "PYTHONPATH": str(tmp_path)}, check=True,
        capture_output=True, text=True).stdout
    assert found.split() == [str(tmp_path / "anneal/__init__.py"), "(256,)"]


def test_what_is_no_wheel(tmp_path):
    text = tmp_path / "text.whl"
    text.write_text("no zip file")
    other = tmp_path / "other.whl"
    with zipfile.ZipFile(other, "w") as file:
        file.writestr("other/__init__.py", "")
    for wheel, message in ((tmp_path / "none.whl", "expected a file"), (text, "zip file"), (other, "anneal/spark.py")):
        with pytest.raises(anneal.ArgumentError, match=message):
            ship(None, wheel)


# On a cluster.


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """Two executors of one core, each a process with a folder of its own; their Python lacks anneal."""
    pytest.importorskip("pyspark", reason="Spark: pyspark is not installed")
    if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
        pytest.skip("Spark: no Java on the path")
    from pyspark.sql import SparkSession

    bare = tmp_path_factory.mktemp("executor") / "venv"
    venv.create(bare, symlinks=True)
    python = bare / "bin" / "python"
    folder = subprocess.run([python, "-c", "import site; print(site.getsitepackages()[0])"], check=True,
                            capture_output=True, text=True).stdout.strip()
    for packages in site.getsitepackages():
        for entry in Path(packages).iterdir():
            if not entry.name.startswith("anneal") and not (Path(folder) / entry.name).exists():
                (Path(folder) / entry.name).symlink_to(entry)
    before = os.environ.get("PYSPARK_PYTHON")
    os.environ["PYSPARK_PYTHON"] = str(python)
    builder = SparkSession.builder.master("local-cluster[2,1,1024]")
    for key, value in {
        "spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1", "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "2", "spark.default.parallelism": "2", "spark.task.maxFailures": "1",
        "spark.sql.session.timeZone": "UTC",
    }.items():
        builder = builder.config(key, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    yield session
    session.stop()
    if before is None:
        del os.environ["PYSPARK_PYTHON"]
    else:
        os.environ["PYSPARK_PYTHON"] = before


@pytest.fixture(scope="module")
def spark(cluster):
    ship(cluster)
    ship(cluster)
    return cluster


@pytest.fixture(scope="module")
def texts(samples):
    return [f"{number} {samples[number % len(samples)]}" for number in range(700)]


def _collected(frame, output="embedding"):
    """The vectors by the column `number`."""
    rows = {row["number"]: row[output] for row in frame.select("number", output).collect()}
    return [rows[number] for number in range(len(rows))]


def _numbered(session, texts, partitions=4):
    return session.createDataFrame(list(enumerate(texts)), "number int, text string").repartition(partitions)


def test_executors_without_the_package(cluster):
    """The first of the cluster's tests: worker processes stay, and what they imported stays with them."""
    with pytest.raises(Exception, match=r"call anneal.spark.ship\(spark\)"):
        embed(_numbered(cluster.newSession(), ["a"]), "text").collect()


def test_vectors_and_columns(spark, model, texts):
    frame = _numbered(spark, texts)
    found = embed(frame, "text")
    assert found.columns == ["number", "text", "embedding"]
    assert found.schema["embedding"].dataType.simpleString() == "array<float>"
    assert np.array_equal(np.float32(_collected(found)), model.encode(texts))
    assert sorted(found.select("number", "text").collect()) == sorted(frame.collect())


def test_vectors_as_bytes(spark, model, texts, tmp_path):
    """The same bits as an array's numbers, and through a Parquet file."""
    frame = _numbered(spark, [*texts, None])
    found = embed(frame, "text", storage="binary", dimension=64)
    assert found.schema["embedding"].dataType.simpleString() == "binary"
    expected = model.encode(texts, truncate_dim=64)
    rows = _collected(found)
    assert rows.pop() is None
    assert vectors(rows).tobytes() == expected.tobytes()
    # As Java and Scala read them.
    java = spark._jvm.java.nio
    numbers = java.ByteBuffer.wrap(rows[5]).order(java.ByteOrder.LITTLE_ENDIAN).asFloatBuffer()
    assert np.array_equal(np.float32([numbers.get(index) for index in range(64)]), expected[5])
    assert numbers.remaining() == 64
    found.where("text is not null").write.parquet(str(tmp_path / "vectors"))
    from pyarrow import parquet

    stored = parquet.read_table(tmp_path / "vectors").sort_by("number")
    assert vectors(stored["embedding"]).tobytes() == expected.tobytes()
    assert vectors(found.where("text is not null").orderBy("number").toPandas()["embedding"]).shape == expected.shape


def test_bits_of_the_command_line(spark, tmp_path):
    command = os.environ.get("ANNEAL_COMMAND")
    if not command:
        pytest.skip("ANNEAL_COMMAND does not name the command line")
    lines = [f"{number} lights are turned off in New York, naïve café {number}" for number in range(500)]
    (tmp_path / "texts").write_text("".join(line + "\n" for line in lines))
    subprocess.run(
        [command, "embed", tmp_path / "texts", "--format", "npy", "--output", tmp_path / "v.npy"], check=True)
    found = np.float32(_collected(embed(_numbered(spark, lines), "text")))
    assert found.tobytes() == np.load(tmp_path / "v.npy").tobytes()


def test_both_executors_work_and_open_once(spark, texts):
    """Every worker process opens the model for its first task, and has it for the others."""

    def probe(batches):
        import os
        import time

        import pyarrow
        from anneal import spark as worker
        from pyspark import SparkFiles

        for _ in batches:
            time.sleep(0.05)
        found = worker._engine.cache_info()
        yield pyarrow.RecordBatch.from_pydict({
            "process": [os.getpid()], "folder": [os.path.abspath(SparkFiles.getRootDirectory())],
            "module": [worker.__file__], "opened": [found.misses], "had": [found.hits]})

    embed(_numbered(spark, texts, 24), "text").write.format("noop").mode("overwrite").save()
    rows = spark.range(0, 40, 1, 20).mapInArrow(
        probe, "process long, folder string, module string, opened long, had long").collect()
    assert len({row.folder for row in rows}) == 2
    assert all(row.module.startswith(row.folder) for row in rows)
    assert {row.opened for row in rows} == {1} and max(row.had for row in rows) > 5


def test_nulls_and_empty_texts(spark, model):
    texts = ["one", None, "", "two", None, "\x00"]
    found = embed(_numbered(spark, texts, 2), "text")
    assert found.schema["embedding"].nullable
    for text, row in zip(texts, _collected(found)):
        assert (row is None) if text is None else np.array_equal(np.float32(row), model.encode(text))
    assert _collected(embed(_numbered(spark, [None]), "text")) == [None]


def test_empty_partitions(spark, model):
    found = embed(_numbered(spark, ["one", "two"], 2).repartition(9), "text")
    assert np.array_equal(np.float32(_collected(found)), model.encode(["one", "two"]))
    nothing = spark.createDataFrame([], "text string")
    assert embed(nothing, "text").collect() == []


def test_batches_of_spark(spark, model, texts):
    """Small ones, all rows at once, and columns of large strings."""
    for key, value in (
        ("spark.sql.execution.arrow.maxRecordsPerBatch", "7"), ("spark.sql.execution.arrow.maxRecordsPerBatch", "0"),
        ("spark.sql.execution.arrow.useLargeVarTypes", "true"),
    ):
        before = spark.conf.get(key)
        spark.conf.set(key, value)
        try:
            assert np.array_equal(np.float32(_collected(embed(_numbered(spark, texts), "text"))), model.encode(texts))
        finally:
            spark.conf.set(key, before)


def test_options(spark, model, texts, tmp_path):
    frame = _numbered(spark, texts[:50])
    rules = "k8s = kubernetes"
    for given, arguments in (
        ({"dimension": 64}, {"truncate_dim": 64}), ({"mode": "naive"}, {"mode": "naive"}),
        ({"mode": "annealed", "threads": 2}, {"mode": "annealed"}), ({"normalize": False}, {"normalize": False}),
        ({"model": model.model}, {}),
    ):
        found = _collected(embed(frame, "text", "v", **given), "v")
        assert np.array_equal(np.float32(found), model.encode(texts[:50], **arguments)), given
    taught = _collected(embed(_numbered(spark, ["k8s cluster"]), "text", rules=rules))
    assert np.array_equal(np.float32(taught), anneal.Anneal(rules=rules).encode(["k8s cluster"]))
    table = _table(model, tmp_path / "t.embd")
    looked_up = _collected(embed(_numbered(spark, ["a 🍕"]), "text", lookup=table))
    assert np.array_equal(np.float32(looked_up), anneal.Anneal(lookup=table).encode(["a 🍕"]))
    with pytest.raises(anneal.ModelNotFoundError):
        embed(frame, "text", lookup=tmp_path / "none.embd")


def test_two_vectors_in_one_frame(spark, model):
    found = embed(embed(_numbered(spark, ["one"]), "text", "a"), "text", "b", dimension=8).collect()[0]
    assert np.array_equal(np.float32(found.a), model.encode("one"))
    assert np.array_equal(np.float32(found.b), model.encode("one", truncate_dim=8))


def test_columns_of_other_types(spark):
    """Whatever Spark can hand to Python comes back as it was."""
    schema = """text string, a boolean, b tinyint, c bigint, d double, e decimal(20,3), f binary, g date, h timestamp,
        i timestamp_ntz, j array<string>, k map<string,int>, l struct<x:int,y:array<float>>, m interval day to second,
        n void"""
    moment = datetime(2001, 2, 3, 4, 5, 6, 789)
    row = ("one", True, -3, 2**60, 0.1, Decimal("12345678901234567.891"), b"\x00\xff", date(1969, 1, 2), moment, moment,
           ["a", None], {"k": 1, "n": None}, (5, [0.5]), timedelta(days=1, microseconds=7), None)
    frame = spark.createDataFrame([row, (None,) * len(row)], schema)
    found = embed(frame, "text")
    assert found.drop("embedding").schema == frame.schema
    assert found.drop("embedding").collect() == frame.collect()


def test_odd_names(spark, model):
    frame = spark.createDataFrame([("one", "two", 3, 4)], "`a.b` string, `c``d` string, `e f` int, g int")
    doubled = frame.selectExpr("*", "g as G", "g as `e f`")
    for column, text in (("a.b", "one"), ("c`d", "two"), ("A.B", "one")):
        found = embed(doubled, column, "an embedding.")
        assert found.columns == [*doubled.columns, "an embedding."]
        row = found.collect()[0]
        assert tuple(row)[:-1] == ("one", "two", 3, 4, 4, 4)
        assert np.array_equal(np.float32(row[-1]), model.encode(text))


def test_errors_come_with_the_plan(spark, tmp_path):
    frame = spark.createDataFrame([("a", 1, "b", "c")], "text string, number int, twice string, Twice string")
    for arguments, message in (
        (("none",), "column: expected one column 'none', found none in 'text', 'number'"),
        (("",), "found none"), (("twice",), "found 2"), (("number",), "'number': expected string, found int"),
        (("text", "number"), "output: expected the name of a new column"), (("text", "TEXT"), "output: expected"),
        (("text", ""), "output: expected"), (("text", "v", 257), "truncate_dim: expected 1 to 256, found 257"),
        (("text", "v", 0), "truncate_dim: expected"), (("text", "v", None, "melted"), "mode: expected"),
    ):
        with pytest.raises(anneal.ArgumentError, match=message):
            embed(frame, *arguments)
    spark.conf.set("spark.sql.caseSensitive", "true")
    try:
        assert len(embed(frame, "Twice").columns) == 5
        with pytest.raises(anneal.ArgumentError, match="found none"):
            embed(frame, "TEXT")
    finally:
        spark.conf.unset("spark.sql.caseSensitive")
    with pytest.raises(anneal.ArgumentError, match="threads"):
        embed(frame, "text", threads=0)
    with pytest.raises(anneal.ArgumentError, match="storage: expected array or binary, found 'float'"):
        embed(frame, "text", storage="float")
    with pytest.raises(anneal.ModelNotFoundError):
        embed(frame, "text", model=tmp_path / "none")
    with pytest.raises(anneal.RulesError):
        embed(frame, "text", rules="-> ->")
    for arguments in ((frame, 5), (frame, frame.text), (frame, "text", None)):
        with pytest.raises(TypeError, match="expected a name"):
            embed(*arguments)
    with pytest.raises(TypeError, match="expected a Spark DataFrame"):
        embed([("a",)], "text")


def test_model_that_changes_on_the_way(spark, model, tmp_path):
    """An executor with another file under the same path fails, and does not mix vectors."""
    path = tmp_path / "model"
    shutil.copyfile(model.model, path)
    frame = embed(_numbered(spark, ["a"]), "text", model=path)
    path.write_bytes(b"another")
    with pytest.raises(Exception, match="ModelError"):
        frame.collect()


def test_shipped_wheel(spark, model, tmp_path):
    """As a wheel is: the package at the root of a zip file, here with a mark on it."""
    wheel = tmp_path / "anneal-0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as file:
        for path in native.PACKAGE.iterdir():
            if path.is_file():
                mark = b"\nMARK = 5\n" if path.name == "spark.py" else b""
                file.writestr(f"anneal/{path.name}", path.read_bytes() + mark)

    def marks(batches):
        import sys

        import pyarrow

        for _ in batches:
            yield pyarrow.RecordBatch.from_pydict({"mark": [getattr(sys.modules.get("anneal.spark"), "MARK", 0)]})

    def found(session):
        """What the workers imported last."""
        embedded = embed(_numbered(session, ["one", "two"]), "text")
        assert np.array_equal(np.float32(_collected(embedded)), model.encode(["one", "two"]))
        return {row.mark for row in session.range(0, 20, 1, 10).mapInArrow(marks, "mark long").collect()}

    session = spark.newSession()
    ship(session, wheel)
    assert session.conf.get(on_spark.ARCHIVE) != spark.conf.get(on_spark.ARCHIVE)
    assert 5 in found(session)
    assert 0 in found(spark)
