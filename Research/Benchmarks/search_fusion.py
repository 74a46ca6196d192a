#!/usr/bin/env python3
"""Tries ways to rank by words and vectors together, outside the product: nDCG@10 x 100 of each on retrieval sets.

    python3 Research/Benchmarks/search_fusion.py --bin .build/release --eval eval/retrieval [--mode annealed]

Passages, their words and their vectors are those of an index that `anneal-search index` has made, and queries are cut
and embedded as the product does it. The candidates of a query are the first hundred by words and the first hundred by
vectors; the first rows of the table are what the product had and has, and must equal `anneal-search measure`.

Sentences are cut at stops and from 4 words on, at most 40. "first hits" is Rocchio's feedback: the query's vector plus
a share of the mean of the first ones'. "gain" is the length of a word's own vector before it is made 1 long, "near" its
cosine with the query. "like" counts, for a query's word that a passage has not, the nearest of the passage's words by
its vector. "line" is a straight line through measures of a query, fitted to the best weight on all other sets.
"""
import argparse, functools, re, sqlite3, subprocess, tempfile, unicodedata
from pathlib import Path

import numpy as np
import scipy.sparse

import provenance

# As in Sources/AnnealSearch/Search/WordQuery.swift.
COMMON = set("""a an and are as at be but by can do does for from had has have how i if in into is it its my no not of on
or s so such t that the their then there these they this to was we were what when where which who why will with would you
your""".split())
STEMS = "tokenize='porter unicode61 remove_diacritics 2'"
DISCOUNTS = 1 / np.log2(np.arange(2, 12))
DEPTH = 100
NONE = -99.0


def table(path):
    return [line.rstrip("\r").split("\t") for line in path.read_text("utf-8").split("\n")[1:] if line]


def words_of(query):
    words, word = [], ""
    for character in query.lower() + " ":
        kind = unicodedata.category(character)[0]
        if kind in "LN" or word and kind == "M":
            word += character
        elif word:
            words.append(word)
            word = ""
    words = list(dict.fromkeys(words))
    return ([w for w in words if w not in COMMON] or words)[:64]


def sentences(text, least=4, most=40):
    found, held = [], []
    for part in re.split(r"(?<=[.!?;:])\s+", text):
        held += part.split()
        while len(held) > most:
            found.append(" ".join(held[:most]))
            held = held[most:]
        if len(held) >= least:
            found.append(" ".join(held))
            held = []
    return found + [" ".join(held)] * bool(held) or [""]


def unit(rows):
    return rows / np.maximum(np.linalg.norm(rows, axis=-1, keepdims=True), 1e-9)


def first(scores, count):
    """Places of the best of each row, best first, equals by place."""
    return np.argsort(-scores, axis=1, kind="stable")[:, :count]


