#!/usr/bin/env python3
"""Measures `anneal complete` on lines of several sources, beside the controls.

    python3 Research/Benchmarks/completion.py --anneal .build/release/anneal --corpus CORPUS --work work \\
        --output Docs/Decisions/runs/completion.tsv

CORPUS has files NAME.txt.gz of shuffled lines. A model is trained on 5,000 lines of each of eight sources. Settings are chosen
on 120 other lines of each (--part dev); figures are of 120 further lines (--part test), and of 120 lines of each of four
sources of which nothing was trained on ("held out"). Controls, in the same rows: how frequent words are, Kneser-Ney bigrams and
trigrams, trigrams with a cache of the line's words, and what somebody would know who knows which of the eight sources a line is
from ("genre": the source's own frequencies of words, from its lines of training). The power of the genre is chosen on the
development lines too, of 0.5, 0.7 and 1.

Columns: part, way, words, perplexity, and for words of four letters or more, with none, one and two letters typed, how
often in per cent the right one is first, and among the first three. low and high are the 95 % interval of the perplexity over that
of the trigrams, over 400 draws of lines.
"""

import argparse
import gzip
import json
import math
import random
import resource
import subprocess
import sys
import time
from pathlib import Path

import provenance

SOURCES = ["wikisplit", "medquad", "factbook", "topical_chat", "standardebooks", "science_abstracts", "anarchism_faq",
           "tech_docs_md"]
HELD_OUT = ["fortunes_quotes", "ud_ewt_gum", "wikipedia_homograph", "foldoc_jargon"]
TRAINED, CHOSEN_ON, MEASURED_ON = 5000, 120, 120
TRIGRAMS = "trigrams"
DRAWS = 400
COLUMNS = ["part", "way", "words", "perplexity", "low", "high", "first_0", "three_0", "first_1", "three_1", "first_2",
           "three_2"]


def prepare(corpus, work):
    """Files of lines in `work`: for each source those of training, to choose on, and to measure on."""
    generator = random.Random(1)
    for name in SOURCES + HELD_OUT:
        lines = [line.rstrip("\n") for line in gzip.open(corpus / f"{name}.txt.gz", "rt", encoding="utf-8")]
        chosen = generator.sample(range(len(lines)), TRAINED + CHOSEN_ON + MEASURED_ON)
        places = {"train": chosen[:TRAINED], "dev": chosen[TRAINED:TRAINED + CHOSEN_ON],
                  "test": chosen[TRAINED + CHOSEN_ON:]}
        for part, part_places in places.items():
            if name in HELD_OUT and part == "train":
                continue
            (work / f"{name}.{part}.txt").write_text("".join(lines[place] + "\n" for place in part_places), "utf-8")


def run(command):
    found = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if found.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}: {found.stderr.strip()}")
    return found.stdout


def intervals(sources, base, ways):
    """The 95 % interval of each way's perplexity over another's, over draws of texts."""
    texts = [text for source in sources for text in source["texts"] if text["words"]]
    generator = random.Random(2)
    ratios = [[] for _ in range(ways)]
    for _ in range(DRAWS):
        drawn = generator.choices(texts, k=len(texts))
        words = sum(text["words"] for text in drawn)
        sums = [sum(column) for column in zip(*(text["logarithms"] for text in drawn))]
        for way in range(ways):
            ratios[way].append(math.exp((sums[base] - sums[way]) / words))
    return [(sorted(ratio)[DRAWS // 40], sorted(ratio)[-DRAWS // 40]) for ratio in ratios]


def measure(arguments, part, sources, genres, settings):
    command = [arguments.anneal, "complete", "--completions", arguments.work / "eight.completions", "--json", "--timed",
               "--threads", arguments.threads, *settings, "--measure",
               *(arguments.work / f"{name}.{part}.txt" for name in sources)]
    if genres:
        command += ["--genres", *(arguments.work / f"{name}.train.txt" for name in sources)]
    return json.loads(run(command))


def rows(part, found, with_intervals=True):
    names = [way["name"] for way in found["ways"]]
    bounds = (intervals(found["sources"], names.index(TRIGRAMS), len(names)) if with_intervals
              else [("", "")] * len(names))
    for way, (low, high) in zip(found["ways"], bounds):
        hits = {}
        for typed in way["letters"]:
            for key, column in (("first", "first"), ("first_three", "three")):
                hits[f"{column}_{typed['typed']}"] = f"{100 * typed[key] / typed['asked']:.1f}"
        yield {"part": part, "way": way["name"], "words": way["words"], "perplexity": f"{way['perplexity']:.1f}",
               "low": f"{low:.3f}" if low else "", "high": f"{high:.3f}" if high else "", **hits}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--anneal", type=Path, required=True, help="the command, of a release build")
    parser.add_argument("--corpus", type=Path, required=True, help="a folder of NAME.txt.gz")
    parser.add_argument("--work", type=Path, required=True, help="a folder for lines and the model")
    parser.add_argument("--output", type=Path, required=True, help="the table to write")
    parser.add_argument("--part", choices=["dev", "test"], default="test")
    parser.add_argument("--genre-strength", default="1")
    parser.add_argument("--strength", help="of the concepts, instead of the model's")
    parser.add_argument("--sharpness", help="of the concepts, instead of the model's")
    parser.add_argument("--cache", help="instead of the model's")
    parser.add_argument("--threads", default="1")
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)
    prepare(arguments.corpus, arguments.work)
    model = arguments.work / "eight.completions"
    before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    run([arguments.anneal, "complete", "--quiet", "--threads", arguments.threads, "--output", model, "--train",
         *(arguments.work / f"{name}.train.txt" for name in SOURCES)])
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    settings = ["--genre-strength", arguments.genre_strength]
    for name in ("strength", "sharpness", "cache"):
        if getattr(arguments, name):
            settings += [f"--{name}", getattr(arguments, name)]
    found = measure(arguments, arguments.part, SOURCES, True, settings)
    table = list(rows(arguments.part, found))
    for source in found["sources"]:
        name = Path(source["file"]).name.split(".")[0]
        table += rows(f"{arguments.part} {name}", {"ways": source["ways"], "sources": [source]}, False)
    out = measure(arguments, arguments.part, HELD_OUT, False, settings)
    table += rows("held out", out)
    for source in out["sources"]:
        name = Path(source["file"]).name.split(".")[0]
        table += rows(f"held out {name}", {"ways": source["ways"], "sources": [source]}, False)
    made = found["model"]
    notes = [
        provenance.line(),
        f"trained on {made['trained_on']} words in {seconds:.1f} s of processor time ({time.monotonic() - begin:.1f} s by the clock for "
        f"all), {after.ru_maxrss / 1024:.0f} MB at most",
        f"{made['words']} words, {made['bigrams']} bigrams, {made['trigrams']} trigrams, {made['concepts']} concepts in "
        f"{made['bytes']} bytes",
        f"a call: {found['milliseconds_median']:.3f} ms, 95 of 100 within {found['milliseconds_95']:.3f} ms",
        f"{found['unknown']} and {out['unknown']} words are unknown and left out",
    ]
    with open(arguments.output, "w", encoding="utf-8") as file:
        for note in notes:
            print(note)
        for line in ["\t".join(COLUMNS)] + ["\t".join(str(row.get(column, "")) for column in COLUMNS) for row in table]:
            print(line)
            file.write(line + "\n")


main()
