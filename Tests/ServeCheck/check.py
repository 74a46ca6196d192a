#!/usr/bin/env python3
"""Runs the service and talks to it as its users' clients do, and as nobody should.

    pip install openai huggingface_hub requests numpy
    python Tests/ServeCheck/check.py --tool .build/release/anneal-serve --anneal .build/release/anneal

The clients are the real ones: openai asks for base64 when nothing is said, huggingface_hub's InferenceClient speaks
text-embeddings-inference's protocol.
"""
import argparse
import concurrent.futures
import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

import huggingface_hub
import numpy as np
import openai
import requests

TEXTS = ["turn the light off", "switch off the lamp", "the price of wheat rose", "naïve café 北京 😀"]


@contextlib.contextmanager
def server(tool, *arguments, **environment):
    process = subprocess.Popen(
        [tool, "--port", "0", *arguments], stderr=subprocess.PIPE, text=True, env={**os.environ, **environment})
    try:
        for line in process.stderr:
            found = re.search(r"listening.*port=(\d+)|port=(\d+).*listening", line)
            if found:
                break
        else:
            raise SystemExit("the service did not start")
        # Read on: a pipe that is full would stop the service.
        threading.Thread(target=process.stderr.read, daemon=True).start()
        process.port = int(found.group(1) or found.group(2))
        process.url = f"http://127.0.0.1:{process.port}"
        yield process
    finally:
        process.kill()
        process.wait()


def reference(anneal, texts, *arguments):
    output = subprocess.run([anneal, "embed", "--format", "f32", *arguments], input="\n".join(texts).encode() + b"\n",
                            capture_output=True, check=True).stdout
    return np.frombuffer(output, "<f4").reshape(len(texts), -1)


def check_openai(url, anneal):
    client = openai.OpenAI(base_url=url + "/v1", api_key="none needed", max_retries=0)
    expected = reference(anneal, TEXTS)
    answer = client.embeddings.create(model="anneal", input=TEXTS)
    assert np.array_equal(np.float32([item.embedding for item in answer.data]), expected), "base64"
    assert [item.index for item in answer.data] == [0, 1, 2, 3] and answer.model == "anneal"
    assert answer.usage.prompt_tokens == answer.usage.total_tokens > 10
    floats = client.embeddings.create(model="anneal", input=TEXTS[0], encoding_format="float")
    assert np.array_equal(np.float32(floats.data[0].embedding), expected[0]), "float"
    short = client.embeddings.create(model="anneal", input=TEXTS, dimensions=64)
    assert np.array_equal(np.float32([item.embedding for item in short.data]), reference(anneal, TEXTS, "--dim", "64"))
    tokens = requests.post(url + "/tokenize", json={"inputs": TEXTS[:2]}).json()
    ids = [[token["id"] for token in one] for one in tokens]
    by_ids = client.embeddings.create(model="anneal", input=ids)
    assert np.array_equal(np.float32([item.embedding for item in by_ids.data]), expected[:2]), "token arrays"
    assert [model.id for model in client.models.list()] == ["anneal"]
    for error, arguments in [
        (openai.NotFoundError, dict(model="other", input="a")),
        (openai.BadRequestError, dict(model="anneal", input="")),
        (openai.BadRequestError, dict(model="anneal", input=[])),
        (openai.BadRequestError, dict(model="anneal", input="a", dimensions=0)),
        (openai.BadRequestError, dict(model="anneal", input="a", dimensions=257)),
        (openai.BadRequestError, dict(model="anneal", input=[[10**9]])),
    ]:
        try:
            client.embeddings.create(**arguments)
        except error as caught:
            assert caught.body["message"] and caught.body["type"] == "invalid_request_error"
        else:
            raise AssertionError(f"expected {error.__name__} for {arguments}")


