#!/usr/bin/env python3
"""Measures the service over HTTP: against FastAPI with model2vec, what it adds, its memory, overload and recovery.

    apt-get install wrk
    .venv/bin/pip install -r Research/Benchmarks/requirements.txt fastapi uvicorn uvloop httptools orjson
    swift build -c release && swift build -c release --package-path Services
    .venv/bin/python Research/Benchmarks/serve.py --serve Services/.build/release/anneal-serve \\
        --anneal .build/release/anneal --texts texts.txt

The load is made by wrk on the same processors. Peers and the service are timed in turns; the table has medians of the
rounds and their ratios. The peer runs under uvicorn with uvloop, a worker a processor, once with orjson and once as
FastAPI's own documentation writes an answer.
"""
import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

import provenance

PEER = '''
import sys
sys.path.insert(0, {folder!r})
import numpy, orjson
from fastapi import FastAPI, Request, Response
from pydantic import BaseModel
from peers import Model2Vec
model = Model2Vec([], None).model
app = FastAPI()

def vectors(texts):
    rows = model.encode(texts, use_multiprocessing=False).astype(numpy.float32)
    return rows / numpy.linalg.norm(rows, axis=1, keepdims=True)

@app.post("/embed")
async def embed(request: Request):
    body = orjson.loads(await request.body())
    rows = vectors(body["inputs"] if isinstance(body["inputs"], list) else [body["inputs"]])
    return Response(orjson.dumps(rows, option=orjson.OPT_SERIALIZE_NUMPY), media_type="application/json")

class Texts(BaseModel):
    inputs: list[str]

@app.post("/plain")
def plain(texts: Texts) -> list[list[float]]:
    return vectors(texts.inputs).tolist()
'''


class Service:
    """A process that answers at `url`, ended with the block."""

    def __init__(self, arguments, port, **options):
        self.url = f"http://127.0.0.1:{port}"
        self.process = subprocess.Popen(arguments, stderr=subprocess.DEVNULL, **options)

    def __enter__(self):
        for _ in range(600):
            try:
                self.post("/embed", {"inputs": ["a"]})
                return self
            except OSError:
                time.sleep(0.1)
        raise SystemExit(f"{self.url} does not answer")

    def __exit__(self, *_):
        # Asked and not killed: uvicorn ends its workers.
        self.process.terminate()
        self.process.wait()

    def post(self, path, body):
        request = urllib.request.Request(
            self.url + path, json.dumps(body).encode(), {"Content-Type": "application/json"})
        return json.loads(urllib.request.urlopen(request, timeout=10).read())

    def memory_mb(self):
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status).group(1)) / 1e3


class Load:
    """What wrk says about one run of requests of one kind."""

    def __init__(self, url, body, connections, seconds, folder, delay_ms=0):
        script = Path(folder) / f"{threading.get_ident()}.lua"
        script.write_text('wrk.method = "POST"\nwrk.headers["Content-Type"] = "application/json"\n'
                          f"wrk.body = [==[{json.dumps(body)}]==]\n"
                          + (f"function delay() return {delay_ms:.0f} end\n" if delay_ms else ""))
        output = subprocess.run(
            ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "30s", "--latency", "-s", str(script),
             url],
            check=True, capture_output=True, text=True).stdout
        number = lambda pattern: float(found.group(1)) if (found := re.search(pattern, output)) else 0.0
        value, unit = re.search(r"50%\s+([\d.]+)(us|ms|s)", output).groups()
        self.p50_ms = float(value) * {"us": 1e-3, "ms": 1, "s": 1e3}[unit]
        total, seconds = re.search(r"(\d+) requests in ([\d.]+)(?:s|m)", output).groups()
        self.requests, self.rate = int(total), number(r"Requests/sec:\s+([\d.]+)")
        self.refused = int(number(r"Non-2xx or 3xx responses: (\d+)"))
        self.broken = sum(map(int, re.findall(r"(?:connect|read|write|timeout) (\d+)", output)))

    @property
    def refused_share(self):
        return self.refused / max(self.requests, 1)


