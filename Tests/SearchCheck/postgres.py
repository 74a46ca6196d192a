#!/usr/bin/env python3
"""Checks the PostgreSQL store of anneal-search against a real server, which PyPI's pgserver brings with pgvector.

Indexes a folder and compares passages, vectors and hits with an index file's; kills the indexer (SIGKILL), ends its
connection and lets two of them run at once, and looks after each time that nothing is lost and nothing half there; and
asks for each error. With --corpus it measures the recall of the graph and how long searches take.

    python Tests/SearchCheck/postgres.py --venv DIR --tool .build/release/anneal-search [--kills 20] [--seed 1]
    ... --corpus TEXTS.txt.gz ... [--passages 50000]

The virtual environment is made if there is none, and pgserver installed into it.
"""
import argparse
import gzip
import hashlib
import json
import math
import os
import random
import signal
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from kill import rows as file_rows, text_of

QUERIES = ["storm over the bridge", "price of wheat in winter", "a letter about music", "garden window", "paper",
           "engine of the river lamp", "Document 7 version 1", "the", "turn off the lamp"]


class Database:
    """The server, asked by its own psql."""

    def __init__(self, folder):
        import pgserver
        from pgserver._commands import POSTGRES_BIN_PATH
        self.psql_path = POSTGRES_BIN_PATH / "psql"
        self.server = pgserver.get_server(folder)
        self.address = self.server.get_uri()
        os.environ.setdefault("ANNEAL_LIBPQ", str(POSTGRES_BIN_PATH.parent / "lib" / "libpq.so.5"))

    def store(self, schema="anneal", user="postgres", database="postgres"):
        address = self.address.replace("//postgres:", f"//{user}:").replace("/postgres?", f"/{database}?")
        return f"{address}&schema={schema}"

    def ask(self, sql, database="postgres"):
        """Runs statements; the last one's only value."""
        done = subprocess.run(
            [self.psql_path, self.address.replace("/postgres?", f"/{database}?"), "-XqAt", "-v", "ON_ERROR_STOP=1"],
            input=sql, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def rows(self, schema="anneal"):
        """All passages with their vectors, by place."""
        text = self.ask(
            f"SELECT coalesce(json_agg(json_build_array(path, line, heading, text, embedding::text)), '[]') FROM "
            f"{schema}.document JOIN {schema}.passage ON passage.document = document.id")
        return sorted((row[0], row[1], row[2], row[3], row[4]) for row in json.loads(text))


def quantized(vector):
    """A vector as index files keep it: the factor and signed bytes, halves rounded away from zero."""
    numbers = [struct.unpack("f", struct.pack("f", number))[0] for number in json.loads(vector)]
    factor = 127 / max(abs(number) for number in numbers)
    return 1 / factor, bytes(int(math.copysign(math.floor(abs(n * factor) + 0.5), n)) & 0xFF for n in numbers)


def run(command, status=0, **options):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, **options)
    assert done.returncode == status, f"{command}: expected status {status}, found {done.returncode}: {done.stderr}"
    return done


def hits(tool, queries, where, *extra):
    done = run([tool, "search", "-", "--json", *extra, *where], input="\n".join(queries) + "\n")
    return [json.loads(line)["hits"] for line in done.stdout.splitlines()]


