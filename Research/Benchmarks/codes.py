#!/usr/bin/env python3
"""Compares codecs with faiss on the same vectors: what codes of so many bytes keep, and what they cost.

    python3 -m venv .venv && .venv/bin/pip install -r Research/Benchmarks/codes_requirements.txt
    python3 Research/Benchmarks/codes_texts.py CORPUS EVAL work
    .venv/bin/python Research/Benchmarks/codes.py --anneal .build/release/anneal --eval EVAL --work work \\
        --own 'search=--profile search' --own 'pair=--profile pair' --bytes 10 16 20 32 64 --seeds 3 --output codes.tsv

All train on the same rows and are measured on the same others, on one thread, in this run. A row that the output has is
not measured again. Beside the output NAME.tsv a file NAME-sets.tsv has what each STS set keeps. Columns:

    seed        what the codec's training drew by; the rows are the same
    error       squared error a vector, of lines of the corpus and of the texts of STS, which are of other kinds
    bound       the least that codes of so many bytes could have, were the vectors normally distributed, by the covariance
                of those very vectors (reverse water-filling). It bounds the error and nothing else
    sym, asym   mean over the STS sets of Spearman with codes over Spearman with vectors, in per cent: both texts coded, or
                one of them; low and high are the 95 % interval of a bootstrap over pairs
    recall      of the ten nearest by vectors among corpus lines, the share among the first 10, 100 and 1,000 by codes; "out"
                is among the documents of the retrieval sets, which are of kinds that nobody trained on
    ndcg        mean over the retrieval sets of nDCG@10 with coded documents over that with vectors, in per cent
    train, us   processor seconds of training, microseconds of encoding a vector

Every length is what a vector takes in all, factors of RaBitQ among it. A figure of one column is none of another. RaBitQ
has no codes that could be compared with codes and no decoded vectors: those columns are nan. "ideal" is no codec: it is
the channel by which the bound would be reached, and says what similarity such an error leaves.
"""

import os

for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[variable] = "1"

import argparse
import csv
import resource
import shlex
import subprocess
import time
from pathlib import Path

import numpy as np
from scipy.stats import rankdata

COLUMNS = """codec bytes seed error_db bound_db error_sts bound_sts sym sym_low sym_high asym asym_low asym_high recall10
recall100 recall1000 out10 out100 ndcg train_s encode_us""".split()


