#!/usr/bin/env python3
"""Measures annealed diffusion, each figure beside its simplest control.

    python3 -m venv .venv && .venv/bin/pip install -r Research/Benchmarks/manifold_requirements.txt
    .venv/bin/python Research/Benchmarks/manifold.py laws assignment line --anneal .build/release/anneal --output laws.tsv
    .venv/bin/python Research/Benchmarks/manifold.py clusters --anneal .build/release/anneal --eval EVAL --output clusters.tsv
    .venv/bin/python Research/Benchmarks/manifold.py large --anneal .build/release/anneal --vectors vectors.npy

Parts:

    laws        50 oscillators drawn evenly from 20 to 2000 Hz, carriers at 235, 300 and 365, 200 seeds: the source's three
                rows, the balanced law, its options, and the control, to sort and cut. Counts are sorted
    assignment  500 points on 10 carriers, both normal, in 2 and 16 dimensions: cost over the exact optimum of scipy's
                linear_sum_assignment, and that of two controls
    line        10^6 oscillators, 256 carriers: seconds of the whole annealing, without reading and writing, by the
                separable weights, and by all weights; and those of one pass of numpy over all weights
    clusters    V-measure x 100 on the two sets of EVAL/clustering and on draws of them whose class sizes fall geometrically
                from 400 to 20, over 10 seeds: anneal, scikit-learn's k-means++ with 10 starts and with 1, spherical and
                mini-batch k-means. Starts of k-means are those of scikit-learn
    large       vectors in 1,000 clusters, on one thread: processor seconds and inertia, against faiss's k-means

Everything runs on one thread. Output: part, subject, measure, value.
"""

import os

for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[variable] = "1"

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

CARRIERS = [235, 300, 365]
SEEDS = 200


class Run:
    def __init__(self, options):
        self.options = options
        self.rows = []
        self.folder = Path(tempfile.mkdtemp())

    def add(self, part, subject, **values):
        for measure, value in values.items():
            value = value if isinstance(value, str) else f"{value:.6g}"
            self.rows.append((part, subject, measure, value))
            print(part, subject, measure, value, sep="\t", flush=True)

    def manifold(self, **experiment):
        """Runs an experiment; its JSON, and the seconds that the annealing took."""
        file = self.folder / "experiment.json"
        file.write_text(json.dumps(experiment))
        command = [self.options.anneal, "manifold", file, "--output", self.folder / "run", "--threads", "1", "--quiet"]
        said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        return json.loads((self.folder / "run.json").read_text()), float(said.split(" seconds")[0].split()[-1])

    def cluster(self, file, count, seed, *more):
        """Labels and inertia, and processor seconds of the command, reading and writing among them."""
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        command = [self.options.anneal, "cluster", file, "--k", str(count), "--seed", str(seed), "--threads", "1", "--json"]
        said = subprocess.run([*command, *more], check=True, capture_output=True, text=True).stdout
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        found = json.loads(said)
        return np.array(found["labels"]), found["inertia"], after.ru_utime - before.ru_utime


def counted(run, part, subject, counts, distances, greatest):
    counts = np.sort(np.array(counts), axis=1)
    imbalance = counts[:, -1] / np.maximum(1, counts[:, 0])
    run.add(
        part, subject,
        counts=" ".join(f"{value:g}" for value in np.median(counts, axis=0)),
        imbalance_median=np.median(imbalance), imbalance_worst=imbalance.max(),
        spread_worst=(counts[:, -1] - counts[:, 0]).max(), runs_with_an_empty_carrier=(counts[:, 0] == 0).mean(),
        distance_mean_median=np.median(distances), distance_mean_worst=np.max(distances),
        distance_greatest_worst=np.max(greatest),
    )


def laws(run):
    options = {"noise": [1, 0.1]}
    schedules = {
        "source, hard": "hard",
        "source, soft": "soft",
        "source, annealed": "source",
        "balanced, 48 steps": "balanced",
        "balanced, 32 steps": {"steps": 32},
        "prices without commit, 100 steps": {"commits_at": 1, "steps": 100},
        "no commit, adaptive sharpness": {"commits_at": 1, "steps": 100, "sharpening": "adaptive"},
        "no commit, sharpness by load": {"commits_at": 1, "steps": 100, "sharpening": "byLoad"},
        "no commit, sharpness by temperature": {"commits_at": 1, "steps": 100, "sharpening": "byTemperature", **options},
    }
    drawn = {"count": 50, "from": 20, "to": 2000}
    for name, schedule in schedules.items():
        counts, distances, greatest = [], [], []
        for seed in range(SEEDS):
            found, _ = run.manifold(carriers=CARRIERS, oscillators=drawn, seed=seed, schedule=schedule)
            counts.append([carrier["count"] for carrier in found["carriers"]])
            distances.append(found["mean_distance"])
            greatest.append(found["greatest_distance"])
        counted(run, "laws", name, counts, distances, greatest)
    # Which oscillators go where is all that the control decides: its distance is 0 once they have gone.
    counts = [[len(part) for part in np.array_split(np.arange(50), 3)] for _ in range(SEEDS)]
    counted(run, "laws", "control: sort and cut", counts, [0], [0])
    worst = 0
    for seed in range(SEEDS):
        carriers = [{"at": at, "share": share} for at, share in zip([200, 236, 358], [0.6, 0.3, 0.1])]
        found, _ = run.manifold(carriers=carriers, oscillators=drawn, seed=seed)
        worst = max(worst, *(abs(carrier["count"] - 50 * carrier["share"]) for carrier in found["carriers"]))
    run.add("laws", "balanced, shares .6 .3 .1", count_less_share_worst=worst)