def compare(tool, db, store, file):
    """The same passages, vectors and hits as in an index file."""
    ours, theirs = db.rows(), [tuple(row) for row in file_rows(file)]
    assert len(ours) == len(theirs) > 1000, (len(ours), len(theirs))
    for row, (path, line, heading, text, scale, data) in zip(ours, sorted(theirs)):
        assert row[:4] == (path, line, heading, text), f"{path}:{line} differs"
        assert quantized(row[4]) == (scale, data), f"{path}:{line}: the vector differs"

    def place(hit):
        return hit["path"], hit["line"]

    postgres, sqlite = ["--store", store], ["--db", file]
    # Without the graph the server compares all vectors.
    scan = ["--store", store + "&options=-c%20enable_indexscan%3Doff"]
    by_vectors, found, expected = ["--by", "vectors", "-k", "100"], 0, 0
    for query, left, right, graph in zip(QUERIES, hits(tool, QUERIES, scan, *by_vectors),
                                         hits(tool, QUERIES, sqlite, *by_vectors),
                                         hits(tool, QUERIES, postgres, *by_vectors)):
        # An index file keeps bytes: its cosines are off by up to about a hundredth. Beyond that the order is the same.
        assert len(left) == len(right) == 100, f"{query}: {len(left)} and {len(right)} hits"
        exact = {place(hit): hit["cosine"] for hit in right}
        last = right[-1]["cosine"]
        for hit in left:
            assert abs(hit["cosine"] - exact.get(place(hit), last)) < 0.01, f"{query}: {place(hit)}"
        missing = [hit for hit in right if place(hit) not in {place(hit) for hit in left}]
        assert all(hit["cosine"] < last + 0.01 for hit in missing), f"{query}: missing {missing}"
        found += len({place(hit) for hit in left} & {place(hit) for hit in graph})
        expected += len(left)
    print(f"{expected} nearest passages of {len(QUERIES)} queries, of which the graph finds {found}")
    assert found > 0.97 * expected
    rare = [f"version {number}" for number in range(3, 6)] + ["Document 7", "Paragraph 28", "nosuchword", "…"]
    for query, left, right in zip(rare, hits(tool, rare, postgres, "--by", "words", "-k", "1000"),
                                  hits(tool, rare, sqlite, "--by", "words", "-k", "1000")):
        assert len(right) == 1000 or sorted(map(place, left)) == sorted(map(place, right)), f"words: {query}"
    alone = 0
    for query, found, near, worded in zip(QUERIES, hits(tool, QUERIES, postgres, "--explain", "-k", "100"),
                                          hits(tool, QUERIES, scan, "--by", "vectors", "-k", "1000"),
                                          hits(tool, QUERIES, postgres, "--by", "words", "-k", "1000")):
        assert found and [h["score"] for h in found] == sorted((h["score"] for h in found), reverse=True)
        for hit in found:
            sum_ = hit.get("cosine", 0) + 0.5 * hit.get("word_share", 0)
            assert "parts" in hit and abs(hit["score"] - sum_) < 1e-6, query
            # Both scores, whichever ranking found it: those that it has in the rankings by one of them.
            for name, ranked in (("cosine", near), ("word_share", worded)):
                score = {place(other): other[name] for other in ranked}.get(place(hit))
                if score is not None or len(ranked) < 1000:
                    assert abs(hit.get(name, 0) - (score or 0)) < 1e-6, f"{query}: {name} of {place(hit)}"
            alone += "vector_rank" not in hit or "word_share" in hit and "word_rank" not in hit
    assert alone > 10, f"hits that one ranking has found: {alone}"


def check(db, versions, seen_whole):
    """Fails unless what the index holds is whole. Returns its documents' hashes."""
    left = db.ask("SELECT string_agg(nspname, ' ') FROM pg_namespace WHERE nspname LIKE 'anneal%'")
    assert left in ("", "anneal"), f"schemas left behind: {left}"
    if not left:
        return {}
    text = db.ask(
        "SELECT coalesce(json_agg(json_build_array(path, hash, (SELECT json_agg(json_build_array(line, text, "
        "length(words) > 0, embedding IS NOT NULL)) FROM anneal.passage WHERE document = document.id))), '[]') "
        "FROM anneal.document")
    hashes = {}
    for name, digest, passages in json.loads(text):
        assert digest in versions, f"{name}: a version that never was"
        assert passages and all(words and embedding for _, _, words, embedding in passages), f"{name}: half there"
        found = sorted((line, text) for line, text, _, _ in passages)
        assert seen_whole.setdefault(digest, found) == found, f"{name}: half there"
        hashes[name] = digest
    return hashes


