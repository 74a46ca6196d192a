"""How well a few likes find the rest of a taste: precision among 20.

    python3 Research/Benchmarks/preferences.py --bin .build/release [--trials 6] [--days 120] [--output FILE.tsv]

A taste is one of the 22 largest lexicographer files of the list that ships (WordNet's kinds: noun.animal, verb.motion, …;
adjectives are no kind). Five words of it are liked, five others may be disliked: any that are not of the taste, or near ones,
drawn from the 200 outside it that fit the likes best. The share of the taste among the first 20 words is the precision.
Vectors are whole (256 floats), or come back from codes of 10 bytes of the profiles that ship (likes are coded, too).

The ranking is written out here, so that other shares of the disliked can be tried; one trial of every fifth taste is also asked
of `anneal prefer`, and has to come out the same. `--diverse` is asked of it once for each taste, and `--from-ids`, whose vectors
are what 18 bits of a semantic ID stand for, in every trial. `--vectors NAME=FILE.npy` adds a row a line of the list of other vectors.

With --days, a person who likes every word of a taste and skips all others asks `anneal word-of-the-day` every day: the share
of the taste among the words of the first and the last 30 days, over three tastes.
"""

import argparse
import collections
import json
import pathlib
import subprocess
import tempfile

import numpy

TASTES, LIKED, AMONG, NEAR, SHIPPED_SHARE = 22, 5, 20, 200, 0.1


def run(*arguments):
    return subprocess.run([str(a) for a in arguments], check=True, capture_output=True, text=True).stdout


def unit(rows):
    return rows / numpy.maximum(numpy.linalg.norm(rows, axis=-1, keepdims=True), 1e-12)


def directions(vectors):
    rows = unit(vectors.astype(numpy.float32))
    return unit(rows - rows.sum(0) / (len(rows) + 64))


def ranked(rows, opinions, share, count):
    """The best words of each pair of liked and disliked."""
    told = numpy.stack([rows[liked].mean(0) - (share * rows[disliked].mean(0) if len(disliked) else 0)
                        for liked, disliked in opinions])
    scores = told @ rows.T
    for row, (liked, disliked) in zip(scores, opinions):
        row[numpy.concatenate([liked, disliked]).astype(int)] = -9
    best = numpy.argpartition(-scores, count, axis=1)[:, :count]
    return numpy.take_along_axis(best, numpy.argsort(-numpy.take_along_axis(scores, best, 1), axis=1), 1)


class List:
    def __init__(self, path):
        lines = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if line[:1] != "#"]
        self.path, self.words = path, [line[0] for line in lines]
        self.kinds = numpy.array([line[1] for line in lines])
        self.texts = [f"{line[0]}: {line[2]}" for line in lines]
        counts = collections.Counter(kind for kind in self.kinds if not kind.startswith("adj"))
        self.tastes = [kind for kind, _ in counts.most_common(TASTES)]

    def trials(self, number, rows):
        random, drawn = numpy.random.default_rng(1), []
        for taste in self.tastes:
            inside, outside = numpy.flatnonzero(self.kinds == taste), numpy.flatnonzero(self.kinds != taste)
            drawn += [(taste, random.choice(inside, LIKED, False), random.choice(outside, LIKED, False)) for _ in range(number)]
        none = drawn[0][1][:0]
        orders = ranked(rows, [(liked, none) for _, liked, _ in drawn], 0, NEAR + len(self.words) // TASTES)
        for (taste, liked, others), order in zip(drawn, orders):
            near = random.choice(order[self.kinds[order] != taste][:NEAR], LIKED, False)
            yield taste, liked, {"none": none, "any": others, "near": near}


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


def shipped(prefer, concepts, path, liked, disliked, *options):
    told = [o for c in liked for o in ("--like", concepts.words[c])]
    told += [o for c in disliked for o in ("--dislike", concepts.words[c])]
    found = json.loads(run(prefer, "prefer", "--json", "--count", AMONG, "--list", concepts.path, "--vectors", path,
                           *options, *told))["ranked"]
    return [item["name"] for item in found]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", required=True, type=pathlib.Path, help="the folder of anneal and anneal-prefer")
    parser.add_argument("--model", help="default: the shipped one")
    parser.add_argument("--list", type=pathlib.Path, default=pathlib.Path("Sources/CShippedModel/Models/default.concepts"))
    parser.add_argument("--vectors", action="append", default=[], metavar="NAME=FILE")
    parser.add_argument("--no-codes", action="store_true")
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
        model = ["--model", arguments.model] if arguments.model else []
        run(anneal, "embed", "--quiet", *model, "--output", files["whole"], folder / "texts")
        for profile in () if arguments.no_codes else ("search", "pair"):
            name = f"10 bytes, {profile}"
            files[name] = folder / f"{profile}.npy"
            run(anneal, "codes", "encode", files["whole"], "--bytes", 10, "--profile", profile, "--output", folder / "codes")
            run(anneal, "codes", "decode", folder / "codes", "--profile", profile, "--output", files[name])
        for given in arguments.vectors:
            name, _, path = given.partition("=")
            files[name] = pathlib.Path(path)
        rows = {name: directions(numpy.load(path)) for name, path in files.items()}
        trials = list(concepts.trials(arguments.trials, rows["whole"]))
        lines.append("by chance\tnone\t0\t" + measured([numpy.mean(concepts.kinds == taste) for taste, _, _ in trials]))
        for name, path in files.items():
            for kind, shares in (("none", (0,)), ("any", (0.1, 0.25, 0.5)), ("near", (0.1, 0.25, 0.5))):
                for share in shares:
                    found = ranked(rows[name], [(liked, disliked[kind]) for _, liked, disliked in trials], share, AMONG)
                    precisions = [numpy.mean(concepts.kinds[order] == trial[0]) for order, trial in zip(found, trials)]
                    lines.append(f"{name}\t{kind}\t{share}\t" + measured(precisions))
                    if share != SHIPPED_SHARE:
                        continue
                    for (_, liked, disliked), order in list(zip(trials, found))[::arguments.trials * 5]:
                        names = shipped(prefer, concepts, path, liked, disliked[kind])
                        # Single precision may turn two that are equal to six places.
                        if len(set(names) ^ {concepts.words[c] for c in order}) > 2:
                            raise SystemExit(f"preferences.py: expected {[concepts.words[c] for c in order]}, found {names}")
        kinds = dict(zip(concepts.words, concepts.kinds))
        diverse = [numpy.mean([kinds[word] == taste for word in shipped(
            prefer, concepts, files["whole"], liked, (), "--diverse")]) for taste, liked, _ in trials[::arguments.trials]]
        lines.append("whole, --diverse\tnone\t0\t" + measured(diverse))
        if not arguments.no_codes:
            found = [numpy.mean([kinds[word] == taste for word in shipped(
                prefer, concepts, files["whole"], liked, (), "--from-ids")]) for taste, liked, _ in trials]
            lines.append("semantic IDs, --from-ids\tnone\t0\t" + measured(found))
        if arguments.days:
            hits = numpy.array([simulate(prefer, concepts, files["whole"], arguments.days, taste, folder)
                                for taste in concepts.tastes[::8]])
            for name, part in (("first", hits[:, :30]), ("last", hits[:, -30:])):
                lines.append(f"word of the day, {name} 30 of {arguments.days} days\tskipped\t{SHIPPED_SHARE}\t" + measured(part.ravel()))
    text = "\n".join(lines) + "\n"
    if arguments.output:
        arguments.output.write_text(text)
    print(text, end="")


if __name__ == "__main__":
    main()