def assignment(run):
    from scipy.optimize import linear_sum_assignment

    for columns in (2, 16):
        ratios = {"anneal": [], "control: greedy by distance": [], "control: points in turn": []}
        for seed in range(5):
            random = np.random.default_rng(seed)
            points = random.standard_normal((500, columns)).astype(np.float32)
            carriers = random.standard_normal((10, columns)).astype(np.float32)
            costs = np.linalg.norm(points[:, None].astype(float) - carriers[None].astype(float), axis=2)
            rows, places = linear_sum_assignment(np.repeat(costs, 50, axis=1))
            best = np.repeat(costs, 50, axis=1)[rows, places].sum()
            found, _ = run.manifold(carriers=carriers.tolist(), oscillators=points.tolist(), seed=seed)
            labels = np.array([oscillator["carrier"] for oscillator in found["oscillators"]])
            assert (np.bincount(labels, minlength=10) == 50).all()
            ratios["anneal"].append(costs[np.arange(500), labels].sum() / best)
            for name, order in (
                ("control: greedy by distance", np.argsort(costs.ravel(), kind="stable")),
                ("control: points in turn", np.concatenate([i * 10 + np.argsort(costs[i]) for i in range(500)])),
            ):
                left, taken, sum = [50] * 10, np.zeros(500, bool), 0.0
                for place in order:
                    point, carrier = divmod(int(place), 10)
                    if left[carrier] and not taken[point]:
                        left[carrier] -= 1
                        taken[point] = True
                        sum += costs[point, carrier]
                ratios[name].append(sum / best)
        for name, values in ratios.items():
            run.add("assignment", f"{columns} dimensions, {name}", cost_over_optimum_worst=max(values))


def line(run):
    count = 1_000_000
    random = np.random.default_rng(1)
    carriers = np.sort(random.uniform(100, 8000, 256)).tolist()
    drawn = {"count": count, "from": 20, "to": 10000}
    for name, schedule in (
        ("separable, whole annealing", {}),
        ("all weights, 2 of 48 steps", {"steps": 2, "commits_at": 1, "sharpening": "byLoad"}),
        ("separable, 2 of 48 steps", {"steps": 2, "commits_at": 1}),
    ):
        found, seconds = run.manifold(carriers=carriers, oscillators=drawn, seed=1, schedule=schedule)
        counts = [carrier["count"] for carrier in found["carriers"]]
        run.add("line", name, seconds=seconds, spread=max(counts) - min(counts), distance_mean=found["mean_distance"])
    points = random.uniform(20, 10000, count).astype(np.float32)
    start, loads = time.process_time(), np.zeros(256)
    for part in np.array_split(points, 250):
        weights = -0.01 * np.abs(part[:, None] - np.array(carriers, np.float32)[None])
        weights = np.exp(weights - weights.max(1, keepdims=True))
        weights /= weights.sum(1, keepdims=True)
        loads += weights.sum(0)
    run.add("line", "control: numpy, one pass of all weights", seconds=time.process_time() - start)


def cluster_sets(run):
    """Sets of vectors with their classes: two, and a draw of each whose classes are of very different sizes."""
    for name in ("stackoverflow_titles", "twentynewsgroups_subjects"):
        if not any(chosen in part for part in (name, f"{name}, unbalanced") for chosen in run.options.sets):
            continue
        lines = (Path(run.options.eval) / "clustering" / f"{name}.tsv").read_text().split("\n")[1:]
        pairs = [line.split("\t") for line in lines if "\t" in line]
        texts, file = run.folder / "texts.txt", run.folder / f"{name}.npy"
        texts.write_text("".join(pair[1] + "\n" for pair in pairs))
        subprocess.run([run.options.anneal, "embed", texts, "--output", file], check=True)
        vectors, labels = np.load(file), np.unique([pair[0] for pair in pairs], return_inverse=True)[1]
        yield name, vectors, labels
        random = np.random.default_rng(0)
        sizes = np.round(400 * 20 ** (-np.arange(labels.max() + 1) / labels.max())).astype(int)
        rows = np.concatenate(
            [
                random.choice(np.flatnonzero(labels == place), size, replace=False)
                for place, size in zip(random.permutation(labels.max() + 1), sizes)
            ]
        )
        yield f"{name}, unbalanced", vectors[rows], labels[rows]