def spent(command):
    """Processor seconds of a command."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def water_level(values, size):
    """The error that each component of these variances is left with by the best codes of `size` bytes, at most."""
    low, high = 1e-15, values.max()
    for _ in range(200):
        level = (low * high) ** 0.5
        if np.maximum(0, 0.5 * np.log2(np.maximum(values, 1e-300) / level)).sum() > 8 * size:
            low = level
        else:
            high = level
    return high


def water_level_bound(vectors, size):
    """The least squared error of codes of `size` bytes for normal vectors of this covariance."""
    values = np.linalg.eigvalsh(np.cov(vectors.T.astype(np.float64)))
    return np.minimum(np.maximum(values, 0), water_level(values, size)).sum()


def unit(vectors):
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)


class Decoded:
    """Codes, as the vectors that they stand for."""

    def __init__(self, vectors):
        self.vectors, self.units = vectors, unit(vectors)

    def nearest(self, queries, count):
        found = []
        for start in range(0, len(queries), 100):
            scores = -(queries[start : start + 100] @ self.units.T)
            some = np.argpartition(scores, min(count, scores.shape[1] - 1), axis=1)[:, :count]
            order = np.argsort(np.take_along_axis(scores, some, 1), axis=1, kind="stable")
            found.append(np.take_along_axis(some, order, 1))
        return np.concatenate(found)

    def similarities(self, vectors, places):
        return (vectors * self.units[places]).sum(1)


class Searched:
    """Codes that are only searched: an index of faiss."""

    vectors = None

    def __init__(self, index, transform):
        self.index, self.transform = index, transform

    def nearest(self, queries, count):
        return self.index.search(self.transform(queries), count)[1]

    def similarities(self, vectors, places):
        import faiss

        distances = self.index.get_FlatCodesDistanceComputer()
        queries, found = self.transform(vectors), np.empty(len(places), np.float32)
        for row, place in enumerate(places):
            distances.set_query(faiss.swig_ptr(queries[row]))
            found[row] = -distances(int(place))
        return found


class Own:
    """A codec of ours, by the command: the file of one, or the options that one is trained with."""

    def __init__(self, options, name, size, seed, file=None, training=None):
        self.anneal, self.name, self.work, self.size, self.trained = options.anneal, name, options.work, size, float("nan")
        self.file = file
        if file is None:
            self.file = self.work / "own.codec"
            self.trained = spent(
                [self.anneal, "codes", "train", self.work / "train.npy", "--bytes", str(size), "--rows", str(options.rows)]
                + ["--seed", str(seed), "--threads", "1", "--quiet", "--output", self.file, *shlex.split(training)]
            )

    def coded(self, vectors):
        source, codes, back = (self.work / f"own-{part}" for part in ("v.npy", "v.codes", "w.npy"))
        np.save(source, vectors)
        base = [self.anneal, "codes"]
        length = ["--bytes", str(self.size), "--threads", "1", "--quiet", "--output", codes]
        seconds = spent(base + ["encode", source, "--codec", self.file, *length])
        subprocess.run(base + ["decode", codes, "--codec", self.file, "--quiet", "--output", back], check=True)
        return Decoded(np.load(back)), seconds


class Peer:
    """A codec of faiss, or one of a few lines of numpy."""

    def __init__(self, name, train, code):
        self.name = name
        start = time.process_time()
        self.state = train()
        self.trained = time.process_time() - start
        self.code = code

    def coded(self, vectors):
        start = time.process_time()
        back = self.code(self.state, vectors)
        seconds = time.process_time() - start
        return (Decoded(back) if isinstance(back, np.ndarray) else back), seconds


def peers(train, size, seed, options):
    """The names of peers that have codes of this size, and what trains each."""
    import faiss

    faiss.omp_set_num_threads(1)
    dimension = train.shape[1]
    # Sub-spaces are of equal width: where bytes do not divide the dimension, vectors are filled up with zeros.
    width = -(-dimension // size) * size

    def quantizer(index):
        index.train(train)
        return index

    def through(index, vectors):
        return index.sa_decode(index.sa_encode(vectors))

    def filled(vectors):
        return np.ascontiguousarray(np.pad(vectors, ((0, 0), (0, width - dimension))))

    def product():
        index = faiss.IndexPQ(width, size, 8)
        index.pq.cp.seed = 1234 + seed
        index.train(filled(train))
        return index

    def optimised():
        index = faiss.index_factory(dimension, f"OPQ{size}_{width},PQ{size}")
        rotation = faiss.downcast_VectorTransform(index.chain.at(0))
        rotation.niter = options.opq_rounds
        inner = faiss.ProductQuantizer(width, size, 8)
        inner.cp.seed = 1234 + seed
        # The rotation itself begins at random by a fixed seed; the order of the rows is what other seeds change.
        rotation.pq = inner
        order = np.random.default_rng(seed).permutation(len(train)) if seed else np.arange(len(train))
        index.train(np.ascontiguousarray(train[order]))
        return index, inner

    def additive(index, name):
        part = getattr(index, name)
        if name == "rq":
            part.cp.seed = 1234 + seed
            part.max_beam_size = 5
            quantizer(index)
            part.max_beam_size = 16
        else:
            part.random_seed = 0x12345 + seed
            quantizer(index)
        return index

    def components(count):
        mean = train.mean(0)
        _, basis = np.linalg.eigh(np.cov((train - mean).T))
        return mean, basis[:, ::-1][:, :count]

    def itq(rounds):
        mean, basis = components(8 * size)
        points = (train - mean) @ basis
        rotation = np.linalg.qr(np.random.default_rng(seed).standard_normal((basis.shape[1],) * 2))[0]
        for _ in range(rounds):
            left, _, right = np.linalg.svd(np.sign(points @ rotation).T @ points)
            rotation = (left @ right).T
        basis = (basis @ rotation).astype(np.float32)
        scale = np.abs((train - mean) @ basis).mean(0)
        return mean, basis, scale.astype(np.float32)

    def signs(state, vectors):
        mean, basis, scale = state
        return (np.where((vectors - mean) @ basis >= 0, scale, -scale) @ basis.T + mean).astype(np.float32)

    def bits(state, vectors):
        mean, basis, index = state
        index = faiss.clone_index(index)

        def transform(rows):
            return np.ascontiguousarray(((rows - mean) @ basis).astype(np.float32))

        index.add(transform(vectors))
        return Searched(index, transform)

    def rabitq():
        mean, basis = components(8 * (size - 8))
        rotation = np.linalg.qr(np.random.default_rng(seed).standard_normal((basis.shape[1],) * 2))[0]
        basis = basis @ rotation
        index = faiss.IndexRaBitQ(basis.shape[1], faiss.METRIC_L2)
        index.qb = 0
        index.train(np.ascontiguousarray(((train - mean) @ basis).astype(np.float32)))
        if index.code_size != size:
            raise SystemExit(f"RaBitQ: expected codes of {size} bytes, found {index.code_size}")
        return mean, basis, index

    def ideal():
        mean, basis = components(dimension)
        values = ((train - mean) @ basis).var(0)
        return mean, basis, values, water_level(values, size)

    def channel(state, vectors):
        """What the best code of normal vectors would make of these: components shrunk, and noise added."""
        mean, basis, values, level = state
        kept = np.maximum(0, 1 - level / np.maximum(values, 1e-30))
        noise = np.random.default_rng(seed).standard_normal(vectors.shape) * np.sqrt(level * kept)
        return (((vectors - mean) @ basis * kept + noise) @ basis.T + mean).astype(np.float32)

    def first(_, vectors):
        """The first numbers of a vector, a byte each; no mean, no turning: what a Matryoshka model is cut to."""
        back = np.zeros_like(vectors)
        step = np.abs(train[:, :size]).max() / 127
        back[:, :size] = np.clip(np.round(vectors[:, :size] / step), -127, 127) * step
        return back

    known = {
        "PQ": ("faiss PQ", product, lambda state, v: through(state, filled(v))[:, :dimension]),
        "OPQ": (f"faiss OPQ, {options.opq_rounds} rounds", optimised, lambda state, v: through(state[0], v)),
        "RQ": ("faiss RQ, beam 5 and 16", lambda: additive(faiss.IndexResidualQuantizer(dimension, size, 8), "rq"), through),
        "LSQ": ("faiss LSQ", lambda: additive(faiss.IndexLocalSearchQuantizer(dimension, size, 8), "lsq"), through),
        "prefix": ("first numbers, bytes", lambda: None, first),
        "ideal": ("ideal code, were vectors normal", ideal, channel),
    }
    if 8 * size <= dimension:
        known["ITQ"] = ("components, ITQ, sign", lambda: itq(50), signs)
        known["sign"] = ("components, random rotation, sign", lambda: itq(0), signs)
    if 0 < size - 8 <= dimension // 8:
        known["RaBitQ"] = ("faiss RaBitQ on components", rabitq, bits)
    if size == dimension:
        scalar = faiss.ScalarQuantizer.QT_8bit
        known = {"SQ8": ("faiss SQ8", lambda: quantizer(faiss.IndexScalarQuantizer(dimension, scalar)), through)}
    return [known[name] for name in options.peers if name in known]


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

    def kept(self, full, coded, rounds, seed):
        """For both texts coded and for one: the ratio of Spearman by set, and the mean's interval."""
        full, random = unit(full), np.random.default_rng(seed)
        both, one, sizes = [], [], []
        for _, a, b, _ in self.sets:
            symmetric = None if coded.vectors is None else (coded.units[a] * coded.units[b]).sum(1)
            both.append([symmetric])
            one.append([coded.similarities(full[a], b), coded.similarities(full[b], a)])
            sizes.append((full[a] * full[b]).sum(1))
        picks = [[np.arange(len(s[3])) for s in self.sets]]
        picks += [[random.integers(0, len(s[3]), len(s[3])) for s in self.sets] for _ in range(rounds)]

        def ratios(sides, pick):
            if sides[0][0] is None:
                return [float("nan")] * len(self.sets)
            return [
                100 * np.mean([self.spearman(side[p], s[3][p]) for side in part]) / self.spearman(whole[p], s[3][p])
                for part, whole, s, p in zip(sides, sizes, self.sets, pick)
            ]

        found = []
        for sides in (both, one):
            draws = [np.mean(ratios(sides, pick)) for pick in picks[1:]] or [float("nan")]
            found.append((ratios(sides, picks[0]), *np.percentile(draws, [2.5, 97.5])))
        return found


