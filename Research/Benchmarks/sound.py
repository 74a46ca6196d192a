#!/usr/bin/env python3
"""Measures what 'anneal listen' hears of what 'anneal sing' has sung.

    .venv/bin/python Research/Benchmarks/sound.py TEXTS --anneal .build/release/anneal --output sound.tsv

TEXTS has at least 200 lines, a sentence each; 200 of them, evenly spaced, are sung, 20 to a file. Noise is white, and as loud as
is said against the song (dB). Columns:

    strongest                how often the strongest concept heard is the strongest one sung
    set                      how often the three heard are the three sung; of_three: the share of the three that are heard
    first, first_five        how often a text is, by what was heard, the nearest of all 200, and among the first five
    limit_first, limit_five  the same by what was sung, which no listener can pass
    random_first, _five      the control: the same where concepts are heard in random order

Then the processor time of making the sound over its length, on one thread: the start of ten commands is in it. Needs numpy.
"""

import argparse
import json
import resource
import subprocess
import tempfile
import wave
from pathlib import Path

import numpy as np

COUNT = 200
EACH = 20


def chords(said, concepts):
    rows = []
    for sentence in json.loads(said)["sentences"]:
        row = np.zeros(concepts)
        for tone in sentence["concepts"]:
            row[tone["concept"]] = tone["strength"]
        rows.append(row)
    return np.array(rows)


def found(heard, known):
    """The share of rows whose own row is the nearest by cosine, and among the first five. Ties count against it."""
    unit = lambda rows: rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    near = unit(heard) @ unit(known).T
    ranks = np.array([(near[row] > near[row, row] + 1e-9).sum() for row in range(len(near))])
    return (ranks == 0).mean(), (ranks < 5).mean()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("texts")
    parser.add_argument("--anneal", required=True)
    parser.add_argument("--output")
    options = parser.parse_args()
    anneal = str(Path(options.anneal).resolve())

    def run(*arguments):
        return subprocess.run([anneal, *arguments], check=True, capture_output=True, text=True).stdout

    concepts = len(json.loads(run("carriers", "--json"))["concepts"])
    folder = Path(tempfile.mkdtemp())
    lines = [line for line in Path(options.texts).read_text().splitlines() if line.strip()]
    texts = [lines[place * len(lines) // COUNT] for place in range(COUNT)]
    files, sung, length = [], [], 0.0
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    for start in range(0, COUNT, EACH):
        text, file = folder / "text.txt", folder / f"{start}.wav"
        # A line is one sentence, whatever it has in it.
        text.write_text("\n".join(line.translate({ord(mark): "," for mark in ".!?…"}) for line in texts[start : start + EACH]))
        sung.append(chords(run("sing", "--file", text, "--output", file, "--json", "--threads", "1"), concepts))
        assert len(sung[-1]) == EACH
        files.append(file)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    sung = np.concatenate(sung)
    rows = []
    for noise in ("none", 0, -10):
        heard = []
        for number, file in enumerate(files):
            with wave.open(str(file)) as source:
                samples = np.frombuffer(source.readframes(source.getnframes()), "<i2").astype(np.float64)
            if noise == "none":
                length += len(samples) / 48000
            else:
                level = np.sqrt((samples**2).mean() / 10 ** (noise / 10))
                samples = samples + level * np.random.default_rng(number).standard_normal(len(samples))
                samples *= min(1, 32767 / np.abs(samples).max())
            noisy = folder / "noisy.wav"
            with wave.open(str(noisy), "wb") as target:
                target.setnchannels(1), target.setsampwidth(2), target.setframerate(48000)
                target.writeframes(samples.astype("<i2").tobytes())
            heard.append(chords(run("listen", noisy, "--json"), concepts))
        heard = np.concatenate(heard)
        strongest = (heard.argmax(1) == sung.argmax(1)).mean()
        sets = ((heard > 0) == (sung > 0)).all(1).mean()
        members = ((heard > 0) & (sung > 0)).sum() / (sung > 0).sum()
        shuffled = np.random.default_rng(2).permutation(concepts)
        rows.append(
            (noise, strongest, sets, members, *found(heard, sung), *found(sung, sung), *found(heard[:, shuffled], sung))
        )
    names = "noise_db strongest set of_three first first_five limit_first limit_five random_first random_five".split()
    table = ["\t".join(names)]
    table += ["\t".join(str(value) if isinstance(value, (str, int)) else f"{value:.3f}" for value in row) for row in rows]
    print("\n".join(table))
    print(f"seconds of making a second of sound: {seconds / length:.4f}")
    if options.output:
        Path(options.output).write_text("\n".join(table) + "\n")


if __name__ == "__main__":
    main()