class Set:
    """A retrieval set with all that the rankings need of it."""

    def __init__(self, folder, binaries, mode, work):
        self.name, self.binaries, self.mode, self.work = folder.name, binaries, mode, work
        corpus, queries = table(folder / "corpus.tsv"), table(folder / "queries.tsv")
        number, relevant = {row[0]: i for i, row in enumerate(corpus)}, {}
        for query, document, grade in table(folder / "qrels.tsv"):
            if float(grade) > 0:
                relevant.setdefault(query, {})[number[document]] = float(grade)
        queries = [row for row in queries if row[0] in relevant]
        self.texts, self.relevant = [row[1] for row in corpus], [relevant[row[0]] for row in queries]
        self.query_words = [words_of(row[1]) for row in queries]
        self.read_index()
        self.queries = self.embed([row[1] for row in queries])
        peak = np.abs(self.queries).max(1, keepdims=True) / 127
        cosines = np.round(self.queries / np.maximum(peak, 1e-30)) * peak @ self.vectors.T
        cosines[:, ~self.is_passage] = NONE
        self.choose(cosines)

    def embed(self, texts, *options):
        lines, out = self.work / "lines.txt", self.work / "lines.npy"
        lines.write_text("".join(text + "\n" for text in texts), "utf-8")
        subprocess.run([self.binaries / "anneal", "embed", lines, "--output", out, "--mode", self.mode, "--quiet",
                        *options], check=True, stderr=subprocess.DEVNULL)
        return np.load(out)

    def read_index(self):
        lines, file = self.work / f"{self.name}.txt", self.work / f"{self.name}.db"
        lines.write_text("".join(text + "\n" for text in self.texts), "utf-8")
        subprocess.run([self.binaries / "anneal-search", "index", lines, "--as", "lines", "--db", file, "--mode",
                        self.mode, "--quiet"], check=True)
        db = sqlite3.connect(file)
        row = {passage: line - 1 for passage, line in db.execute("SELECT id, line FROM passage")}
        self.is_passage = np.zeros(len(self.texts), bool)
        self.is_passage[list(row.values())] = True
        vectors = {row[p]: np.frombuffer(data, np.int8) * scale
                   for p, scale, data in db.execute("SELECT passage, scale, data FROM vector")}
        self.vectors = np.zeros((len(self.texts), len(next(iter(vectors.values())))), np.float32)
        for place, vector in vectors.items():
            self.vectors[place] = vector
        db.execute("CREATE VIRTUAL TABLE temp.place USING fts5vocab(main, passage_text, instance)")
        self.stems, rows, columns = {}, [], []
        for stem, passage in db.execute("SELECT term, doc FROM temp.place"):
            rows.append(row[passage])
            columns.append(self.stems.setdefault(stem, len(self.stems)))
        self.counts = scipy.sparse.csr_matrix(
            (np.ones(len(rows)), (rows, columns)), shape=(len(self.texts), len(self.stems)))
        self.counts.sum_duplicates()
        self.lengths = np.asarray(self.counts.sum(1)).ravel()
        self.passages = int(self.is_passage.sum())
        holding = np.asarray((self.counts > 0).sum(0)).ravel()
        self.weights = np.maximum(np.log((self.passages - holding + 0.5) / (holding + 0.5)), 1e-6)

    @functools.cached_property
    def stem_of(self):
        """Stems of the queries' words and of the passages'."""
        return stems({word for words in self.query_words for word in words})

    def choose(self, cosines):
        """The candidates, with their cosines and how often each holds each word of the query."""
        most = max(map(len, self.query_words))
        self.columns = np.array([[self.stems.get(self.stem_of.get(word, word), -1) for word in words]
                                 + [-1] * (most - len(words)) for words in self.query_words])
        self.gains = np.where(self.columns >= 0, self.weights[self.columns], 0)
        shape = len(self.queries), 2 * DEPTH
        self.candidates, self.times = np.full(shape, -1), np.zeros((*shape, most))
        near = first(cosines, DEPTH)
        for query, columns in enumerate(self.columns):
            held = self.counts[:, columns[columns >= 0]].toarray()
            bm25 = self.saturated(held, self.lengths[:, None], 1.2, 0.75) @ self.gains[query][columns >= 0]
            worded = np.argsort(-bm25, kind="stable")[:DEPTH]
            chosen = np.unique(np.concatenate([worded[bm25[worded] > 0], near[query]]))
            chosen = chosen[self.is_passage[chosen]]
            self.candidates[query, :len(chosen)] = chosen
            self.times[query, :len(chosen), columns >= 0] = held[chosen].T
        self.valid, self.places = self.candidates >= 0, np.maximum(self.candidates, 0)
        self.cosines = np.where(self.valid, np.take_along_axis(cosines, self.places, 1), NONE)
        self.grades = np.array([[self.relevant[query].get(int(place), 0) for place in row]
                                for query, row in enumerate(self.candidates)])
        self.ideal = np.array([sum(grade * DISCOUNTS[place] for place, grade in enumerate(
            sorted(grades.values(), reverse=True)[:10])) for grades in self.relevant])
        self.is_near = self.cosines >= np.take_along_axis(cosines, near[:, -1:], 1)

    def saturated(self, times, lengths, saturation, share):
        norm = 1 - share + share * lengths / (self.lengths.sum() / self.passages)
        return times * (saturation + 1) / (times + saturation * norm + 1e-9)

    def bm25(self, saturation=1.2, share=0.75, factors=1.0):
        times = self.saturated(self.times, self.lengths[self.places][:, :, None], saturation, share)
        return np.einsum("qct,qt->qc", times, self.gains * factors)

    def gain(self, scores):
        """nDCG@10 of each query."""
        order = first(np.where(self.valid, scores, NONE), 10)
        return (np.take_along_axis(self.grades, order, 1) * DISCOUNTS).sum(1) / self.ideal

    @functools.cached_property
    def best_sentence(self):
        parts = [sentences(text) for text in self.texts]
        rows = self.embed([part for text in parts for part in text])
        starts = np.cumsum([0] + [len(text) for text in parts])
        return np.array([np.maximum.reduceat(rows @ query, starts[:-1])[places]
                         for places, query in zip(self.places, self.queries)])

    @functools.cached_property
    def word_vectors(self):
        """Of each query's words: not made 1 long."""
        words = sorted({word for words in self.query_words for word in words})
        rows, place = self.embed(words, "--no-normalize"), {word: i for i, word in enumerate(words)}
        out = np.zeros((*self.columns.shape, rows.shape[1]))
        for query, words in enumerate(self.query_words):
            out[query, :len(words)] = rows[[place[word] for word in words]]
        return out

    @functools.cached_property
    def likeness(self):
        """For each candidate and word that it has not: the cosine of its nearest word, times the word's weight."""
        stems_ = sorted(self.stems, key=self.stems.get)
        rows = self.embed(stems_)
        out = np.zeros((*self.candidates.shape, self.columns.shape[1]))
        for query, words in enumerate(self.query_words):
            held = self.counts[self.places[query]]
            columns = np.unique(held.indices)
            near = unit(self.word_vectors[query, :len(words)]) @ rows[columns].T
            there, full = np.searchsorted(columns, held.indices), np.diff(held.indptr) > 0
            for word in range(len(words)):
                out[query, full, word] = np.maximum.reduceat(near[word][there], held.indptr[:-1][full])
        rare = np.log((self.passages + 0.5) / 0.5)
        return np.where(self.times > 0, 0, out) * np.where(self.columns >= 0, self.gains, rare)[:, None]