def recall(exact, coded, queries, counts):
    near = coded.nearest(queries, max(counts))
    return [np.mean([len(set(e) & set(n[:count])) / 10 for e, n in zip(exact, near)]) for count in counts]


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
                    embed(f"{place.name}-queries", [row[1] for row in queries])[: len(queries)],
                    [wanted[row[0]] for row in queries],
                )
            )

    @staticmethod
    def ndcg(documents, queries, wanted):
        order = documents.nearest(queries, 10)
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
            [self.ndcg(coded(documents)[0], queries, wanted) / self.ndcg(Decoded(documents), queries, wanted)
             for _, documents, queries, wanted in self.sets]
        )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--anneal", type=Path, required=True)
    parser.add_argument("--embedder", type=Path, help="another command that embeds; default: --anneal")
    parser.add_argument("--model", type=Path, help="the model that embeds; default: the one that ships")
    parser.add_argument("--eval", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True, help="texts of codes_texts.py; vectors are kept here")
    parser.add_argument("--codec", action="append", default=[], metavar="NAME=FILE", help="a codec that is there")
    parser.add_argument("--own", action="append", default=[], metavar="NAME=OPTIONS", help="a codec, trained for each size")
    parser.add_argument("--bytes", type=int, nargs="+", default=[10])
    parser.add_argument("--peers", nargs="*", default=["PQ", "OPQ", "RQ", "LSQ", "ITQ", "sign", "RaBitQ", "SQ8", "prefix"])
    parser.add_argument("--rows", type=int, default=50_000, help="rows that all train on")
    parser.add_argument("--opq-rounds", type=int, default=50)
    parser.add_argument("--bootstrap", type=int, default=200)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0], help="e.g. 0 1 2")
    parser.add_argument("--output", type=Path, required=True)
    options = parser.parse_args()
    # A name without a slash would be looked for elsewhere.
    options.anneal = options.anneal.resolve()

    def embed(name, texts=None):
        file = options.work / f"{name}.npy"
        if not file.exists():
            lines = options.work / f"{name}.txt"
            if texts is not None:
                lines.write_text("\n".join(" ".join(text.split()) for text in texts) + "\n", encoding="utf8")
            command = [options.embedder or options.anneal, "embed", "--quiet", "--output", file, lines]
            subprocess.run(command + (["--model", options.model] if options.model else []), check=True)
        return np.load(file)

    train = np.ascontiguousarray(embed("train")[: options.rows])
    database, queries, sts = embed("db"), embed("queries"), embed("sts")
    pairs = Pairs(options.eval, (options.work / "sts.txt").read_text(encoding="utf8").split("\n")[:-1])
    retrieval = Retrieval(options.eval, embed)
    outside = np.concatenate([documents for _, documents, _, _ in retrieval.sets])
    asked = np.concatenate([some for _, _, some, _ in retrieval.sets])[:: 2]
    exact, exact_outside = Decoded(database).nearest(queries, 10), Decoded(outside).nearest(asked, 10)

    sets = options.output.with_name(options.output.stem + "-sets.tsv")
    done = set()
    if options.output.exists():
        done = {tuple(line.split("\t")[:3]) for line in options.output.read_text(encoding="utf8").splitlines()}
    else:
        options.output.write_text("\t".join(COLUMNS) + "\n", encoding="utf8")
        sets.write_text("codec\tbytes\tseed\tset\tsym\tasym\n", encoding="utf8")

    def measure(codec, size, seed):
        coded, seconds = codec.coded(database)
        texts, _ = codec.coded(sts)
        (both, *both_interval), (one, *one_interval) = pairs.kept(sts, texts, options.bootstrap, seed)

        def error(coded, vectors):
            return ((coded.vectors - vectors) ** 2).sum(1).mean() if coded.vectors is not None else float("nan")

        numbers = [
            error(coded, database), water_level_bound(database, size), error(texts, sts), water_level_bound(sts, size),
            np.mean(both), *both_interval, np.mean(one), *one_interval,
            *recall(exact, coded, queries, (10, 100, 1000)), *recall(exact_outside, codec.coded(outside)[0], asked, (10, 100)),
            retrieval.kept(codec.coded), codec.trained, seconds / len(database) * 1e6,
        ]
        row = "\t".join([codec.name, str(size), str(seed), *(f"{number:.4f}" for number in numbers)])
        with open(options.output, "a", encoding="utf8") as file:
            file.write(row + "\n")
        with open(sets, "a", encoding="utf8") as file:
            for (name, *_), symmetric, asymmetric in zip(pairs.sets, both, one):
                file.write(f"{codec.name}\t{size}\t{seed}\t{name}\t{symmetric:.2f}\t{asymmetric:.2f}\n")
        print(row, flush=True)

    for size in options.bytes:
        for seed in options.seeds:
            contestants = [
                (name, lambda name=name, file=file: Own(options, name, size, seed, file=file))
                for name, file in (item.split("=", 1) for item in options.codec)
            ] + [
                (name, lambda name=name, training=training: Own(options, name, size, seed, training=training))
                for name, training in (item.split("=", 1) for item in options.own)
            ] + [
                (name, lambda item=(name, learn, code): Peer(*item))
                for name, learn, code in peers(train, size, seed, options)
            ]
            for name, make in contestants:
                if (name, str(size), str(seed)) not in done:
                    measure(make(), size, seed)


if __name__ == "__main__":
    main()
