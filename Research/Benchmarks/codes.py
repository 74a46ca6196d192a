#!/usr/bin/env python3
"""Compares codecs with faiss on the same vectors: what codes of so many bytes keep, and what they cost.

    python3 -m venv .venv && .venv/bin/pip install -r Research/Benchmarks/codes_requirements.txt
    python3 Research/Benchmarks/codes_texts.py CORPUS EVAL work
    .venv/bin/python Research/Benchmarks/codes.py --anneal .build/release/anneal --eval EVAL --work work \\
        --codec search=default.search.codec --codec pair=default.pair.codec --bytes 10 32 64 --output codes.tsv

All train on the same rows and are measured on the same others, on one thread, in this run. Columns:

    error       squared error a vector, of lines of the corpus and of the texts of STS, which are of other kinds
    bound       the least that codes of so many bytes could have, were the vectors normally distributed, by the covariance
                of those very vectors (reverse water-filling). It bounds the error and nothing else
    sym, asym   mean over the STS sets of Spearman with codes over Spearman with vectors, in per cent: both texts coded, or
                one of them; in brackets the 95 % interval of a bootstrap over pairs
    recall      of the ten nearest by vectors among corpus lines, the share among the first 10 and 100 by codes
    ndcg        mean over the retrieval sets of nDCG@10 with coded documents over that with vectors, in per cent
    train, us   processor seconds of training, microseconds of encoding a vector

Every length is what a vector takes in all. A figure of one column is none of another.
"""

import os

for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[variable] = "1"

import argparse
import csv
import resource
import subprocess
import time
from pathlib import Path

import numpy as np
from scipy.stats import rankdata