def check_tei(url, anneal):
    client = huggingface_hub.InferenceClient(url)
    expected = reference(anneal, TEXTS)
    assert np.array_equal(client.feature_extraction(TEXTS[0])[0], expected[0])
    assert np.array_equal(client.feature_extraction(TEXTS), expected)
    raw = client.feature_extraction(TEXTS[0], normalize=False, truncate=True, truncation_direction="Left")
    assert np.array_equal(raw[0], reference(anneal, TEXTS[:1], "--no-normalize")[0])
    scores = client.sentence_similarity(TEXTS[0], other_sentences=TEXTS[1:])
    assert np.allclose(scores, expected[1:] @ expected[0], atol=1e-6)
    post = lambda path, body: requests.post(url + path, json=body)
    ranked = post("/rerank", {"query": TEXTS[0], "texts": TEXTS[1:], "return_text": True}).json()
    assert [one["index"] for one in ranked][0] == 0 and ranked[0]["text"] == TEXTS[1]
    assert [one["score"] for one in ranked] == sorted((one["score"] for one in ranked), reverse=True)
    tokens = post("/tokenize", {"inputs": TEXTS}).json()
    for text, row in zip(TEXTS, tokens):
        assert row[0]["start"] == 0 and row[-1]["stop"] == len(text.encode()) and "special" in row[0]
    decoded = post("/decode", {"ids": [[token["id"] for token in row] for row in tokens[:3]]}).json()
    assert decoded == TEXTS[:3], decoded
    info = requests.get(url + "/info").json()
    assert info["model_id"] == "anneal" and info["max_client_batch_size"] == 2048 and len(info["model_sha"]) == 64
    assert requests.get(url + "/health").status_code == 200
    report = post("/explain", {"text": TEXTS[0]}).json()
    assert report["final"] and report["text"] == TEXTS[0]
    comparison = post("/compare", {"left": TEXTS[0], "right": TEXTS[1], "mode": "annealed"}).json()
    assert abs(sum(pair["part"] for pair in comparison["pairs"]) - comparison["cosine"]) < 1e-9
    page = requests.get(url + "/")
    assert "<!DOCTYPE html>" in page.text and "default-src 'none'" in page.headers["Content-Security-Policy"]


def check_refusals(url):
    def refused(status, path, body=None, method="POST", **arguments):
        answer = requests.request(method, url + path, **({"data": body} if body is not None else {}), **arguments)
        assert answer.status_code == status, f"{path} {str(body)[:60]}: {answer.status_code} {answer.text[:200]}"
        content = answer.json()
        assert content["error"]["message"] if path.startswith("/v1") else content["error"] and content["error_type"]

    for body in (b"", b"{", b"not json", b'{"inputs": NaN}', b'{"inputs": "\xff\xfe"}', b"[" * 100_000):
        refused(400, "/embed", body)
        refused(400, "/v1/embeddings", body)
    for body in (b"{}", b"[]", b"null", b'{"inputs": 5}', b'{"inputs": {"a": 1}}', b'{"inputs": ["a", 5]}',
                 b'{"inputs": "a", "normalize": "yes"}', b'{"inputs": "a", "dimensions": 1e99}',
                 b'{"inputs": "a", "dimensions": -5}', b'{"inputs": [[-1]]}', b'{"inputs": null}',
                 b'{"inputs": "a", "truncation_direction": "Up"}'):
        refused(422, "/embed", body)
    for body in (b"{}", b'{"input": 5}', b'{"input": "a", "encoding_format": "hex"}'):
        refused(400, "/v1/embeddings", body)
    for body in (b'{"inputs": ""}', b'{"inputs": []}', b'{"inputs": ["a", ""]}', b'{"inputs": [[]]}'):
        refused(400, "/embed", body)
    refused(413, "/embed", json.dumps({"inputs": ["a"] * 2049}).encode())
    refused(413, "/embed", b'{"inputs": "' + b"a" * (17 << 20) + b'"}')
    refused(413, "/embed", (b"a" * 65536 for _ in range(400)))
    refused(413, "/compare", json.dumps({"left": "a " * 2000, "right": "b"}).encode())
    refused(422, "/explain", b'{"text": "a", "mode": "melted"}')
    refused(422, "/explain", b'{"text": "a", "stop_after": -1}')
    for path in ("/nothing", "/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/page.css/../../x", "//etc/passwd",
                 "/v1/"):
        # As it is: requests would tidy the dots away.
        prepared = requests.Request("GET", url).prepare()
        prepared.url = url + path
        answer = requests.Session().send(prepared)
        assert answer.status_code == 404, f"{path}: {answer.status_code}"
    refused(405, "/embed", method="GET")
    refused(405, "/health", b"x")
    long = requests.post(url + "/embed", json={"inputs": "word " * 1_000_000})
    assert long.status_code == 200, "five megabytes of text"