def measure_peers(a, batch, folder):
    (Path(folder) / "peer.py").write_text(PEER.format(folder=str(Path(__file__).resolve().parent)))
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false"}
    uvicorn = [sys.executable, "-m", "uvicorn", "peer:app", "--port", "8702", "--log-level", "error", "--no-access-log",
               "--workers", str(os.cpu_count())]
    rows = {"anneal-serve, /embed": [], "anneal-serve, /v1/embeddings, base64": [], "FastAPI + model2vec, orjson": [],
            "FastAPI + model2vec, plain": []}
    with (Service([a.serve, "--port", "8701"], 8701) as ours,
          Service(uvicorn, 8702, cwd=folder, env=environment) as theirs):
        targets = [(ours.url + "/embed", {"inputs": batch}),
                   (ours.url + "/v1/embeddings", {"input": batch, "encoding_format": "base64"}),
                   (theirs.url + "/embed", {"inputs": batch}), (theirs.url + "/plain", {"inputs": batch})]
        assert len(ours.post("/embed", targets[0][1])) == len(theirs.post("/embed", targets[0][1])) == 32
        for _ in range(a.rounds):
            for name, (url, body) in zip(rows, targets):
                Load(url, body, 32, 1, folder)
                load = Load(url, body, 32, a.seconds, folder)
                assert load.refused == load.broken == 0, (name, load.refused, load.broken)
                rows[name].append(load.rate * 32)
    print(f"\n| batches of 32 short texts, 32 connections, medians of {a.rounds} | texts/s | ratio to the first |\n"
          "|---|---|---|")
    first = rows["anneal-serve, /embed"]
    for name, rates in rows.items():
        ratio = statistics.median(one / other for one, other in zip(first, rates))
        print(f"| {name} | {statistics.median(rates):,.0f} | {ratio:.1f} |")


def measure_latency(a, text, folder):
    """One text a request over one connection, and the engine alone on the same text."""
    with Service([a.serve, "--port", "8701"], 8701) as ours:
        Load(ours.url + "/embed", {"inputs": text}, 1, 1, folder)
        over = statistics.median(
            Load(ours.url + "/embed", {"inputs": text}, 1, 2, folder).p50_ms for _ in range(a.rounds))
    count = 200_000
    lines = Path(folder) / "lines"
    lines.write_text((text + "\n") * count)
    start = time.perf_counter()
    subprocess.run([a.anneal, "embed", "--threads", "1", "--format", "f32", str(lines)], check=True,
                   stdout=subprocess.DEVNULL)
    alone = (time.perf_counter() - start) / count * 1e3
    print(f"\n| one short text | ms |\n|---|---|\n| over HTTP, p50 | {over:.3f} |\n| the engine alone | {alone:.4f} |\n"
          f"| added | {over - alone:.3f} |")


def measure_memory(a, text, folder):
    """A million requests, with the memory after each tenth."""
    with Service([a.serve, "--port", "8701"], 8701) as ours:
        done, marks = 0, []
        while done < a.requests:
            done += Load(ours.url + "/embed", {"inputs": text}, 32, 5, folder).requests
            if done >= a.requests * (len(marks) + 1) / 10:
                marks.append((done, ours.memory_mb()))
    print("\n| requests | resident MB |\n|---|---|")
    for done, memory in marks:
        print(f"| {done:,} | {memory:.1f} |")


LIMIT = 16
"""Requests that the service lets in at once where it is overloaded, and the connections of the usual load."""


def overloaded_service(a, batch):
    return Service([a.serve, "--port", "8701", "--max-requests", str(LIMIT), "--max-texts", str(len(batch))], 8701)


def seconds(url, body, folder):
    """The rates of five seconds, one after the other. Each begins with connections that are made and a generator that
    starts, so seconds are compared with seconds."""
    return [Load(url, body, LIMIT, 1, folder).rate for _ in range(5)]


def delay_ms(a, capacity):
    """Each of eight times as many connections asks again after its share of the time: less what an answer takes, which
    one in `times` gets."""
    return 1000 * (LIMIT * 8 / a.times - LIMIT / a.times) / capacity if a.times else 0


