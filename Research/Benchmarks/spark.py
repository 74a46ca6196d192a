#!/usr/bin/env python3
"""Times Spark on two workers of one core each against one Python process with one thread, on the same Parquet files.

    pip install 'pyspark[sql]==4.3.0' 'pandas<3' WHEEL        # Java 17 on the path
    python Research/Benchmarks/spark.py --texts texts.txt [--anneal .build/release/anneal]

Two jobs, with vectors as array<float> and as bytes (`embed(storage="binary")`). "Drop": both sides read the files,
embed every text and drop the vectors: Spark hands them to its `noop` sink, which takes them as rows of the executor, so
they have crossed from Python to the JVM. "Write": both sides write files of the same columns and types, vectors among
them, each by its own Parquet writer with its defaults (Snappy; Python by pyarrow); what they wrote is compared. Rounds
alternate; the table has medians. "Warm" leaves out start-up: session, executors, shipping of the package, opening of
the model, and one job before the rounds. "With start-up" is once from nothing to the end of the first job on both
sides: Spark from before the session, Python from before the interpreter. Workers get the package by
`anneal.spark.ship`.

A Spark task is two processes, the executor and its Python, so two workers share the machine's cores with themselves.
"By processor time" says what that costs, whatever else runs on the machine: twice the processor time of a text in
Python over that in Spark, executors and their workers together, which is the ratio where two free cores are all there
is. It is read from /proc and thus on Linux only.
"""
import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import provenance
import pyarrow
import pyarrow.parquet

BATCH = 10_000