def stems(words):
    """What FTS5 makes of words."""
    db, words = sqlite3.connect(":memory:"), sorted(words)
    db.execute(f"CREATE VIRTUAL TABLE word USING fts5(text, {STEMS})")
    db.executemany("INSERT INTO word(rowid, text) VALUES (?, ?)", enumerate(words))
    db.execute("CREATE VIRTUAL TABLE place USING fts5vocab(word, instance)")
    return {words[row]: stem for stem, row in db.execute("SELECT term, doc FROM place")}


def over_best(scores):
    best = scores.max(1, keepdims=True)
    return np.where(best > 0, scores / np.maximum(best, 1e-12), 0)


def rules(s):
    """Name and scores of each way to rank."""
    c, plain, low = s.cosines, s.bm25(), s.bm25(0.4)
    worded = np.zeros(c.shape, bool)
    np.put_along_axis(worded, first(plain, DEPTH), True, 1)
    yield "words alone", plain
    yield "vectors alone", c
    yield "before: BM25/best + cosine, 0 outside a list", over_best(plain) * worded + c * s.is_near
    for weight in (0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1):
        yield f"cosine + {weight} BM25/best", c + weight * over_best(plain)
    for weight in (0.03, 0.04):
        yield f"cosine + {weight} BM25", c + weight * plain
    for weight in (0.8, 1.2, 1.5):
        yield f"cosine + {weight} BM25/most possible", c + weight * plain / (2.2 * s.gains.sum(1)[:, None] + 1e-9)
    for saturation in (0.2, 0.4, 0.6, 0.8, 2):
        yield f"saturation {saturation}, cosine + 0.5 BM25/best", c + 0.5 * over_best(s.bm25(saturation))
    for share in (0.5, 0.9):
        yield f"saturation 0.4, length {share}", c + 0.5 * over_best(s.bm25(0.4, share))
    for weight in (0.3, 0.4, 0.6):
        yield f"saturation 0.4, cosine + {weight} BM25/best", c + weight * over_best(low)
    yield "saturation 0.4, words alone", low
    half = 0.5 * over_best(low)
    for share in (0.2, 0.4):
        yield f"saturation 0.4, {share} best sentence", (1 - share) * c + share * s.best_sentence + half
    yield "vectors alone, 0.4 best sentence", 0.6 * c + 0.4 * s.best_sentence
    for count in (3, 10):
        for share in (0.2, 0.4):
            hits = np.take_along_axis(s.places, first(np.where(s.valid, c + half, NONE), count), 1)
            query = unit(s.queries + share * unit(s.vectors)[hits].mean(1))
            near = np.array([unit(s.vectors)[places] @ q for places, q in zip(s.places, query)])
            yield f"saturation 0.4, {share} of the first {count} hits", near + half
    lengths = np.linalg.norm(s.word_vectors, axis=2)
    toward = np.einsum("qtd,qd->qt", unit(s.word_vectors), s.queries)
    for power in (0.3, 0.5, 1):
        gain = np.where(lengths > 0, np.maximum(lengths, 0.1) / np.median(lengths[lengths > 0]), 1) ** power
        yield f"saturation 0.4, words by gain^{power}", c + 0.5 * over_best(s.bm25(0.4, factors=gain))
    for power in (0.2, 0.5, 1):
        near = np.where(lengths > 0, np.maximum(toward, 0.05), 0.5) ** power
        yield f"saturation 0.4, words by near^{power}", c + 0.5 * over_best(s.bm25(0.4, factors=near))
    for least in (0.5, 0.7):
        like = np.where(s.likeness > least * np.maximum(s.gains, 1e-9)[:, None], s.likeness, 0).sum(2)
        yield f"saturation 0.4, 0.4 of words like it above {least}", c + 0.5 * over_best(low / 1.4 + 0.4 * like)