def measure_overload(a, batch, folder):
    """More than it can do, for minutes; what is refused comes back at once. Then the usual load again."""
    with overloaded_service(a, batch) as ours:
        body, url = {"inputs": batch}, ours.url + "/embed"
        Load(url, body, LIMIT, 5, folder)
        usual = []
        for _ in range(a.rounds):
            usual.append(seconds(url, body, folder))
            time.sleep(5)
        usual.append(seconds(url, body, folder))
        capacity = statistics.median(rate for rates in usual for rate in rates)
        memory, stop = [ours.memory_mb()], threading.Event()

        def watch():
            while not stop.wait(1):
                memory.append(ours.memory_mb())

        watcher = threading.Thread(target=watch)
        watcher.start()
        during = Load(url, body, LIMIT * 8, round(a.minutes * 60), folder, delay_ms(a, capacity))
        after = seconds(url, body, folder)
        stop.set()
        watcher.join()
        assert ours.process.poll() is None, "it is still there"
        # Once more as before, because a machine's speed changes in ten minutes.
        time.sleep(5)
        later = seconds(url, body, folder)
    answered = during.rate * (1 - during.refused_share)
    print(f"\n| overload, {a.minutes:g} minutes, {len(batch)} texts a request | |\n|---|---|\n"
          f"| capacity, requests/s, median of seconds before | {capacity:,.0f} |\n"
          f"| offered, times the capacity | {during.rate / capacity:.1f} |\n"
          f"| offered, times what was answered | {during.rate / answered:.1f} |\n"
          f"| answered, requests/s | {answered:,.0f} |\n| refused with 429 | {during.refused:,} "
          f"({100 * during.refused_share:.0f} %) |\n| connections lost | {during.broken} |\n"
          f"| resident MB before, most, at the end | {memory[0]:.0f}, {max(memory):.0f}, {memory[-1]:.0f} |\n")
    print("| five seconds, each in % of the capacity | 1 | 2 | 3 | 4 | 5 |\n|---|---|---|---|---|---|")
    rows = [("before" if number == 0 else "after a pause", rates) for number, rates in enumerate(usual)]
    for name, rates in [*rows, ("after the overload", after), ("after a pause again", later)]:
        print(f"| {name} | " + " | ".join(f"{100 * rate / capacity:.0f}" for rate in rates) + " |")


def measure_recovery(a, batch, folder):
    """Whether an overload leaves anything behind: pauses and overloads of 15 seconds in turns, and five seconds of the
    usual load after each."""
    with overloaded_service(a, batch) as ours:
        body, url = {"inputs": batch}, ours.url + "/embed"
        Load(url, body, LIMIT, 5, folder)
        capacity = statistics.median(seconds(url, body, folder))
        paused, loaded, offered = [], [], []
        for _ in range(a.rounds):
            time.sleep(15)
            paused.append(seconds(url, body, folder))
            during = Load(url, body, LIMIT * 8, 15, folder, delay_ms(a, capacity))
            loaded.append(seconds(url, body, folder))
            offered.append(during.rate / (during.rate * (1 - during.refused_share)))
    print(f"\n| after 15 seconds of | 1 | 2 | 3 | 4 | 5 | all |\n|---|---|---|---|---|---|---|")
    for name, rounds in ("nothing", paused), ("overload", loaded):
        print(f"| {name}, requests in each second, medians of {a.rounds} | "
              + " | ".join(f"{statistics.median(rates):,.0f}" for rates in zip(*rounds))
              + f" | {statistics.median(rate for rates in rounds for rate in rates):,.0f} |")
    ratios = [sum(one) / sum(other) for one, other in zip(loaded, paused)]
    print("\nSpeed after overload over speed after nothing, by rounds: "
          + ", ".join(f"{ratio:.2f}" for ratio in ratios)
          + f"; median {statistics.median(ratios):.2f}. Offered: {statistics.median(offered):.1f} times what was "
          "answered.")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--serve", required=True, help="the service")
    parser.add_argument("--anneal", required=True, help="the command line, for the engine alone")
    parser.add_argument("--texts", required=True, help="a file of texts, one a line")
    parser.add_argument("--measure", default="peers,latency,memory,recovery,overload")
    parser.add_argument("--seconds", type=int, default=8, help="of a round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--requests", type=int, default=1_000_000)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--overload-texts", type=int, default=256,
                        help="overload, recovery: texts a request. The load is made on the same processors: of dear "
                        "requests it can make twice as many as can be answered")
    parser.add_argument("--times", type=float, default=0,
                        help="overload: so many times the capacity; 0 for as much as 128 connections can ask")
    a = parser.parse_args()
    with open(a.texts, encoding="utf-8") as file:
        lines = [line.strip() for line in file if 20 < len(line) < 120 and "]=" not in line][:max(32, a.overload_texts)]
    batch = lines[:32]
    print(provenance.line() + f", load by wrk on the same {os.cpu_count()} processors")
    steps = {"peers": (measure_peers, batch), "latency": (measure_latency, batch[0]),
             "memory": (measure_memory, batch[0]), "overload": (measure_overload, lines[:a.overload_texts]),
             "recovery": (measure_recovery, lines[:a.overload_texts])}
    with tempfile.TemporaryDirectory() as folder:
        for name in a.measure.split(","):
            measure, texts = steps[name]
            measure(a, texts, folder)


if __name__ == "__main__":
    main()