def kill(tool, db, docs, kills, rng):
    store = db.store()
    versions, seen_whole = set(), {}
    counters = dict.fromkeys(range(300), 0)

    def change(count):
        for number in rng.sample(sorted(counters), count):
            file = docs / f"{number}.txt"
            if file.exists() and rng.random() < 0.1:
                file.unlink()
                continue
            counters[number] += 1
            data = text_of(rng, number, counters[number]).encode()
            versions.add(hashlib.sha256(data).hexdigest())
            file.write_bytes(data)

    command = [tool, "index", str(docs), "--store", store, "--threads", "2"]
    change(300)
    start = time.perf_counter()
    out = run(command).stdout
    whole = time.perf_counter() - start
    assert out.startswith("300 files indexed"), out
    assert run(command).stdout.startswith("0 files indexed (0 passages), 300 unchanged")
    file = docs.parent / "index.db"
    run([tool, "index", docs, "--db", file])
    compare(tool, db, store, file)
    print(f"{len(seen_whole) or 300} files: passages, vectors and hits as in an index file")

    hashes = check(db, versions, seen_whole)
    killed = lost = finished = 0
    while killed < kills or lost < 3:
        before = hashes
        change(rng.randrange(1, 150))
        extra = ["--rebuild"] if rng.random() < 0.3 else []
        process = subprocess.Popen(command + extra, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        time.sleep(rng.random() * whole * 1.1)
        if killed < kills:
            process.send_signal(signal.SIGKILL)
        else:
            db.ask("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                   "WHERE application_name = 'anneal-search'")
        message = process.communicate()[1]
        if process.returncode == -signal.SIGKILL:
            killed += 1
        elif process.returncode == 0:
            finished += 1
        else:
            assert process.returncode in (69, 74) and "connect" in message, (process.returncode, message)
            lost += process.returncode == 74
        hashes = check(db, versions, seen_whole)
        current = {str(file): hashlib.sha256(file.read_bytes()).hexdigest() for file in docs.iterdir()}
        # Nothing is lost: a document that has not changed since it was stored is still there.
        for name, digest in before.items():
            assert current.get(name) != digest or hashes.get(name) == digest, f"{name}: lost"
        assert hits(tool, ["storm over the bridge"], ["--store", store])[0], "a search answers"
    # Two at once, and then the index is what a fresh one is.
    change(100)
    both = [subprocess.Popen(command, stdout=subprocess.DEVNULL) for _ in range(2)]
    assert [process.wait() for process in both] == [0, 0], "two indexers at once"
    check(db, versions, seen_whole)
    fresh = db.store("fresh")
    run([tool, "index", docs, "--store", fresh, "--threads", "1"])
    assert db.rows() == db.rows("fresh"), "the index differs from a fresh one"
    print(f"{killed} kills, {lost} lost connections ({finished} runs ended before theirs): nothing lost, nothing half "
          "there")


def errors(tool, db, docs):
    store, before = db.store(), db.rows()

    def refused(status, message, command, where, **options):
        done = run([tool, *command, "--store", where], status=status, **options)
        assert message in done.stderr and "geheim" not in done.stderr, done.stderr

    index, search = ["index", docs], ["search", "lamp"]
    refused(66, "no index at", search, db.store("nowhere"))
    refused(64, "expected", search, "postgres://me:geheim")
    refused(69, "cannot connect", search, "postgres://me:geheim@127.0.0.1:1/db?password=geheim")
    refused(69, "cannot connect", search, db.store(database="nonesuch"))
    refused(69, "install it", search, store, env={**os.environ, "ANNEAL_LIBPQ": "/nonesuch/libpq.so"})
    refused(65, "made with the model", [*index, "--mode", "naive"], store)
    db.ask("UPDATE anneal.setting SET value = '2' WHERE name = 'version'")
    for command in (index, search, [*index, "--rebuild"]):
        refused(65, "newer", command, store)
    db.ask("UPDATE anneal.setting SET value = '1' WHERE name = 'version'")
    for table in ("notes(a int)", "setting(a int)", "setting(name text, value int)"):
        db.ask(f"CREATE SCHEMA foreigner; CREATE TABLE foreigner.{table}")
        for command in (index, search, [*index, "--rebuild"]):
            refused(65, "another program", command, db.store("foreigner"))
        db.ask("DROP SCHEMA foreigner CASCADE")
    db.ask("CREATE ROLE plain LOGIN; CREATE DATABASE bare; GRANT CREATE ON DATABASE bare TO plain")
    refused(69, "pgvector", index, db.store(user="plain", database="bare"))
    assert db.ask("SELECT count(*) FROM pg_namespace WHERE nspname = 'anneal'", "bare") == "0"
    # With what others made of it the index cannot be made anew; it stays as it was.
    db.ask("CREATE VIEW public.places AS SELECT path FROM anneal.document")
    refused(74, "depend", [*index, "--rebuild"], store)
    db.ask("DROP VIEW public.places")
    assert db.rows() == before, "an error changed the index"
    run([tool, "index", docs, "--store", store, "--rebuild", "--mode", "naive"])
    assert hits(tool, ["storm"], ["--store", store])[0]
    print("errors: each told, nothing changed")


def measure(tool, db, corpus, count, folder, rng):
    """Recall of the graph against an exact scan, and times, on lines of texts."""
    lines = set()
    for path in corpus:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            lines.update(line.strip() for line in file if 40 <= len(line) <= 1200)
    chosen = rng.sample(sorted(lines), count + 200)
    texts, queries = folder / "texts.txt", folder / "queries.txt"
    texts.write_text("\n".join(chosen[200:]) + "\n")
    queries.write_text("\n".join(chosen[:200]) + "\n")
    commit = subprocess.run(["git", "rev-parse", "--short=12", "HEAD"], capture_output=True, text=True).stdout.strip()
    print(f"commit {commit}, {time.strftime('%Y-%m-%d %H:%M', time.gmtime())} UTC, {count} passages")
    file = folder / "texts.db"
    for name, where in (("SQLite", ["--db", file]), ("PostgreSQL", ["--store", db.store("texts")])):
        start = time.perf_counter()
        run([tool, "index", texts, "--as", "lines", *where])
        print(f"\n{name}: indexed in {time.perf_counter() - start:.1f} s")
        print(run([tool, "bench", "--queries", queries, "--threads", "2", *where]).stdout)
    pgvector = db.ask("SELECT extversion FROM pg_extension WHERE extname = 'vector'")
    print(f"PostgreSQL {db.ask('SHOW server_version')}, pgvector {pgvector}")
    size = db.ask("SELECT pg_size_pretty(sum(pg_total_relation_size(pg_class.oid))) FROM pg_class "
                  "JOIN pg_namespace ON pg_namespace.oid = relnamespace WHERE nspname = 'texts' AND relkind = 'r'")
    graph = db.ask("SELECT pg_size_pretty(pg_relation_size('texts.passage_embedding'))")
    print(f"its tables {size}, of which the graph {graph}; the index file {file.stat().st_size / 2**20:.0f} MB")
    # The queries' vectors, and with them an exact scan by the server itself and the graph at several widths.
    run([tool, "index", queries, "--as", "lines", "--store", db.store("queries")])

    def nearest(setting, limit):
        start = time.perf_counter()
        text = db.ask(
            f"SET {setting}; SET search_path = public; SELECT json_agg(json_build_array(q.line, (SELECT json_agg(distance) "
            f"FROM (SELECT p.embedding <=> q.embedding AS distance FROM texts.passage p ORDER BY distance LIMIT {limit}) AS "
            "near)) ORDER BY q.line) FROM queries.passage q WHERE q.embedding IS NOT NULL")
        return dict(json.loads(text)), 1000 * (time.perf_counter() - start)

    exact, taken = nearest("enable_indexscan = off", 100)
    print(f"\nin the server, {len(exact)} queries; exact scan: {taken / len(exact):.1f} ms a query")
    for width in (40, 100, 200, 400, 1000):
        shares = []
        for limit in (10, 100):
            near, taken = nearest(f"hnsw.ef_search = {width}", limit)
            right = sum(distance <= exact[line][limit - 1] + 1e-6 for line in near for distance in near[line])
            shares.append(f"recall@{limit} {right / (limit * len(exact)):.4f}")
        print(f"ef_search {width}: {', '.join(shares)}, {taken / len(exact):.1f} ms a query")
    found = hits(tool, chosen[:200], ["--store", db.store("texts")], "--by", "vectors", "-k", "10")
    recalled = sum(1 - hit["cosine"] <= exact[line][9] + 1e-6 for line, each in enumerate(found, 1) for hit in each)
    print(f"recall@10 of anneal-search --by vectors: {recalled / (10 * len(found)):.4f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tool", required=True)
    parser.add_argument("--venv", help="a virtual environment for pgserver; without it, this Python must have it")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--corpus", nargs="*", default=[], help="gzipped texts, one a line")
    parser.add_argument("--passages", type=int, default=50_000)
    a = parser.parse_args()
    if a.venv and Path(sys.prefix).resolve() != Path(a.venv).resolve():
        python = Path(a.venv) / "bin" / "python"
        if not python.exists():
            subprocess.run([sys.executable, "-m", "venv", a.venv], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "pgserver==0.1.4"], check=True)
        os.execv(python, [str(python), *sys.argv])
    print(f"seed {a.seed}")
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder).resolve()
        docs = folder / "docs"
        docs.mkdir()
        db = Database(folder / "server")
        try:
            if a.corpus:
                return measure(a.tool, db, a.corpus, a.passages, folder, random.Random(a.seed))
            kill(a.tool, db, docs, a.kills, random.Random(a.seed))
            errors(a.tool, db, docs)
        finally:
            db.server.cleanup()


if __name__ == "__main__":
    sys.exit(main())