def processor_seconds():
    """Of the executors and of their Python workers, so far. Ended children count with their parents."""
    found = [0.0, 0.0]
    tick = os.sysconf("SC_CLK_TCK")
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes()
            fields = (folder / "stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        kind = 0 if b"CoarseGrainedExecutorBackend" in command else 1 if b"pyspark.daemon" in command else None
        if kind is not None:
            found[kind] += (int(fields[11]) + int(fields[12])) / tick
    return np.array(found)


def column_of(vectors, storage):
    """Vectors as an Arrow column of the type that Spark has."""
    step = vectors.shape[1] * (4 if storage == "binary" else 1)
    offsets = pyarrow.py_buffer(np.arange(len(vectors) + 1, dtype=np.int32) * np.int32(step))
    if storage == "binary":
        return pyarrow.Array.from_buffers(pyarrow.binary(), len(vectors), [None, offsets, pyarrow.py_buffer(vectors)])
    kind = pyarrow.list_(pyarrow.field("element", pyarrow.float32(), nullable=False))
    return pyarrow.Array.from_buffers(
        kind, len(vectors), [None, offsets], children=[pyarrow.array(vectors.reshape(-1))])


def embed_alone(folder, storage="array", target=None):
    """The Python side: one process, one thread. Vectors are dropped, or written to the folder `target`."""
    import anneal

    model = anneal.Anneal(threads=1)
    pyarrow.set_cpu_count(1)

    def drop():
        for path in sorted(Path(folder).glob("*.parquet")):
            for batch in pyarrow.parquet.ParquetFile(path).iter_batches(BATCH, columns=["text"], use_threads=False):
                model.encode(batch.column(0))

    def write():
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir()
        for path in sorted(Path(folder).glob("*.parquet")):
            writer = None
            for batch in pyarrow.parquet.ParquetFile(path).iter_batches(BATCH, use_threads=False):
                column = column_of(model.encode(batch.column("text")), storage)
                whole = pyarrow.RecordBatch.from_arrays(
                    [*batch.columns, column], names=[*batch.schema.names, "embedding"])
                writer = writer or pyarrow.parquet.ParquetWriter(target / path.name, whole.schema)
                writer.write_batch(whole)
            if writer:
                writer.close()

    return write if target else drop


def write_texts(texts, folder, files):
    folder.mkdir()
    step = -(-len(texts) // files)
    for part, start in enumerate(range(0, len(texts), step)):
        some = texts[start : start + step]
        pyarrow.parquet.write_table(
            pyarrow.table({"number": pyarrow.array(range(start, start + len(some))), "text": some}),
            folder / f"{part}.parquet")


def session_of(master, files):
    from pyspark.sql import SparkSession

    from anneal.spark import ship

    builder = SparkSession.builder.master(master)
    for key, value in {
        "spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false", "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        # A task a file. Left alone, Spark packs files to tasks of 128 MB: three of them, on two workers, are done no
        # sooner than two one after the other.
        "spark.sql.files.minPartitionNum": str(files),
        # Executor and Python take turns batch by batch: 10,000 pages are 36 MB that one of them waits for.
        "spark.sql.execution.arrow.maxRecordsPerBatch": "2048",
    }.items():
        builder = builder.config(key, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    ship(spark)
    return spark


def check(spark, folder, texts, command, scratch):
    """Vectors have the same bits from Spark, from Python, and from the command line where there is one."""
    import anneal
    from anneal.spark import embed

    count = min(len(texts), 5_000)
    frame = spark.read.parquet(str(folder)).where(f"number < {count}")
    rows = embed(frame, "text").select("number", "embedding").toPandas().sort_values("number")
    found = np.stack(rows["embedding"].to_list()).astype(np.float32)
    expected = {"Python": anneal.Anneal().encode(texts[:count])}
    if command:
        (scratch / "texts").write_text("".join(text + "\n" for text in texts[:count]))
        subprocess.run([command, "embed", scratch / "texts", "--format", "npy", "--output", scratch / "vectors.npy"],
                       check=True, stderr=subprocess.DEVNULL)
        expected["anneal embed"] = np.load(scratch / "vectors.npy")
    for name, vectors in expected.items():
        if found.tobytes() != vectors.tobytes():
            raise SystemExit(f"expected the bits of {name}, found others")
    return f"bits of {count:,} vectors as those of {' and '.join(expected)}"


def same_files(ours, theirs):
    """What both sides wrote is the same: columns, types, and every value."""
    tables = [pyarrow.parquet.read_table(folder).sort_by("number") for folder in (ours, theirs)]
    columns = [[table.column(name).combine_chunks() for name in ("number", "text", "embedding")] for table in tables]
    types = [[column.type for column in some[:2]] + [some[2].type if pyarrow.types.is_binary(some[2].type)
                                                     else some[2].type.value_type] for some in columns]
    if types[0] != types[1]:
        raise SystemExit(f"expected the types {types[0]}, found {types[1]}")
    for one, other in zip(*columns):
        # Names of a list's elements differ; its numbers must not.
        if pyarrow.types.is_list(one.type):
            one, other = one.flatten(), other.flatten()
        if not one.equals(other):
            raise SystemExit("expected the same rows from both sides, found others")


def measure(spark, folder, texts, rounds, job, storage, scratch):
    """A line of the table."""
    from anneal.spark import embed

    ours, theirs = scratch / "python", scratch / "spark"

    def on_spark():
        writer = embed(spark.read.parquet(str(folder)), "text", storage=storage).write.mode("overwrite")
        writer.parquet(str(theirs)) if job == "write" else writer.format("noop").save()

    alone = embed_alone(folder, storage, ours if job == "write" else None)
    on_spark(), alone()
    if job == "write":
        same_files(ours, theirs)
    walls, processors = [], []
    for _ in range(rounds):
        start, before = time.perf_counter(), processor_seconds()
        on_spark()
        middle, after, used = time.perf_counter(), processor_seconds(), time.process_time()
        alone()
        walls.append((time.perf_counter() - middle, middle - start))
        processors.append((time.process_time() - used, *(after - before)))
    for written in (ours, theirs):
        shutil.rmtree(written, ignore_errors=True)
    ratios = [one / two for one, two in walls]
    python, spark_wall = (statistics.median(values) for values in zip(*walls))
    one, executors, workers = (statistics.median(values) * 1e6 / len(texts) for values in zip(*processors))
    length = sum(map(len, texts)) / len(texts)
    return (f"| {len(texts):,} of {length:,.0f} characters | {job}, {storage} | {len(texts) / python:,.0f} "
            f"| {len(texts) / spark_wall:,.0f} "
            f"| {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f}) "
            f"| {one:.1f} | {workers:.1f} | {executors:.1f} | {2 * one / (executors + workers):.2f} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", required=True, help="a file of texts, one a line")
    parser.add_argument("--limit", type=int, default=400_000, help="lines")
    parser.add_argument("--repeat", type=int, default=1, help="times that the lines are taken")
    parser.add_argument("--join", default="1,10", help="lines that make a text: short texts, and passages")
    parser.add_argument("--jobs", default="drop,write")
    parser.add_argument("--storage", default="array,binary", help="how Spark holds vectors")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--files", type=int, default=8, help="Parquet files of the texts; Spark makes a task of each")
    parser.add_argument("--master", default="local-cluster[2,1,1024]")
    parser.add_argument("--anneal", help="the command line, of the same commit as the wheel; its bits are compared")
    parser.add_argument("--alone", help=argparse.SUPPRESS)
    a = parser.parse_args()
    if a.alone:
        embed_alone(a.alone)()
        return
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    lines = Path(a.texts).read_text().split("\n")[: a.limit] * a.repeat
    print(provenance.line() + "\n", flush=True)
    with tempfile.TemporaryDirectory() as scratch:
        scratch = Path(scratch)
        kinds = []
        for count in map(int, a.join.split(",")):
            texts = [" ".join(lines[start : start + count]) for start in range(0, len(lines), count)]
            kinds.append((scratch / str(count), texts))
            write_texts(texts, scratch / str(count), a.files)

        folder, texts = kinds[0]
        start = time.perf_counter()
        subprocess.run([sys.executable, __file__, "--texts", a.texts, "--alone", folder], check=True)
        python_whole = time.perf_counter() - start
        start = time.perf_counter()
        spark = session_of(a.master, a.files)
        ready = time.perf_counter() - start
        from anneal.spark import embed

        embed(spark.read.parquet(str(folder)), "text").write.format("noop").mode("overwrite").save()
        whole = time.perf_counter() - start
        checked = check(spark, folder, texts, a.anneal, scratch)

        print("| texts | job, vectors | Python, one thread: texts/s | Spark, two workers: texts/s | ratio, warm "
              "| µs of processor a text: Python | Spark's Python | executors | ratio by processor time |\n"
              "|---|---|---|---|---|---|---|---|---|")
        for folder, texts in kinds:
            for job in a.jobs.split(","):
                for storage in a.storage.split(","):
                    print(measure(spark, folder, texts, a.rounds, job, storage, scratch), flush=True)
        print(f"\nWith start-up, the first line's texts: Python {python_whole:.1f} s, Spark {whole:.1f} s, of which "
              f"{ready:.1f} s until the session is ready and the package packed: ratio {python_whole / whole:.2f}.\n"
              f"Medians of {a.rounds} rounds, {a.master}, {checked}, load at the end {os.getloadavg()[0]:.1f}.")
        spark.stop()


if __name__ == "__main__":
    main()