def spent(command):
    """Processor seconds of a command."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def water_level_bound(vectors, size):
    """The least squared error of codes of `size` bytes for normal vectors of this covariance."""
    values = np.linalg.eigvalsh(np.cov(vectors.T.astype(np.float64)))
    low, high = 1e-15, values.max()
    for _ in range(200):
        level = (low * high) ** 0.5
        if np.maximum(0, 0.5 * np.log2(np.maximum(values, 1e-300) / level)).sum() > 8 * size:
            low = level
        else:
            high = level
    return np.minimum(np.maximum(values, 0), high).sum()


def unit(vectors):
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)


class Own:
    """A codec of ours, by the command."""

    def __init__(self, anneal, name, file, work):
        self.anneal, self.name, self.file, self.work = anneal, name, file, work
        self.trained = float("nan")

    def coded(self, key, vectors, size):
        source, codes, back = (self.work / f"own-{part}" for part in ("v.npy", "v.codes", "w.npy"))
        np.save(source, vectors)
        base = [self.anneal, "codes"]
        seconds = spent(
            base + ["encode", source, "--codec", self.file, "--bytes", str(size), "--threads", "1", "--quiet", "--output", codes]
        )
        subprocess.run(base + ["decode", codes, "--codec", self.file, "--quiet", "--output", back], check=True)
        return np.load(back), seconds


class Peer:
    """A codec of faiss, or one of a few lines of numpy."""

    def __init__(self, name, train, encode_decode):
        self.name = name
        start = time.process_time()
        self.state = train()
        self.trained = time.process_time() - start
        self.encode_decode = encode_decode

    def coded(self, key, vectors, size):
        start = time.process_time()
        back = self.encode_decode(self.state, vectors)
        return back, time.process_time() - start


def peers(train, size, options):
    import faiss

    faiss.omp_set_num_threads(1)
    dimension = train.shape[1]

    def quantizer(index):
        index.train(train)
        return index

    def through(index, vectors):
        return index.sa_decode(index.sa_encode(vectors))

    def opq():
        index = faiss.index_factory(dimension, f"OPQ{size},PQ{size}")
        faiss.downcast_VectorTransform(index.chain.at(0)).niter = options.opq_rounds
        return quantizer(index)

    def residual():
        index = faiss.IndexResidualQuantizer(dimension, size, 8)
        index.rq.max_beam_size = 5
        quantizer(index)
        index.rq.max_beam_size = 16
        return index

    def itq():
        mean = train.mean(0)
        values, basis = np.linalg.eigh(np.cov((train - mean).T))
        basis = basis[:, ::-1][:, : 8 * size]
        points = (train - mean) @ basis
        rotation = np.linalg.qr(np.random.default_rng(options.seed).standard_normal((basis.shape[1],) * 2))[0]
        for _ in range(50):
            left, _, right = np.linalg.svd(np.sign(points @ rotation).T @ points)
            rotation = (left @ right).T
        basis = (basis @ rotation).astype(np.float32)
        scale = np.abs((train - mean) @ basis).mean(0)
        return mean, basis, scale.astype(np.float32)

    def signs(state, vectors):
        mean, basis, scale = state
        return (np.where((vectors - mean) @ basis >= 0, scale, -scale) @ basis.T + mean).astype(np.float32)

    if "PQ" in options.peers:
        yield Peer("faiss PQ", lambda: quantizer(faiss.IndexPQ(dimension, size, 8)), through)
    if "OPQ" in options.peers:
        yield Peer(f"faiss OPQ, {options.opq_rounds} rounds", opq, through)
    if "RQ" in options.peers:
        yield Peer("faiss RQ, beam 5 and 16", residual, through)
    if "LSQ" in options.peers:
        yield Peer("faiss LSQ", lambda: quantizer(faiss.IndexLocalSearchQuantizer(dimension, size, 8)), through)
    if "ITQ" in options.peers and 8 * size <= dimension:
        yield Peer(f"PCA {8 * size} + ITQ, sign", itq, signs)


class Pairs:
    """The STS sets, as places in one matrix of texts."""

    def __init__(self, folder, texts):
        places = {text: index for index, text in enumerate(texts)}
        self.sets = []
        for file in sorted(Path(folder).glob("sts/*.tsv")):
            with open(file, encoding="utf8") as lines:
                rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
            self.sets.append(
                (
                    file.stem,
                    np.array([places[row["sentence1"]] for row in rows]),
                    np.array([places[row["sentence2"]] for row in rows]),
                    np.array([float(row["score"]) for row in rows]),
                )
            )

    @staticmethod
    def spearman(one, other):
        return np.corrcoef(rankdata(one), rankdata(other))[0, 1]

    def kept(self, full, sides, rounds=0, seed=0):
        """Mean ratio of Spearman, and its interval; `sides` are pairs of matrices whose ratios are averaged."""
        full = unit(full)
        sides = [(unit(left), unit(right)) for left, right in sides]
        random = np.random.default_rng(seed)
        draws = []
        for draw in range(rounds + 1):
            ratios = []
            for _, first, second, scores in self.sets:
                pick = np.arange(len(scores)) if draw == 0 else random.integers(0, len(scores), len(scores))
                a, b, s = first[pick], second[pick], scores[pick]
                whole = self.spearman((full[a] * full[b]).sum(1), s)
                ratios.append(np.mean([self.spearman((l[a] * r[b]).sum(1), s) for l, r in sides]) / whole)
            draws.append(100 * np.mean(ratios))
        low, high = np.percentile(draws[1:], [2.5, 97.5]) if rounds else (draws[0], draws[0])
        return draws[0], low, high


def recall(vectors, coded, queries):
    def best(rows, count):
        return np.argsort(-(queries @ unit(rows).T), axis=1, kind="stable")[:, :count]

    exact, near = best(vectors, 10), best(coded, 100)
    return [np.mean([len(set(e) & set(n[:count])) / 10 for e, n in zip(exact, near)]) for count in (10, 100)]


class Retrieval:
    """The retrieval sets: documents are coded, queries are not."""

    def __init__(self, folder, embed, queries_most=400):
        self.sets = []
        for place in sorted(Path(folder).glob("retrieval/*")):
            def table(name):
                with open(place / name, encoding="utf8") as lines:
                    return [row for row in csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)][1:]

            documents, queries = table("corpus.tsv"), table("queries.tsv")[:queries_most]
            known = {row[0]: index for index, row in enumerate(documents)}
            wanted = {}
            for row in table("qrels.tsv"):
                if row[1] in known and float(row[-1]) > 0:
                    wanted.setdefault(row[0], {})[known[row[1]]] = float(row[-1])
            queries = [row for row in queries if row[0] in wanted]
            self.sets.append(
                (
                    place.name,
                    embed(f"{place.name}-documents", [" ".join(row[1:]) for row in documents]),
                    embed(f"{place.name}-queries", [row[1] for row in queries]),
                    [wanted[row[0]] for row in queries],
                )
            )

    @staticmethod
    def ndcg(documents, queries, wanted):
        order = np.argsort(-(queries @ unit(documents).T), axis=1, kind="stable")[:, :10]
        discount = 1 / np.log2(np.arange(10) + 2)
        scores = []
        for found, gains in zip(order, wanted):
            ideal = np.sort(list(gains.values()))[::-1][:10]
            scores.append(
                sum(gains.get(place, 0) * d for place, d in zip(found, discount)) / (ideal * discount[: len(ideal)]).sum()
            )
        return np.mean(scores)

    def kept(self, coded):
        return 100 * np.mean(
            [self.ndcg(coded(name, documents), queries, wanted) / self.ndcg(documents, queries, wanted)
             for name, documents, queries, wanted in self.sets]
        )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--anneal", type=Path, required=True)
    parser.add_argument("--eval", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True, help="texts of codes_texts.py; vectors are kept here")
    parser.add_argument("--codec", action="append", default=[], metavar="NAME=FILE")
    parser.add_argument("--bytes", type=int, nargs="+", default=[10])
    parser.add_argument("--peers", nargs="*", default=["PQ", "OPQ", "RQ", "ITQ"])
    parser.add_argument("--rows", type=int, default=50_000, help="rows that peers train on")
    parser.add_argument("--opq-rounds", type=int, default=50)
    parser.add_argument("--bootstrap", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()

    def embed(name, texts=None):
        file = options.work / f"{name}.npy"
        if not file.exists():
            lines = options.work / f"{name}.txt"
            if texts is not None:
                lines.write_text("\n".join(" ".join(text.split()) for text in texts) + "\n", encoding="utf8")
            subprocess.run([options.anneal, "embed", "--quiet", "--output", file, lines], check=True)
        return np.load(file)

    train = np.ascontiguousarray(embed("train")[: options.rows])
    database, queries, sts = embed("db"), embed("queries"), embed("sts")
    pairs = Pairs(options.eval, (options.work / "sts.txt").read_text(encoding="utf8").split("\n")[:-1])
    retrieval = Retrieval(options.eval, embed)
    columns = "codec bytes error_db bound_db error_sts sym sym_low sym_high asym asym_low asym_high recall10 recall100 ndcg train_s encode_us".split()
    rows = []
    for size in options.bytes:
        contestants = [Own(options.anneal, *item.split("=", 1), options.work) for item in options.codec]
        bound = water_level_bound(database, size)
        for codec in [*contestants, *peers(train, size, options)]:
            back, seconds = codec.coded("db", database, size)
            texts, _ = codec.coded("sts", sts, size)
            both = pairs.kept(sts, [(texts, texts)], options.bootstrap, options.seed)
            one = pairs.kept(sts, [(texts, sts), (sts, texts)], options.bootstrap, options.seed)
            row = [
                codec.name, size, ((back - database) ** 2).sum(1).mean(), bound, ((texts - sts) ** 2).sum(1).mean(),
                *both, *one, *recall(database, back, queries),
                retrieval.kept(lambda name, documents: codec.coded(name, documents, size)[0]), codec.trained,
                seconds / len(database) * 1e6,
            ]
            rows.append([value if isinstance(value, (str, int)) else f"{value:.4f}" for value in row])
            print("\t".join(map(str, rows[-1])), flush=True)
    text = "\t".join(columns) + "\n" + "".join("\t".join(map(str, row)) + "\n" for row in rows)
    if options.output:
        options.output.write_text(text, encoding="utf8")


if __name__ == "__main__":
    main()
