#!/usr/bin/env python3
"""Takes mixtures of two harmonic tones apart with 'anneal manifold', beside the simplest controls.

    .venv/bin/python Research/Benchmarks/separation.py --anneal .build/release/anneal --output separation.tsv

Ten mixtures each of steady tones and of tones with vibrato: 2 seconds at 16 kHz, 12 harmonics of random strength, pitches between
100 and 400 Hz. Two pitches are found by the sum of amplitudes at their harmonics, and
followed from frame to frame. Each frame's spectral peaks are oscillators and the harmonics of both pitches its carriers. A bin of
the spectrum goes to the tone whose carrier its peak has locked to. Rows:

    anneal, source's law     peaks lock by the source's annealing
    anneal, balanced law     each carrier gets one share of the peaks: what the law is for, and wrong here
    control: nearest         peaks go to the nearest harmonic, without annealing
    oracle                   each bin goes to the tone that is the louder one in it

Value: signal over distortion in dB, of both tones, best order (scale-invariant): mean and least of the mixtures. Needs numpy.
"""

import argparse
import json
import subprocess
import tempfile
from pathlib import Path

import numpy as np

RATE, WINDOW, HOP, SECONDS, HARMONICS, MIXTURES = 16000, 1024, 256, 2, 12, 10
# Frames are far from each other on the line that all of them share.
APART = 20000


def tone(random, pitch, vibrato):
    time = np.arange(RATE * SECONDS) / RATE
    course = pitch * (1 + vibrato * np.sin(2 * np.pi * (random.uniform(4, 7) * time + random.random())))
    phase = 2 * np.pi * np.cumsum(course) / RATE
    strengths = random.uniform(0.3, 1, HARMONICS) / np.arange(1, HARMONICS + 1) ** 0.7
    return sum(strengths[h] * np.sin((h + 1) * phase + random.uniform(0, 6)) for h in range(HARMONICS))


def spectrum(samples):
    window = np.hanning(WINDOW + 1)[:-1]
    padded = np.pad(samples, WINDOW)
    count = (len(padded) - WINDOW) // HOP
    return np.fft.rfft(np.stack([padded[n * HOP : n * HOP + WINDOW] * window for n in range(count)]), axis=1)


def back(frames, length):
    window = np.hanning(WINDOW + 1)[:-1]
    parts = np.fft.irfft(frames, WINDOW, axis=1) * window
    total, weight = np.zeros(len(frames) * HOP + WINDOW), np.zeros(len(frames) * HOP + WINDOW)
    for n, part in enumerate(parts):
        total[n * HOP : n * HOP + WINDOW] += part
        weight[n * HOP : n * HOP + WINDOW] += window**2
    return (total / np.maximum(weight, 1e-6))[WINDOW : WINDOW + length]


def pitches(amplitudes):
    """The two pitches of each frame."""
    grid = np.arange(90, 420, 1.0)
    bins = grid[:, None] * np.arange(1, HARMONICS + 1) * WINDOW / RATE
    inside = bins < amplitudes.shape[1] - 1
    low = np.minimum(bins.astype(int), amplitudes.shape[1] - 2)
    left = amplitudes.copy()
    found = []
    for _ in range(2):
        roots = np.sqrt(left)
        at = lambda rows: (
            roots[rows][:, low] * (1 - bins + low) + roots[rows][:, low + 1] * (bins - low)
        ) * inside * 0.9 ** np.arange(HARMONICS)
        sums = at(slice(None)).sum(2)
        centre = sums.mean(0).argmax()
        near = np.abs(grid - grid[centre]) < 0.07 * grid[centre]
        course = grid[near][sums[:, near].argmax(1)]
        found.append(course)
        # What is left is without the harmonics of the first, two bins to each side.
        for row, pitch in enumerate(course):
            for harmonic in range(1, HARMONICS + 1):
                place = int(round(pitch * harmonic * WINDOW / RATE))
                left[row, max(0, place - 2) : place + 3] *= 0.1
    return np.stack(found, 1)


