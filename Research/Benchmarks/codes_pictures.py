#!/usr/bin/env python3
"""Draws what codes keep against their bytes, and how code words are used, from the tables of codes.py and codes_words.py.

    python3 Research/Benchmarks/codes_pictures.py --kept codes.tsv --usage codes-words-usage.tsv --output Docs
"""
import argparse
import csv
import math
from pathlib import Path

WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM = 760, 420, 60, 34, 250, 44
COLOURS = "#1b6ca8 #c8553d #2e8b57 #8e44ad #b8860b #444444 #d81b60 #00838f #6d4c41 #7cb342 #5c6bc0 #ef6c00 #999999".split()


def rows(file):
    with open(file, encoding="utf8") as lines:
        return list(csv.DictReader((line for line in lines if not line.startswith("#")), delimiter="\t"))


class Plot:
    def __init__(self, title, across, down, x, y, ticks):
        self.x, self.y = x, y
        self.parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">',
            f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/><text x="{LEFT}" y="20" font-size="14">{title}</text>',
        ]
        bottom, right = HEIGHT - BOTTOM, WIDTH - RIGHT
        for value in ticks[0]:
            self.parts.append(f'<text x="{self.across(value):.1f}" y="{bottom + 16}" text-anchor="middle">{value}</text>')
        for value in ticks[1]:
            place = self.down(value)
            self.parts.append(f'<line x1="{LEFT}" x2="{right}" y1="{place:.1f}" y2="{place:.1f}" stroke="#dddddd"/>')
            self.parts.append(f'<text x="{LEFT - 6}" y="{place + 4:.1f}" text-anchor="end">{value}</text>')
        self.parts.append(f'<text x="{(LEFT + right) / 2}" y="{HEIGHT - 8}" text-anchor="middle">{across}</text>')
        self.parts.append(f'<text transform="translate(14 {(TOP + bottom) / 2}) rotate(-90)" text-anchor="middle">{down}</text>')
        self.names = 0

    def across(self, value):
        low, high = (math.log(v) for v in self.x)
        return LEFT + (WIDTH - RIGHT - LEFT) * (math.log(value) - low) / (high - low)

    def down(self, value):
        return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * (value - self.y[0]) / (self.y[1] - self.y[0])

    def line(self, name, points, dashed=False, dots=True):
        colour = "#000000" if dashed else COLOURS[self.names % len(COLOURS)]
        inside = [(self.across(x), self.down(max(self.y[0], min(self.y[1], y)))) for x, y in points]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in inside)
        dash = ' stroke-dasharray="5 4"' if dashed else ""
        self.parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="1.6"{dash}/>')
        if dots:
            self.parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.2" fill="{colour}"/>' for x, y in inside]
        place = TOP + 10 + 17 * self.names
        self.parts.append(f'<line x1="{WIDTH - RIGHT + 14}" x2="{WIDTH - RIGHT + 34}" y1="{place}" y2="{place}" stroke="{colour}" '
                          f'stroke-width="2"{dash}/><text x="{WIDTH - RIGHT + 40}" y="{place + 4}">{name}</text>')
        self.names += 1

    def write(self, file):
        file.write_text("\n".join([*self.parts, "</svg>"]) + "\n", encoding="utf8")


def kept(table, column, title, file):
    found = {}
    for row in table:
        value = float(row[column])
        if not math.isnan(value):
            found.setdefault(row["codec"], {}).setdefault(int(row["bytes"]), []).append(value)
    plot = Plot(title, "bytes of a code", "kept, per cent", (9, 70), (70, 100), ((10, 16, 20, 32, 64), range(70, 101, 5)))
    for name in sorted(found, key=lambda name: -max(max(v) for v in found[name].values())):
        points = [(size, sum(v) / len(v)) for size, v in sorted(found[name].items()) if size <= 64]
        if points:
            plot.line(name, points, dashed=name.startswith("ideal"))
    plot.write(file)


def used(table, file):
    plot = Plot("Vectors of each code word, the most used first (the last of three stages)", "word", "vectors", (1, 256),
                (0, 600), ((1, 4, 16, 64, 256), range(0, 601, 100)))
    for row in table:
        if row["stage"] == "3":
            plot.line(row["learner"], [(place + 1, int(n)) for place, n in enumerate(row["counts"].split())], dots=False)
    plot.write(file)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kept", type=Path, required=True)
    parser.add_argument("--usage", type=Path)
    parser.add_argument("--output", type=Path, required=True)
    options = parser.parse_args()
    table = rows(options.kept)
    kept(table, "asym", "Similarity kept where one of two texts is coded", options.output / "codes-asymmetric.svg")
    kept(table, "sym", "Similarity kept where both texts are coded", options.output / "codes-symmetric.svg")
    if options.usage:
        used(rows(options.usage), options.output / "codes-words.svg")


if __name__ == "__main__":
    main()
