#!/usr/bin/env python3
"""Runs the real `anneal-train` on everything bad that it must survive, and says what came of each.

Teachers that answer wrongly or stop, corpora that are no texts, vectors of other texts, damaged stores and checkpoints, a
full disk (needs the right to mount, else it is left out), and SIGKILL at random moments of label, train and evolve. Each
must end in a message and a status other than zero, or in a run that goes on to exactly the bytes of an undisturbed one.

    python Tests/TrainCheck/bad_input.py --tool .build/debug/anneal-train [--kills 8] [--only label,kill] [--seed 1]
"""
import argparse
import array
import hashlib
import http.server
import json
import os
import pathlib
import random
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
TOKENIZER = HERE.parent / "AnnealTrainingTests/Fixtures/unigram-folded.model"
ARROW = HERE.parent / "AnnealFormatsTests/Fixtures/arrow"
WORDS = ("light lamp river bank wheat price storm window garden engine letter music winter bridge paper house water "
         "turn off on up down the a of in over under never always very little old new").split()
WIDTH = 32
FAILED = []


def texts(count, seed=1):
    rng = random.Random(seed)
    return [f"{' '.join(rng.choices(WORDS, k=rng.randrange(3, 12)))} {number}" for number in range(count)]


def vector(text, width=WIDTH):
    """What the teacher says: a sum over the words, so that there is something to learn."""
    total = [0.0] * width
    for word in text.split():
        bits = hashlib.sha256(word.encode()).digest()
        for index in range(width):
            total[index] += bits[index] / 128 - 1
    norm = sum(value * value for value in total) ** 0.5
    return [value / norm for value in total]


def npy(path, rows, width, kind="<f4", code="f"):
    head = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': ({len(rows)}, {width}), }}"
    head += " " * (63 - (10 + len(head)) % 64) + "\n"
    data = array.array(code, [value for row in rows for value in row])
    path.write_bytes(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head.encode() + data.tobytes())


class Teacher:
    """An endpoint that follows a script: `script(number, texts)` returns a status, headers and a body, or None."""

    def __init__(self, script=None):
        self.asked, self.requests = [], 0
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["input"]
                number, outer.requests = outer.requests, outer.requests + 1
                reply = script(number, body) if script else None
                if reply is None:
                    outer.asked += body
                    reply = (200, {}, outer.good(body))
                status, headers, answer = reply
                if status is None:
                    self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n{\"data\": [")
                    return
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer.encode())

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            def handle_error(self, *_):
                """A client that was killed is nobody to answer."""

        self.server = Server(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}/v1"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @staticmethod
    def good(batch, change=lambda index, numbers: numbers):
        return json.dumps({"data": [{"index": index, "embedding": change(index, vector(text))}
                                    for index, text in enumerate(batch)]})

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