def peaks(amplitudes):
    """Of each bin the peak that it belongs to, and the frequency of each peak."""
    owners, places = [], []
    for row in amplitudes:
        tops = np.flatnonzero((row[1:-1] > row[:-2]) & (row[1:-1] >= row[2:]) & (row[1:-1] > 0.02 * row.max())) + 1
        tops = tops if len(tops) else np.array([1])
        logs = np.log(np.maximum(row, 1e-9))
        before, middle, after = logs[tops - 1], logs[tops], logs[np.minimum(tops + 1, len(row) - 1)]
        bend = before - 2 * middle + after
        shift = np.where(bend < 0, 0.5 * (before - after) / np.where(bend < 0, bend, 1), 0)
        places.append((tops + np.clip(shift, -0.5, 0.5)) * RATE / WINDOW)
        owners.append(np.abs(np.arange(len(row))[:, None] - tops[None]).argmin(1))
    return owners, places


def distortion(found, truth):
    scale = (found @ truth) / (truth @ truth)
    return 10 * np.log10(((scale * truth) ** 2).sum() / np.maximum(((found - scale * truth) ** 2).sum(), 1e-12))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--anneal", required=True)
    parser.add_argument("--output")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp())

    def locked(carriers, oscillators, schedule):
        file = folder / "experiment.json"
        experiment = {"carriers": carriers, "oscillators": oscillators, "schedule": schedule}
        file.write_text(json.dumps(experiment))
        command = [options.anneal, "manifold", file, "--output", folder / "run", "--quiet", "--threads", "1"]
        subprocess.run(command, check=True, capture_output=True)
        found = json.loads((folder / "run.json").read_text())
        return np.array([oscillator["carrier"] for oscillator in found["oscillators"]])

    lines = ["mixture\tway\tmean\tleast"]
    for kind, vibrato in (("steady", 0), ("vibrato", 0.02)):
        scores = {}
        for number in range(MIXTURES):
            random = np.random.default_rng(100 * number + 7)
            first = random.uniform(100, 180)
            truth = [tone(random, first, vibrato), tone(random, first * random.uniform(1.3, 2.1), vibrato)]
            mixture = truth[0] + truth[1]
            frames, parts = spectrum(mixture), [np.abs(spectrum(part)) for part in truth]
            amplitudes = np.abs(frames)
            course = pitches(amplitudes)
            owners, places = peaks(amplitudes)
            # Harmonics of both pitches of each frame; of two that are one, both are there.
            carriers = [(pitch * h + n * APART, side) for n, pair in enumerate(course) for side, pitch in enumerate(pair)
                        for h in range(1, HARMONICS + 1)]
            values = np.array([carrier for carrier, _ in carriers])
            sides = np.array([side for _, side in carriers])
            oscillators = np.concatenate([place + n * APART for n, place in enumerate(places)])
            ways = {
                "control: nearest": np.abs(oscillators[:, None] - values[None]).argmin(1),
                "anneal, source's law": locked(values.tolist(), oscillators.tolist(), "source"),
                "anneal, balanced law": locked(values.tolist(), oscillators.tolist(), "balanced"),
            }
            masks = {"oracle": parts[0] > parts[1]}
            for name, labels in ways.items():
                mask, start = np.zeros(frames.shape, bool), 0
                for n, place in enumerate(places):
                    mask[n] = sides[labels[start : start + len(place)]][owners[n]] == 0
                    start += len(place)
                masks[name] = mask
            for name, mask in masks.items():
                found = [back(frames * mask, len(mixture)), back(frames * ~mask, len(mixture))]
                straight = np.mean([distortion(found[0], truth[0]), distortion(found[1], truth[1])])
                crossed = np.mean([distortion(found[1], truth[0]), distortion(found[0], truth[1])])
                scores.setdefault(name, []).append(max(straight, crossed))
        for name, values in scores.items():
            lines.append(f"{kind}\t{name}\t{np.mean(values):.1f}\t{min(values):.1f}")
            print(lines[-1], flush=True)
    if options.output:
        Path(options.output).write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