def check_connections(process):
    address = ("127.0.0.1", process.port)
    # A client that sends a byte now and then, one that sends half a request, one that closes its side at once.
    slow = socket.create_connection(address)
    slow.sendall(b"POST /embed HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{")
    half = socket.create_connection(address)
    half.sendall(b"POST /embed HTTP/1.1\r\nHost: a\r\nContent-Le")
    half.shutdown(socket.SHUT_WR)
    garbage = socket.create_connection(address)
    garbage.sendall(os.urandom(4096))
    idle = [socket.create_connection(address) for _ in range(900)]
    assert requests.post(process.url + "/embed", json={"inputs": "still there"}).status_code == 200
    start = time.time()
    slow.settimeout(20)
    closed = slow.recv(4096)
    assert time.time() - start < 15, "an idle connection is closed"
    assert not closed or b" 408 " in closed or b" 400 " in closed, closed
    for connection in (slow, half, garbage, *idle):
        connection.close()
    assert requests.get(process.url + "/health").status_code == 200


def check_overload(url):
    """More at once than is let in: some are refused with 429, none fails, and afterwards all is as before."""
    body = json.dumps({"inputs": ["a text of some words that is repeated " * 20] * 300})
    with concurrent.futures.ThreadPoolExecutor(40) as pool:
        codes = list(pool.map(
            lambda _: requests.post(url + "/embed", data=body, timeout=60).status_code, range(200)))
    assert set(codes) == {200, 429}, set(codes)
    assert requests.post(url + "/embed", data=body).status_code == 200


def check_metrics(url):
    text = requests.get(url + "/metrics").text
    values = dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    assert float(values["anneal_texts_total"]) > 10 and float(values["anneal_queue_depth"]) == 0
    assert values['anneal_requests_total{route="/embed",status="200"}']
    assert values['anneal_request_seconds_bucket{route="/embed",le="+Inf"}'] == values[
        'anneal_request_seconds_count{route="/embed"}']
    assert any(key.startswith("anneal_errors_total") for key in values)
    assert not any("etc" in key for key in values), "paths from outside are no labels"


def check_keys(tool):
    with tempfile.NamedTemporaryFile("w") as file:
        file.write("first-key\nsecond-key\n")
        file.flush()
        with server(tool, "--api-keys", file.name) as process:
            for key, status in [(None, 401), ("", 401), ("first-ke", 401), ("first-keyy", 401), ("second-key", 200)]:
                headers = {"Authorization": f"Bearer {key}"} if key is not None else {}
                answer = requests.post(process.url + "/embed", json={"inputs": "a"}, headers=headers)
                assert answer.status_code == status, key
            assert requests.get(process.url + "/health").status_code == 200
            assert requests.get(process.url + "/metrics").status_code == 401
            try:
                wrong = openai.OpenAI(base_url=process.url + "/v1", api_key="wrong")
                wrong.embeddings.create(model="anneal", input="a")
                raise AssertionError("a wrong key")
            except openai.AuthenticationError:
                pass


def check_drain(tool):
    """A request that is running when the service is asked to end is answered."""
    with server(tool) as process:
        body = json.dumps({"inputs": ["many words in a long text " * 400] * 1000})
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            running = pool.submit(requests.post, process.url + "/embed", data=body)
            time.sleep(0.15)
            process.send_signal(signal.SIGTERM)
            assert running.result().status_code == 200
        assert process.wait(15) == 0
        with contextlib.suppress(requests.ConnectionError):
            requests.get(process.url + "/health", timeout=2)
            raise AssertionError("it still listens")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tool", required=True)
    parser.add_argument("--anneal", required=True)
    a = parser.parse_args()
    with server(a.tool, "--idle-seconds", "5") as process:
        check_openai(process.url, a.anneal)
        check_tei(process.url, a.anneal)
        check_refusals(process.url)
        check_connections(process)
        check_metrics(process.url)
    with server(a.tool, "--max-requests", "8") as process:
        check_overload(process.url)
    check_keys(a.tool)
    check_drain(a.tool)
    print("the service answers openai, huggingface_hub and bad clients as it should")


if __name__ == "__main__":
    sys.exit(main())