def clusters(run):
    from sklearn.cluster import KMeans, MiniBatchKMeans
    from sklearn.metrics import v_measure_score

    def spherical(vectors, count, seed):
        """k-means of directions from a k-means++ start."""
        from sklearn.cluster import kmeans_plusplus

        unit = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
        centres, _ = kmeans_plusplus(unit, count, random_state=seed)
        for _ in range(100):
            labels = (unit @ centres.T).argmax(1)
            sums = np.stack([unit[labels == place].sum(0) for place in range(count)])
            norms = np.linalg.norm(sums, axis=1, keepdims=True)
            moved = np.where(norms > 0, sums / np.maximum(norms, 1e-9), centres)
            if np.allclose(moved, centres, atol=1e-6):
                break
            centres = moved
        return labels

    for name, vectors, truth in cluster_sets(run):
        if not any(name.endswith(chosen) for chosen in run.options.sets):
            continue
        count = truth.max() + 1
        file = run.folder / "set.npy"
        np.save(file, vectors.astype(np.float32))

        def annealed(*more):
            def method(seed):
                labels, _, _ = run.cluster(file, count, seed, *more)
                return labels

            return method

        methods = {
            "anneal": annealed(),
            "anneal, learned masses": annealed("--masses", "learned"),
            "anneal, equal masses": annealed("--masses", "equal"),
            "k-means++ x 10": lambda seed: KMeans(count, n_init=10, random_state=seed).fit(vectors).labels_,
            "k-means++ x 1": lambda seed: KMeans(count, n_init=1, random_state=seed).fit(vectors).labels_,
            "spherical k-means": lambda seed: spherical(vectors, count, seed),
            "mini-batch k-means": lambda seed: MiniBatchKMeans(count, n_init=3, random_state=seed).fit(vectors).labels_,
        }
        for method, labels_of in methods.items():
            if run.options.methods and method not in run.options.methods:
                continue
            scores, errors, sizes, start = [], [], [], time.time()
            for seed in range(run.options.seeds):
                labels = np.unique(labels_of(seed), return_inverse=True)[1]
                means = np.stack([vectors[labels == place].mean(0) for place in range(labels.max() + 1)])
                scores.append(100 * v_measure_score(truth, labels))
                errors.append(((vectors - means[labels]) ** 2).sum() / len(vectors))
                found = np.bincount(labels)
                sizes.append(found.max() / found.min())
            run.add(
                "clusters", f"{name}, {method}", v_mean=np.mean(scores), v_least=min(scores), v_most=max(scores),
                v_deviation=np.std(scores), error=np.mean(errors), imbalance=np.mean(sizes),
                seconds=(time.time() - start) / run.options.seeds,
            )


def large(run):
    import faiss

    faiss.omp_set_num_threads(1)
    vectors = np.load(run.options.vectors).astype(np.float32)
    count = run.options.large_count
    start = time.process_time()
    method = faiss.Kmeans(vectors.shape[1], count, niter=25, seed=1, max_points_per_centroid=len(vectors))
    method.train(vectors)
    seconds = time.process_time() - start
    distances, _ = method.index.search(vectors, 1)
    run.add("large", f"faiss, {vectors.shape}, {count} clusters", seconds=seconds, inertia=float(distances.sum()))
    _, inertia, seconds = run.cluster(run.options.vectors, count, 1)
    run.add("large", f"anneal, {vectors.shape}, {count} clusters", seconds=seconds, inertia=inertia)


PARTS = {part.__name__: part for part in (laws, assignment, line, clusters, large)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="+", choices=PARTS)
    parser.add_argument("--anneal", required=True)
    parser.add_argument("--eval", help="the folder of evaluation sets, for clusters")
    parser.add_argument("--vectors", help="an .npy file, for large")
    parser.add_argument("--large-count", type=int, default=1000, help="clusters of large")
    parser.add_argument(
        "--sets", nargs="*", default=["titles", "subjects", "unbalanced"], help="of clusters: what their names end in"
    )
    parser.add_argument("--methods", nargs="*", help="of clusters: some of them alone")
    parser.add_argument("--seeds", type=int, default=10, help="of clusters")
    parser.add_argument("--output", help="a .tsv file")
    options = parser.parse_args()
    if "clusters" in options.parts and not options.eval:
        parser.error("clusters needs --eval")
    if "large" in options.parts and not options.vectors:
        parser.error("large needs --vectors")
    options.anneal = str(Path(options.anneal).resolve())
    run = Run(options)
    for part in options.parts:
        PARTS[part](run)
    if options.output:
        lines = ["part\tsubject\tmeasure\tvalue"] + ["\t".join(row) for row in run.rows]
        Path(options.output).write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    sys.exit(main())