class Check:
    def __init__(self, tool, work, kills, seed):
        self.tool, self.work, self.kills, self.rng = tool, work, kills, random.Random(seed)

    def run(self, *arguments):
        done = subprocess.run([self.tool, *map(str, arguments)], capture_output=True, text=True, timeout=600)
        return done.returncode, done.stdout, done.stderr

    def expect(self, what, result, status, *words):
        """Says what came of a run: a line for the log, and a failure if it is not what must come."""
        code, out, err = result
        said = " ".join((out + err).split())
        good = code == status and all(word in said for word in words) and "Fatal error" not in said
        print(f"{'ok  ' if good else 'BAD '} {what}: exit {code}: {said[-260:]}", flush=True)
        if not good:
            FAILED.append(f"{what}: expected exit {status} with {words}")

    def holds(self, what, condition, found=""):
        print(f"{'ok  ' if condition else 'BAD '} {what} {found}", flush=True)
        if not condition:
            FAILED.append(what)

    def path(self, name):
        return self.work / name

    def corpus(self, name, lines):
        path = self.path(name)
        path.write_bytes(b"".join((line.encode() if isinstance(line, str) else line) + b"\n" for line in lines))
        return path

    def store(self, name):
        """The bytes of a store that count: records and texts. Its commits tell how often it was written."""
        path = self.path(name)
        return path.read_bytes()[:2048] + path.read_bytes()[4096:] + (self.path(name + ".texts")).read_bytes()

    # Label: the endpoint

    def endpoint(self, corpus, output, teacher, *more):
        return self.run("label", corpus, "--endpoint", teacher.address, "--teacher", "m", "--batch", "16", "--output",
                        self.path(output), *more)

    def label_endpoint(self):
        lines = texts(200)
        corpus = self.corpus("lines.txt", lines)
        with Teacher() as teacher:
            self.expect("a good teacher", self.endpoint(corpus, "whole", teacher), 0, "200 added")
        whole = self.store("whole")

        def from_fifth(answer):
            return lambda number, batch: None if number < 5 else (200, {}, answer(batch))

        bad = {
            "wrong dimension": (from_fifth(lambda b: Teacher.good(b, lambda i, v: v[:31] if i == 3 else v)),
                                "expected vectors of 32 numbers, found 31"),
            "NaN": (from_fifth(lambda b: Teacher.good(b, lambda i, v: [float("nan")] + v[1:])), "NaN"),
            "null": (from_fifth(lambda b: Teacher.good(b, lambda i, v: [None] + v[1:])), "JSON"),
            "a number beyond 32 bits": (from_fifth(lambda b: Teacher.good(b, lambda i, v: [1e300] + v[1:])), "expected"),
            "zeros": (from_fifth(lambda b: Teacher.good(b, lambda i, v: [0.0] * 32)), "found zeros"),
            "fewer vectors than texts": (from_fifth(lambda b: Teacher.good(b[1:])), "expected 16 vectors, found 15"),
            "no vectors": (from_fifth(lambda b: '{"data": []}'), "expected 16 vectors, found 0"),
            "an error in JSON": (from_fifth(lambda b: '{"error": "quota"}'), "quota"),
            "429 for ever": (lambda n, b: None if n < 5 else (429, {"Retry-After": "0"}, ""), "status 429"),
            "500 for ever": (lambda n, b: None if n < 5 else (500, {"Retry-After": "0"}, ""), "status 500"),
            "401": (lambda n, b: None if n < 5 else (401, {}, "no such key"), "no such key"),
            "an answer that breaks off": (lambda n, b: None if n < 5 else (None, {}, ""), "attempts"),
        }
        for name, (script, words) in bad.items():
            output = "store-" + name.replace(" ", "-")
            with Teacher(script) as teacher:
                self.expect(f"teacher: {name}", self.endpoint(corpus, output, teacher, "--retries", "1"), 65, words)
                known = teacher.asked
            with Teacher() as teacher:
                result = self.endpoint(corpus, output, teacher)
                self.expect(f"teacher: {name}, then a good one", result, 0, "136 added, 64 known")
                again = set(known) & set(teacher.asked) - {"word"}
                self.holds("  nothing is asked for twice, the store is that of a good teacher",
                           not again and self.store(output) == whole)
        with Teacher(lambda n, b: (429, {"Retry-After": "0"}, "") if n % 3 == 1 else None) as teacher:
            self.expect("teacher: every third answer 429", self.endpoint(corpus, "often", teacher), 0, "200 added")
        self.holds("  the store is that of a good teacher", self.store("often") == whole)
        with Teacher() as teacher:
            stopped = teacher
        self.expect("teacher: not there", self.endpoint(corpus, "none", stopped, "--retries", "0"), 65, "an answer")
        wide = lambda n, b: (200, {}, json.dumps({"data": [{"embedding": vector(t) * 2} for t in b]}))
        with Teacher(wide) as teacher:
            self.expect("teacher: another dimension than the store's", self.endpoint(corpus, "whole", teacher), 65,
                        "32 numbers", "64 numbers")
        self.holds("  the store is as it was", self.store("whole") == whole)

    # Label: the corpus and the file of vectors

    def label(self, corpus, vectors, output, *more):
        return self.run("label", corpus, "--vectors", vectors, "--teacher", "m", "--output", self.path(output), *more)

    def label_corpus(self):
        lines = texts(50)
        lines[7:7] = ["", "   ", lines[0], b"\xff\xfe\x00binary", b"\x00\x01", "word " * 20_000_000, lines[3]]
        corpus = self.corpus("mixed.txt", lines)
        vectors = self.path("mixed.npy")
        npy(vectors, [vector(str(number)) for number in range(len(lines))], WIDTH)
        began = time.time()
        result = self.label(corpus, vectors, "mixed")
        self.expect(f"corpus: duplicates, empty, binary, one line of 100 MB ({time.time() - began:.1f} s)", result, 0,
                    "50 added, 2 known, 2 empty, 2 not text, 1 too long")
        binary = self.corpus("binary.txt", [b"\x00\xff"] * 5)
        npy(self.path("five.npy"), [vector(str(number)) for number in range(5)], WIDTH)
        self.expect("corpus: binary only", self.label(binary, self.path("five.npy"), "binary"), 65, "5 not text")
        empty = self.corpus("empty.txt", [])
        npy(self.path("zero.npy"), [], WIDTH)
        self.expect("corpus: empty", self.label(empty, self.path("zero.npy"), "empty"), 65, "expected texts")
        self.expect("corpus: a folder without vectors", self.run("label", self.work, "--teacher", "m", "-o", "x"), 65)
        self.expect("corpus: not there", self.label(self.path("absent"), vectors, "absent"), 65, "No such file")

    def label_vectors(self):
        lines = texts(100)
        corpus = self.corpus("hundred.txt", lines)
        rows = [vector(line) for line in lines]
        vectors = self.path("hundred.npy")
        npy(vectors, rows, WIDTH)
        digest = hashlib.sha256(corpus.read_bytes()).hexdigest()
        self.expect("vectors: right digest", self.label(corpus, vectors, "right", "--digest", digest), 0, "100 added")
        self.expect("vectors: wrong digest", self.label(corpus, vectors, "wrong", "--digest", "0" * 64), 65, "SHA-256")
        self.expect("vectors: no digest", self.label(corpus, vectors, "wrong", "--digest", "abc"), 65, "64 digits")
        side = self.path("hundred.npy.sha256")
        for content, status, words in [(digest + "  hundred.txt\n", 0, "100 known"), ("1" * 64, 65, "SHA-256"),
                                       ("", 65, "64 digits")]:
            side.write_text(content)
            self.expect(f"vectors: .sha256 says {content[:8]!r}", self.label(corpus, vectors, "right"), status, words)
        side.unlink()
        npy(vectors, rows[:99], WIDTH)
        self.expect("vectors: one fewer than texts", self.label(corpus, vectors, "fewer"), 65, "found 99")
        npy(vectors, rows, WIDTH)
        content = vectors.read_bytes()
        rows[60] = [float("nan")] * WIDTH
        npy(vectors, rows, WIDTH)
        self.expect("vectors: NaN in row 60", self.label(corpus, vectors, "nan"), 65, "hundred.txt:61", "finite")
        vectors.write_bytes(content[:-1])
        self.expect("vectors: cut off", self.label(corpus, vectors, "cut"), 65, "12800 bytes of numbers")
        note = self.path("note.md")
        note.write_text("A file that is no store.\n")
        vectors.write_bytes(content)
        self.expect("output: a file that is no store", self.label(corpus, vectors, "note.md"), 65, "store")
        self.holds("  it is as it was", note.read_bytes() == b"A file that is no store.\n")
        self.path("fresh.texts").write_text("Somebody's texts.\n")
        self.expect("output: NAME.texts is there without NAME", self.label(corpus, vectors, "fresh"), 65, "fresh.texts")
        self.holds("  it is as it was", self.path("fresh.texts").read_bytes() == b"Somebody's texts.\n")
        self.expect("output: /dev/full", self.run("label", corpus, "--vectors", vectors, "--teacher", "m", "-o",
                                                  "/dev/full"), 65, "/dev/full")

    def label_arrow(self):
        for name, status, words in [
                ("fixed32.arrow", 0, "7 added"), ("fixed32.stream", 0, "7 known"), ("list32.stream", 0, "7 known"),
                ("neighbours.arrow", 0, "7 known"), ("fixed16.arrow", 65, "a column of texts"),
                ("lz4.arrow", 65, "uncompressed"), ("null-text.arrow", 65, "1 nulls"),
                ("two.arrow", 65, "--text-column NAME"), ("none.arrow", 65, "list of float16")]:
            self.expect(f"arrow: {name}", self.run("label", ARROW / name, "--teacher", "m", "-o", self.path("arrow")),
                        status, words)
        corpus = self.corpus("seven.txt", [f"text {row}" + ("é" if row % 3 == 2 else "") for row in range(7)])
        for name, more, status, words in [
                ("fixed32.arrow", [], 0, "7 known"), ("fixed16.arrow", [], 0, "7 known"),
                ("lz4.arrow", [], 65, "uncompressed"), ("zstd.stream", [], 65, "uncompressed"),
                ("ragged.arrow", [], 65, "row 4"), ("null.arrow", [], 65, "1 nulls"),
                ("two.arrow", ["--ignore-texts"], 65, "--column NAME"),
                ("two.arrow", ["--column", "second", "--text-column", "body"], 0, "7 known")]:
            self.expect(f"arrow beside a corpus: {name} {' '.join(more)}",
                        self.label(corpus, ARROW / name, "arrow", *more), status, words)
        other = self.corpus("other.txt", [f"text {row}" for row in range(7)])
        self.expect("arrow: other texts", self.label(other, ARROW / "fixed32.arrow", "other"), 65, "other.txt:3")
        self.expect("arrow: other texts, to be ignored",
                    self.label(other, ARROW / "fixed32.arrow", "other", "--ignore-texts"), 0, "7 added")

    # Train, evolve, lineage

    def make_labels(self, name="labels", count=1500):
        lines = texts(count, seed=3)
        corpus = self.corpus(name + ".txt", lines)
        npy(self.path(name + ".npy"), [vector(line) for line in lines], WIDTH)
        assert self.label(corpus, self.path(name + ".npy"), name)[0] == 0
        return self.path(name)

    def train_arguments(self, labels, output, *more):
        return ["train", "--labels", str(labels), "--tokenizer", str(TOKENIZER), "--output", str(output),
                "--dimension", "32", "--phrases", "100", "--least", "3", "--epochs", "3", "--phrase-epochs", "3",
                "--batch", "64", *map(str, more)]

    def train(self):
        labels = self.make_labels()
        model = self.path("model")
        good = labels.read_bytes()
        self.expect("train: good labels", self.run(*self.train_arguments(labels, model)), 0, "wrote")
        whole = model.read_bytes()
        for name, damage in [("cut off", good[:-5]), ("a flipped bit", good[:9000] + bytes([good[9000] ^ 1]) + good[9001:]),
                             ("header only", good[:100]), ("empty", b"")]:
            labels.write_bytes(damage)
            self.expect(f"train: labels {name}", self.run(*self.train_arguments(labels, self.path("none"))), 65, "labels")
        labels.write_bytes(good)
        side = self.path("labels.texts")
        lines = side.read_bytes()
        side.write_bytes(lines.replace(b"lamp", b"lump", 1))
        self.expect("train: a text was changed", self.run(*self.train_arguments(labels, self.path("none"))), 65, "labels.texts")
        side.write_bytes(lines)
        wide = self.path("wide.npy")
        corpus = self.corpus("wide.txt", texts(20))
        npy(wide, [vector(str(number)) * 2 for number in range(20)], 2 * WIDTH)
        assert self.label(corpus, wide, "wide")[0] == 0
        self.expect("train: stores of two dimensions",
                    self.run(*self.train_arguments(labels, self.path("none"), "--labels", self.path("wide"))), 65, "64")
        self.expect("train: a tokenizer that is none",
                    self.run(*self.train_arguments(labels, self.path("none"), "--tokenizer", side)), 65, "SentencePiece")
        self.expect("train: no tokenizer",
                    self.run(*self.train_arguments(labels, self.path("none"), "--tokenizer", self.path("x"))), 65, "x:")
        self.expect("train: more dimensions than the teacher",
                    self.run(*self.train_arguments(labels, self.path("none"), "--dimension", "64")), 65, "dimension")
        self.expect("train: the folder of the model is not there",
                    self.run(*self.train_arguments(labels, self.path("a/b"))), 65, "a/b")
        self.holds("  no model was written", not self.path("none").exists())
        # A model that cannot be put in place leaves the checkpoint.
        (self.path("taken") / "inside").mkdir(parents=True)
        arguments = self.train_arguments(labels, self.path("taken"))
        self.expect("train: a folder has the model's name", self.run(*arguments), 65, "taken")
        checkpoint = self.path("taken.checkpoint")
        good = checkpoint.read_bytes()
        self.expect("train: a checkpoint, but no --resume", self.run(*arguments), 65, "--resume")
        self.expect("train: a checkpoint of other settings", self.run(*arguments, "--resume", "--seed", "2"), 65,
                    "different run")
        for name, damage in [("cut off", good[:-1]), ("a flipped bit", good[:5000] + bytes([good[5000] ^ 8]) + good[5001:]),
                             ("empty", b""), ("another file", b"text" * 100)]:
            checkpoint.write_bytes(damage)
            self.expect(f"train: a checkpoint {name}", self.run(*arguments, "--resume"), 65, "taken.checkpoint")
        checkpoint.write_bytes(good)
        shutil.rmtree(self.path("taken"))
        self.expect("train: the checkpoint, and room for the model", self.run(*arguments, "--resume"), 0, "wrote")
        self.holds("  the model is that of a run in one go", self.path("taken").read_bytes() == whole)
        self.further(labels, model)

    def further(self, labels, model):
        """Training that goes on from a model."""
        kept = self.corpus("kept", texts(200, seed=9))
        further = ["train", "--labels", str(labels), "--output", str(self.path("further")), "--least", "3",
                   "--batch", "64", "--from"]
        self.expect("train --from: good labels", self.run(*further, str(model), "--keep", str(kept)), 0, "wrote")
        for name, damage in [("cut off", model.read_bytes()[:-9]), ("empty", b""), ("another file", b"text" * 100)]:
            self.path("damaged").write_bytes(damage)
            self.expect(f"train --from: a model {name}", self.run(*further, str(self.path("damaged"))), 65)
        self.expect("train --from: no model", self.run(*further, str(self.path("x"))), 65, "x")
        self.expect("train --from: more dimensions", self.run(*further, str(model), "--dimension", "64"), 65, "dimension")
        self.expect("train --from: with --small", self.run(*further, str(model), "--small"), 64, "--small")
        self.expect("train --keep: nothing to go on from", self.run(*further[:-1], "--tokenizer", str(TOKENIZER), "--keep", str(kept)),
                    64, "--from")
        self.expect("train: neither model nor tokenizer", self.run(*further[:-1]), 64, "--tokenizer")
        self.expect("train --share: above 1", self.run(*further, str(model), "--share", "1.5"), 64, "--share")
        second = ["second", "--labels", str(labels), "--output", str(self.path("both"))]
        self.expect("second: good labels", self.run(*second, str(model)), 0, "wrote")
        self.expect("second: a share of 1", self.run(*second, str(model), "--share", "1"), 65, "share: expected 0 to below 1")
        self.expect("second: a damaged model", self.run(*second, str(self.path("damaged"))), 65)
        self.expect("second: a store that is no store", self.run(*second, str(model), "--labels", str(model)), 65)
        self.path("nothing").write_bytes(b"\n\n")
        self.expect("train --keep: no texts", self.run(*further, str(model), "--keep", str(self.path("nothing"))), 65, "nothing")

    def killed(self, arguments, outputs, then=("--resume",)):
        """Runs to the end for the time it takes, then kills at random moments, going on each time, then to the end.
        A run that ends before it is killed begins anew. Returns the last run's result and the number of kills."""
        began = time.time()
        result = self.run(*arguments)
        seconds, hits = time.time() - began, self.kills
        started = result[0] == 0
        while hits > 0:
            if started:
                for path in outputs:
                    for left in path.parent.glob(path.name + "*"):
                        left.unlink()
                process = self.start(arguments)
                started = False
            else:
                process = self.start([*arguments, *then])
            try:
                started = process.wait(self.rng.uniform(0, seconds)) == 0
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                process.wait()
                hits -= 1
        return self.run(*arguments, *then)

    def start(self, arguments):
        return subprocess.Popen([self.tool, *map(str, arguments)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def kill(self):
        lines = texts(600)
        corpus = self.corpus("endpoint.txt", lines)
        with Teacher() as teacher:
            arguments = ["label", corpus, "--endpoint", teacher.address, "--teacher", "m", "--batch", "16", "--output"]
            self.expect("label to be killed", self.run(*arguments, self.path("whole")), 0, "600 added")
            result = self.killed([*arguments, self.path("killed")], [self.path("killed")], then=())
        self.expect(f"kill -9: label over an endpoint, {self.kills} times", result, 0)
        self.holds("  the store is that of a run in one go", self.store("killed") == self.store("whole"))
        # Enough for several commits.
        lines = texts(80_000)
        corpus = self.corpus("file.txt", lines)
        rows = [vector(line) for line in lines[:500]]
        npy(self.path("file.npy"), rows * 160, WIDTH)
        arguments = ["label", corpus, "--vectors", self.path("file.npy"), "--teacher", "m", "--output"]
        self.expect("label to be killed", self.run(*arguments, self.path("whole2")), 0, "80000 added")
        result = self.killed([*arguments, self.path("killed2")], [self.path("killed2")], then=())
        self.expect(f"kill -9: label of a file, {self.kills} times", result, 0)
        self.holds("  the store is that of a run in one go", self.store("killed2") == self.store("whole2"))

        labels = self.make_labels()
        for name, more in [("mined", []), ("evolved", ["--generations", "4"])]:
            whole, model = self.path(f"{name}.whole"), self.path(f"{name}.killed")
            lineage = self.path(f"{name}.lineage")
            record = ["--lineage", lineage] if more else []
            self.expect(f"train ({name}) to be killed", self.run(*self.train_arguments(labels, whole, *more)), 0, "wrote")
            result = self.killed(self.train_arguments(labels, model, *more, *record), [model, lineage])
            self.expect(f"kill -9: train ({name}), {self.kills} times", result, 0, "wrote")
            self.holds("  the model is that of a run in one go", whole.read_bytes() == model.read_bytes())
            self.holds("  nothing is left beside it", not self.path(f"{name}.killed.checkpoint").exists())
            if record:
                self.expect("lineage of the killed run", self.run("lineage", lineage), 0, "generation")

        folder = self.evolve_folder("arrays")
        arguments = ["evolve", folder, "--generations", "6", "--rules", "60"]
        self.expect("evolve to be killed",
                    self.run(*arguments, "--lineage", self.path("w.lineage"), "--output", self.path("w.rules")), 0)
        result = self.killed([*arguments, "--lineage", self.path("k.lineage"), "--output", self.path("k.rules")],
                             [self.path("k.lineage"), self.path("k.rules")])
        self.expect(f"kill -9: evolve, {self.kills} times", result, 0)
        for kind in ("txt", "npy"):
            self.holds(f"  the rules ({kind}) are those of a run in one go",
                       self.path(f"w.rules.{kind}").read_bytes() == self.path(f"k.rules.{kind}").read_bytes())

    def full_disk(self):
        disk = self.path("disk")
        disk.mkdir()
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=96k", "tmpfs", disk], capture_output=True).returncode:
            print("full disk: left out, no right to mount")
            return
        size = lambda size: subprocess.run(["mount", "-o", f"remount,size={size}", disk], check=True)
        try:
            lines = texts(5000)
            corpus = self.corpus("five.txt", lines)
            npy(self.path("thousands.npy"), [vector(line) for line in lines], WIDTH)
            assert self.label(corpus, self.path("thousands.npy"), "roomy")[0] == 0
            result = self.label(corpus, self.path("thousands.npy"), "disk/labels")
            self.expect("full disk: label", result, 65, "No space left")
            size("1m")
            self.expect("  then with room", self.label(corpus, self.path("thousands.npy"), "disk/labels"), 0)
            self.holds("  the store is that of a run in one go", self.store("disk/labels") == self.store("roomy"))
            shutil.rmtree(disk, ignore_errors=True)
            labels = self.make_labels()
            whole, model = self.path("roomy.model"), disk / "model"
            self.expect("train with room", self.run(*self.train_arguments(labels, whole)), 0)
            size("64k")
            self.expect("full disk: train, at the checkpoint", self.run(*self.train_arguments(labels, model)), 65, "No space")
            size("8m")
            checkpoint = disk / "model.checkpoint"
            more = ["--resume"] if checkpoint.exists() else []
            (disk / "ballast").write_bytes(bytes(0))
            self.expect("  then with room", self.run(*self.train_arguments(labels, model, *more)), 0)
            self.holds("  the model is that of a run in one go", model.read_bytes() == whole.read_bytes())
            model.unlink()
            size("200k")
            arguments = self.train_arguments(labels, self.path("beside"), "--generations", "3", "--lineage",
                                             disk / "lineage")
            (disk / "ballast").write_bytes(bytes(130_000))
            self.expect("full disk: train, at the lineage", self.run(*arguments), 65, "disk is full")
            (disk / "ballast").unlink()
            size("8m")
            self.expect("  then with room", self.run(*arguments, "--resume"), 0, "wrote")
        finally:
            subprocess.run(["umount", disk], check=True)

    def evolve_folder(self, name, change=lambda arrays: arrays):
        """A folder for `evolve`: 400 texts of 20 tokens; some pairs of tokens mean something."""
        rng = random.Random(5)
        folder = self.path(name)
        folder.mkdir()
        pull = {token: [rng.gauss(0, 1) for _ in range(8)] for token in range(20)}
        arrays = {"tokens.vectors": ("<f4", "f", [pull[token] for token in range(20)], 8)}
        for part in ("train", "held"):
            ids, offsets, rows = [], [0], []
            for _ in range(400):
                tokens = [rng.randrange(20) for _ in range(6)]
                row = [0.0] * 8
                for first, second in zip(tokens, tokens[1:]):
                    if second == (first + 1) % 20:
                        row = [a + 0.2 * b for a, b in zip(row, pull[first])]
                ids += tokens
                offsets.append(len(ids))
                rows.append([value + rng.gauss(0, 0.01) for value in row])
            arrays[part + ".ids"] = ("<u4", "I", ids, None)
            arrays[part + ".offsets"] = ("<i8", "q", offsets, None)
            arrays[part + ".residuals"] = ("<f4", "f", rows, 8)
            arrays[part + ".weights"] = ("<f4", "f", [1.0] * 400, None)
            arrays[part + ".gains"] = ("<f4", "f", [1.0] * len(ids), None)
        for label, (kind, code, values, width) in change(arrays).items():
            flat = values if width is None else [value for row in values for value in row]
            shape = f"({len(values)},)" if width is None else f"({len(values)}, {width})"
            head = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}"
            head += " " * (63 - (10 + len(head)) % 64) + "\n"
            (folder / f"{label}.npy").write_bytes(
                b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head.encode() + array.array(code, flat).tobytes())
        return folder

    def evolve(self):
        def run(folder, name, *more):
            return self.run("evolve", folder, "--lineage", self.path(name), "--output", self.path(name + ".rules"),
                            "--generations", "3", "--rules", "50", *more)

        def put(label, index, value):
            def change(arrays):
                arrays[label][2][index] = value
                return arrays
            return change

        good = self.evolve_folder("arrays")
        self.expect("evolve: good arrays", run(good, "good"), 0, "rules")
        self.expect("evolve: the lineage is there already", run(good, "good"), 64, "--resume")
        self.expect("evolve: --resume with other settings", run(good, "good", "--resume", "--seed", "9"), 65, "settings")
        self.expect("lineage: good", self.run("lineage", self.path("good")), 0)
        for name, change, words in [
                ("a token outside the vocabulary", put("train.ids", 5, 20), "20"),
                ("offsets that descend", put("train.offsets", 3, 2), "ascending"),
                ("a residual NaN", put("train.residuals", 3, [float("nan")] * 8), "finite"),
                ("a gain NaN", put("train.gains", 3, float("nan")), "finite"),
                ("a token's vector NaN", put("tokens.vectors", 3, [float("nan")] * 8), "finite"),
                ("a weight below zero", put("held.weights", 3, -1.0), "finite"),
                ("a weight too few", lambda a: a["train.weights"][2].pop() and a, "weights"),
                ("a gain too few", lambda a: a["train.gains"][2].pop() and a, "gains"),
                ("held residuals of another width",
                 lambda a: {**a, "held.residuals": ("<f4", "f", [r[:7] for r in a["held.residuals"][2]], 7)}, "7"),
                ("token vectors of another width",
                 lambda a: {**a, "tokens.vectors": ("<f4", "f", [r[:7] for r in a["tokens.vectors"][2]], 7)}, "7"),
                ("no residuals", lambda a: a.pop("train.residuals") and a, "train.residuals.npy"),
                ("no texts", lambda a: {**a, "train.ids": ("<u4", "I", [], None), "train.offsets": ("<i8", "q", [0], None),
                                        "train.residuals": ("<f4", "f", [], 8), "train.weights": ("<f4", "f", [], None),
                                        "train.gains": ("<f4", "f", [], None)}, "texts")]:
            folder = self.evolve_folder("arrays " + name, change)
            self.expect(f"evolve: {name}", run(folder, "lineage " + name), 65, words)
        huge = self.evolve_folder("arrays huge")
        path = huge / "train.residuals.npy"
        path.write_bytes(path.read_bytes().replace(b"(400, 8), }" + b" " * 22, b"(1000000000000, 1000000000000), }"))
        self.expect("evolve: a shape beyond all memory", run(huge, "lineage huge"), 65, "train.residuals")
        content = self.path("good").read_bytes()
        for name, data in [("no lineage", b"text\n" * 1000), ("cut off", content[:len(content) // 2])]:
            path = self.path("bad.lineage")
            path.write_bytes(data)
            self.expect(f"lineage: {name}", self.run("lineage", path), 65, "lineage")
        self.expect("lineage: not there", self.run("lineage", self.path("absent")), 65, "absent")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tool", required=True)
    parser.add_argument("--kills", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    parts = ["label_endpoint", "label_corpus", "label_vectors", "label_arrow", "train", "evolve", "full_disk", "kill"]
    for part in options.only.split(",") if options.only else parts:
        print(f"== {part}, seed {options.seed}")
        with tempfile.TemporaryDirectory() as work:
            getattr(Check(options.tool, pathlib.Path(work), options.kills, options.seed), part)()
    for line in FAILED:
        print("FAILED", line, file=sys.stderr)
    sys.exit(1 if FAILED else 0)


main()