STEPS = np.array([0.2, 0.35, 0.5, 0.7, 1.0])


def mixes(sets):
    """The weight of words by query: the best one afterwards, and what a line says that was fitted to the other sets."""
    measures, gains = [], []
    for s in sets:
        low = s.bm25(0.4)
        best = -np.sort(-low, axis=1)
        near = -np.sort(-np.where(s.valid, s.cosines, 0), axis=1)
        both = [len(set(a) & set(b)) / 10 for a, b in zip(first(low, 10), first(s.cosines, 10))]
        known = (s.columns >= 0).sum(1)
        measures.append(np.stack([
            np.ones(len(low)), best[:, 0] / (1.4 * s.gains.sum(1) + 1e-9), 1 - best[:, 9] / np.maximum(best[:, 0], 1e-9),
            near[:, 0], near[:, 0] - near[:, 9], both, np.log1p(known), s.gains.max(1) / np.log(s.passages)], 1))
        gains.append(np.stack([s.gain(s.cosines + w * over_best(low)) for w in STEPS], 1))
    yield "the best of five weights for each query, known afterwards", [g.max(1) for g in gains]
    told = []
    for out, (x, g) in enumerate(zip(measures, gains)):
        others = [i for i in range(len(sets)) if i != out]
        # Each set counts the same; a weight's worth is what it adds to the set's mean weight.
        share = np.concatenate([np.full(len(measures[i]), 1 / len(measures[i])) for i in others])
        left, right = np.concatenate([measures[i] for i in others]), np.concatenate([gains[i] for i in others])
        right = right - right.mean(1, keepdims=True)
        scaled = left * share[:, None]
        line = np.linalg.solve(scaled.T @ left + 0.01 * np.eye(left.shape[1]), scaled.T @ right)
        told.append(np.take_along_axis(g, (x @ line).argmax(1)[:, None], 1)[:, 0])
    yield "the weight that a line tells, fitted to the other sets", told


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--bin", type=Path, required=True, help="the folder of anneal and anneal-search")
    p.add_argument("--eval", type=Path, nargs="+", required=True, help="folders of retrieval sets")
    p.add_argument("--mode", default="annealed")
    a = p.parse_args()
    print(provenance.line() + f", {a.mode}\n")
    folders = [folder for root in a.eval for folder in sorted(root.iterdir()) if (folder / "corpus.tsv").exists()]
    with tempfile.TemporaryDirectory() as work:
        sets = [Set(folder, a.bin, a.mode, Path(work)) for folder in folders]
        rows = {}
        for s in sets:
            for name, scores in rules(s):
                rows.setdefault(name, []).append(100 * s.gain(scores).mean())
    for name, gains in mixes(sets):
        rows[name] = [100 * gain.mean() for gain in gains]
    print("\t".join(["ranking", *(s.name for s in sets), "mean"]))
    for name, values in rows.items():
        print("\t".join([name, *(f"{value:.2f}" for value in values + [np.mean(values)])]))


if __name__ == "__main__":
    main()
