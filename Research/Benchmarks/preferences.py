"""How well a few likes find the rest of a taste: precision among 20.

    python3 Research/Benchmarks/preferences.py --bin .build/release [--trials 6] [--days 120] [--output FILE.tsv]

A taste is one of the 22 largest lexicographer files of the list that ships (WordNet's kinds: noun.animal, verb.motion, …;
adjectives are no kind). Five words of it are liked, five others may be disliked: any that are not of the taste, or near ones,
drawn from the 200 outside it that fit the likes best. `anneal prefer` ranks the list; the share of the taste among its first
20 is the precision. Vectors are whole (256 floats), or come back from codes of 10 bytes of the profiles that ship (likes are
coded, too). Rows marked `numpy` are the same ranking written out here, with other shares of the disliked.

With --days, a person who likes every word of a taste and skips all others asks `anneal word-of-the-day` every day: the share
of the taste among the words of the first and the last 30 days, over six tastes.
"""

import argparse
import collections
import json
import pathlib
import subprocess
import tempfile

import numpy

TASTES, LIKED, AMONG, NEAR = 22, 5, 20, 200


def run(*arguments):
    return subprocess.run([str(a) for a in arguments], check=True, capture_output=True, text=True).stdout


def unit(rows):
    return rows / numpy.maximum(numpy.linalg.norm(rows, axis=-1, keepdims=True), 1e-12)


def directions(vectors):
    rows = unit(vectors.astype(numpy.float64))
    return unit(rows - rows.sum(0) / (len(rows) + 64))


def ranked(rows, liked, disliked, share):
    direction = rows[liked].mean(0) - (share * rows[disliked].mean(0) if len(disliked) else 0)
    scores = rows @ direction
    scores[numpy.concatenate([liked, disliked]).astype(int)] = -9
    return numpy.argsort(-scores, kind="stable")


class List:
    def __init__(self, path):
        lines = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if line[:1] != "#"]
        self.path, self.words = path, [line[0] for line in lines]
        self.kinds = numpy.array([line[1] for line in lines])
        self.texts = [f"{line[0]}: {line[2]}" for line in lines]
        counts = collections.Counter(kind for kind in self.kinds if not kind.startswith("adj"))
        self.tastes = [kind for kind, _ in counts.most_common(TASTES)]

    def trials(self, number, rows):
        random = numpy.random.default_rng(1)
        for taste in self.tastes:
            inside, outside = numpy.flatnonzero(self.kinds == taste), numpy.flatnonzero(self.kinds != taste)
            for _ in range(number):
                liked, others = random.choice(inside, LIKED, False), random.choice(outside, LIKED, False)
                order = ranked(rows, liked, others[:0], 0)
                near = random.choice(order[self.kinds[order] != taste][:NEAR], LIKED, False)
                yield taste, liked, {"none": others[:0], "any": others, "near": near}


def measured(values):
    return f"{numpy.mean(values):.3f}\t{numpy.std(values) / len(values) ** 0.5:.3f}\t{len(values)}"


def simulate(prefer, concepts, vectors, days, taste, folder):
    """Which days' words were of the taste."""
    kinds = dict(zip(concepts.words, concepts.kinds))
    common = ["--list", concepts.path, "--vectors", vectors, "--likes", pathlib.Path(folder, taste)]
    first, hits = numpy.datetime64("2027-01-01"), []
    for day in range(days):
        date = ["--date", str(first + day)]
        word = json.loads(run(prefer, "word-of-the-day", "--json", *date, *common))["name"]
        hits.append(kinds[word] == taste)
        run(prefer, "word-of-the-day", "liked" if hits[-1] else "skipped", *date, *common)
    return hits


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", required=True, type=pathlib.Path, help="the folder of anneal and anneal-prefer")
    parser.add_argument("--list", type=pathlib.Path, default=pathlib.Path("Sources/CShippedModel/Models/default.concepts"))
    parser.add_argument("--trials", type=int, default=6)
    parser.add_argument("--days", type=int, default=0)
    parser.add_argument("--output", type=pathlib.Path)
    arguments = parser.parse_args()
    anneal, prefer = arguments.bin / "anneal", arguments.bin / "anneal-prefer"
    concepts, lines = List(arguments.list), ["vectors\tdisliked\tshare\tprecision\terror\ttrials"]
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "texts").write_text("".join(text + "\n" for text in concepts.texts), encoding="utf-8")
        files = {"whole": folder / "whole.npy"}
        run(anneal, "embed", "--quiet", "--output", files["whole"], folder / "texts")
        for profile in ("search", "pair"):
            name = f"10 bytes, {profile}"
            files[name] = folder / f"{profile}.npy"
            run(anneal, "codes", "encode", files["whole"], "--bytes", 10, "--profile", profile, "--output", folder / "codes")
            run(anneal, "codes", "decode", folder / "codes", "--profile", profile, "--output", files[name])
        rows = {name: directions(numpy.load(path)) for name, path in files.items()}
        trials = list(concepts.trials(arguments.trials, rows["whole"]))

        def among(order, taste):
            return numpy.mean(concepts.kinds[order[:AMONG]] == taste)

        chance = [numpy.mean(concepts.kinds == taste) for taste, _, _ in trials]
        lines.append("by chance\tnone\t\t" + measured(chance))
        for name, path in files.items():
            for kind in ("none", "any", "near") if name == "whole" else ("none",):
                precisions = []
                for taste, liked, disliked in trials:
                    told = [o for c in liked for o in ("--like", concepts.words[c])]
                    told += [o for c in disliked[kind] for o in ("--dislike", concepts.words[c])]
                    found = json.loads(run(prefer, "prefer", "--json", "--count", AMONG, "--list", concepts.path,
                                           "--vectors", path, *told))["ranked"]
                    precisions.append(numpy.mean([item["kind"] == taste for item in found]))
                lines.append(f"{name}\t{kind}\tshipped\t" + measured(precisions))
                for share in (0, 0.1, 0.25, 0.5) if kind != "none" else ():
                    lines.append(f"{name}, numpy\t{kind}\t{share}\t" + measured(
                        [among(ranked(rows[name], liked, disliked[kind], share), taste)
                         for taste, liked, disliked in trials]))
        diverse = []
        for taste, liked, _ in trials:
            told = [o for c in liked for o in ("--like", concepts.words[c])]
            found = json.loads(run(prefer, "prefer", "--json", "--diverse", "--count", AMONG, "--list", concepts.path,
                                   "--vectors", files["whole"], *told))["ranked"]
            diverse.append(numpy.mean([item["kind"] == taste for item in found]))
        lines.append("whole, --diverse\tnone\tshipped\t" + measured(diverse))
        if arguments.days:
            hits = numpy.array([simulate(prefer, concepts, files["whole"], arguments.days, taste, folder)
                                for taste in concepts.tastes[::4]])
            for name, part in (("first", hits[:, :30]), ("last", hits[:, -30:])):
                lines.append(f"word of the day, {name} 30 of {arguments.days} days\tskipped\tshipped\t" + measured(part.ravel()))
    text = "\n".join(lines) + "\n"
    if arguments.output:
        arguments.output.write_text(text)
    print(text, end="")


if __name__ == "__main__":
    main()
