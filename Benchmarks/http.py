#!/usr/bin/env python3
"""Times the service against FastAPI with model2vec, over HTTP on one machine, in turns.

    apt-get install wrk
    .venv/bin/pip install -r Benchmarks/requirements.txt fastapi uvicorn uvloop httptools orjson
    .venv/bin/python Benchmarks/http.py --serve .build/release/anneal-serve --texts texts.txt

Batches of 32 short texts over 32 connections by `wrk`; then single short texts over one connection, for the time that
the service adds. The peer answers with orjson under uvicorn, one worker a processor, as its users would have it.
"""
import argparse
import datetime
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

PEER = '''
import sys
sys.path.insert(0, {folder!r})
import numpy, orjson
from fastapi import FastAPI, Request, Response
from peers import Model2Vec
model = Model2Vec([], None).model
app = FastAPI()

@app.post("/embed")
async def embed(request: Request):
    body = orjson.loads(await request.body())
    vectors = model.encode(body["inputs"], use_multiprocessing=False).astype(numpy.float32)
    vectors /= numpy.linalg.norm(vectors, axis=1, keepdims=True)
    return Response(orjson.dumps(vectors, option=orjson.OPT_SERIALIZE_NUMPY), media_type="application/json")
'''


def wait_for(url, body):
    for _ in range(300):
        try:
            request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
            return json.loads(urllib.request.urlopen(request, timeout=5).read())
        except OSError:
            time.sleep(0.2)
    raise SystemExit(f"{url} does not answer")


def wrk(url, body, connections, seconds, folder):
    script = Path(folder) / "post.lua"
    script.write_text('wrk.method = "POST"\nwrk.headers["Content-Type"] = "application/json"\n'
                      f'wrk.body = [==[{body.decode()}]==]\n')
    output = subprocess.run(
        ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "-s", str(script), url],
        check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in output:
        raise SystemExit(output)
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", output).group(1))
    value, unit = re.search(r"50%\s+([\d.]+)(us|ms|s)", output).groups()
    return rate, float(value) * {"us": 1e-3, "ms": 1, "s": 1e3}[unit]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--serve", required=True)
    parser.add_argument("--texts", required=True)
    parser.add_argument("--seconds", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=3)
    a = parser.parse_args()
    with open(a.texts, encoding="utf-8") as file:
        lines = [line.strip() for line in file if 20 < len(line) < 120 and "]=" not in line][:32]
    batch, single = json.dumps({"inputs": lines}).encode(), json.dumps({"inputs": lines[0]}).encode()
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "peer.py").write_text(PEER.format(folder=str(Path(__file__).resolve().parent)))
        ours = subprocess.Popen([a.serve, "--port", "8701"], stderr=subprocess.DEVNULL)
        theirs = subprocess.Popen(
            [sys.executable, "-m", "uvicorn", "peer:app", "--port", "8702", "--log-level", "error", "--workers",
             str(os.cpu_count())],
            cwd=folder, env={**os.environ, "OMP_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false"})
        try:
            for port in (8701, 8702):
                assert len(wait_for(f"http://127.0.0.1:{port}/embed", batch)) == 32
            rows = []
            for _ in range(a.rounds):
                row = []
                for port in (8701, 8702):
                    url = f"http://127.0.0.1:{port}/embed"
                    wrk(url, batch, 32, 1, folder)
                    row.append((wrk(url, batch, 32, a.seconds, folder)[0] * 32, wrk(url, single, 1, 3, folder)[1]))
                rows.append(row)
            memory = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{ours.pid}/status").read_text())
        finally:
            ours.kill()
            # Asked and not killed: it ends its workers.
            theirs.terminate()
            theirs.wait()
    median = lambda values: sorted(values)[len(values) // 2]
    commit = subprocess.run(["git", "rev-parse", "--short=12", "HEAD"], capture_output=True, text=True).stdout.strip()
    print(f"commit {commit}, {platform.machine()}, {datetime.datetime.now(datetime.timezone.utc):%Y-%m-%d %H:%M} UTC, "
          f"{os.cpu_count()} processors shared with the load, medians of {a.rounds} rounds\n")
    print("| | anneal-serve | FastAPI + model2vec | ratio |\n|---|---|---|---|")
    ours_rate, theirs_rate = (median([row[side][0] for row in rows]) for side in (0, 1))
    ratio = median([row[0][0] / row[1][0] for row in rows])
    print(f"| texts/s, batches of 32, 32 connections | {ours_rate:,.0f} | {theirs_rate:,.0f} | {ratio:.1f} |")
    ours_time, theirs_time = (median([row[side][1] for row in rows]) for side in (0, 1))
    print(f"| median of one short text, ms | {ours_time:.3f} | {theirs_time:.3f} | |")
    if memory:
        print(f"| resident memory at the end, MB | {int(memory.group(1)) / 1e3:.0f} | | |")


if __name__ == "__main__":
    main()
