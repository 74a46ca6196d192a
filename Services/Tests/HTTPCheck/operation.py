"""What who runs the service relies on: metrics, keys, overload, drain, TLS, other origins, several models, logs."""
import concurrent.futures
import contextlib
import json
import os
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np
import openai
import requests

from service import reference, server


def check_metrics(url):
    text = requests.get(url + "/metrics").text
    values = dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    assert float(values["anneal_texts_total"]) > 10 and float(values["anneal_queue_depth"]) == 0
    # Whatever the route, its texts and their tokens are counted.
    text = "turn the light off near my house"
    tokens = len(requests.post(url + "/tokenize", json={"inputs": text}).json()[0])

    def counted():
        lines = requests.get(url + "/metrics").text.splitlines()
        return tuple(int(next(line for line in lines if line.startswith(name)).split()[1])
                     for name in ("anneal_texts_total ", "anneal_tokens_total "))

    for path, body, texts in [
        ("/embed", {"inputs": [text] * 3}, 3), ("/embed", {"inputs": [text] * 200}, 200),
        ("/embed_all", {"inputs": [text] * 2}, 2), ("/v1/embeddings", {"input": [text] * 3}, 3),
        ("/rerank", {"query": text, "texts": [text]}, 2),
        ("/similarity", {"inputs": {"source_sentence": text, "sentences": [text] * 3}}, 4),
    ]:
        before = counted()
        answer = requests.post(url + path, json=body)
        assert answer.status_code == 200, (path, answer.status_code, answer.text)
        after = counted()
        # It is counted when the answer has gone, which may be after it has come.
        for _ in range(20):
            if after != before:
                break
            time.sleep(0.1)
            after = counted()
        assert (after[0] - before[0], after[1] - before[1]) == (texts, texts * tokens), (path, before, after)
        assert path != "/v1/embeddings" or answer.json()["usage"]["total_tokens"] == texts * tokens
    text = requests.get(url + "/metrics").text
    assert int(values['anneal_requests_total{route="/embed",status="200"}']) > 0
    assert values['anneal_request_seconds_bucket{route="/embed",le="+Inf"}'] == values[
        'anneal_request_seconds_count{route="/embed"}']
    assert int(values['anneal_errors_total{type="Validation"}']) > 10
    assert not any("etc" in key for key in values), "paths from outside are no labels"
    # As prometheus_client's parser sees it, where that is installed.
    with contextlib.suppress(ImportError):
        from prometheus_client.parser import text_string_to_metric_families
        families = {family.name: family for family in text_string_to_metric_families(text)}
        assert families["anneal_request_seconds"].type == "histogram" and families["anneal_texts"].type == "counter"


def check_overload(tool):
    """More at once than is let in: some are refused with 429, none fails, and afterwards all is as before."""
    with server(tool, "--max-requests", "8") as process:
        body = json.dumps({"inputs": ["a text of some words that is repeated " * 20] * 300})
        with concurrent.futures.ThreadPoolExecutor(40) as pool:
            answers = list(pool.map(lambda _: requests.post(process.url + "/embed", data=body, timeout=60), range(200)))
        assert {answer.status_code for answer in answers} == {200, 429}
        refused = next(answer for answer in answers if answer.status_code == 429)
        assert refused.json()["error_type"] == "Overloaded" and refused.headers["Retry-After"] == "1"
        assert requests.post(process.url + "/embed", data=body).status_code == 200
        try:
            client = openai.OpenAI(base_url=process.url + "/v1", api_key="any", max_retries=5)
            assert client.embeddings.create(model="anneal", input="a").data
        except openai.RateLimitError:
            raise AssertionError("the client's own retries suffice")


def check_keys(tool):
    with tempfile.NamedTemporaryFile("w") as file:
        file.write("first-key\nsecond-key\n")
        file.flush()
        with server(tool, "--api-keys", file.name, ANNEAL_API_KEYS="other-key, third-key") as process:
            for key, status in [(None, 401), ("", 401), ("first-ke", 401), ("first-keyy", 401), ("second-key", 200),
                                ("third-key", 200), ("first-key\tsecond-key", 401)]:
                headers = {"Authorization": f"Bearer {key}"} if key is not None else {}
                answer = requests.post(process.url + "/embed", json={"inputs": "a"}, headers=headers)
                assert answer.status_code == status, key
                assert status == 200 or answer.headers["WWW-Authenticate"] == "Bearer"
            basic = requests.post(process.url + "/embed", json={"inputs": "a"}, auth=("first-key", "first-key"))
            assert basic.status_code == 401
            for path, status in [("/health", 200), ("/ready", 200), ("/", 200), ("/metrics", 401), ("/info", 401)]:
                assert requests.get(process.url + path).status_code == status, path
            try:
                wrong = openai.OpenAI(base_url=process.url + "/v1", api_key="wrong")
                wrong.embeddings.create(model="anneal", input="a")
                raise AssertionError("a wrong key")
            except openai.AuthenticationError:
                pass
    for keys in ("", " ", ",", "first key"):
        refused = subprocess.run(
            [tool], capture_output=True, text=True, timeout=60, env={**os.environ, "ANNEAL_API_KEYS": keys})
        assert refused.returncode == 64 and "ANNEAL_API_KEYS" in refused.stderr, refused
    with tempfile.NamedTemporaryFile("w") as empty:
        assert subprocess.run([tool, "--api-keys", empty.name], capture_output=True).returncode == 64
    assert subprocess.run([tool, "--api-keys", "/nowhere"], capture_output=True).returncode == 66


def check_drain(tool):
    """A request that is running when the service is asked to end is answered, and /ready says so first."""
    # The work takes longer than a transfer may.
    with server(tool, "--notice-seconds", "1", "--transfer-seconds", "1", "--drain-seconds", "300") as process:
        body = json.dumps({"inputs": ["many words in a long text " * 400] * 500})
        session = requests.Session()
        assert session.get(process.url + "/ready").status_code == 200
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            running = pool.submit(requests.post, process.url + "/embed", data=body)
            time.sleep(0.2)
            process.send_signal(signal.SIGTERM)
            time.sleep(0.3)
            assert session.get(process.url + "/ready").status_code == 503, "on notice"
            answer = running.result()
            assert answer.status_code == 200 and len(answer.json()) == 500
        assert process.wait(60) == 0
        with contextlib.suppress(requests.ConnectionError):
            requests.get(process.url + "/health", timeout=2)
            raise AssertionError("it still listens")


def check_tls(tool):
    with tempfile.TemporaryDirectory() as folder:
        key, certificate = Path(folder) / "key.pem", Path(folder) / "certificate.pem"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
             "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate],
            check=True, capture_output=True)
        with server(tool, "--tls-certificates", certificate, "--tls-key", key, scheme="https") as process:
            answer = requests.post(process.url + "/embed", json={"inputs": "a"}, verify=certificate)
            assert answer.status_code == 200
            with contextlib.suppress(requests.ConnectionError):
                requests.get(process.url.replace("https", "http") + "/health", timeout=5)
                raise AssertionError("plain HTTP at a port with TLS")
        broken = subprocess.run([tool, "--tls-certificates", key, "--tls-key", key], capture_output=True)
        assert broken.returncode == 66, broken
        assert subprocess.run([tool, "--tls-key", key], capture_output=True).returncode == 64


def check_origins(tool):
    with server(tool, "--cors-origin", "https://a.example") as process:
        ask = lambda origin: requests.options(process.url + "/embed", headers={
            "Origin": origin, "Access-Control-Request-Method": "POST"})
        allowed = ask("https://a.example")
        assert allowed.status_code == 204 and allowed.headers["Access-Control-Allow-Origin"] == "https://a.example"
        assert "authorization" in allowed.headers["Access-Control-Allow-Headers"]
        refused = ask("https://b.example")
        assert refused.status_code == 405 and "Access-Control-Allow-Origin" not in refused.headers
        answer = requests.post(process.url + "/embed", json={"inputs": "a"}, headers={"Origin": "https://a.example"})
        assert answer.status_code == 200 and answer.headers["Vary"] == "Origin"


def check_variables(tool, anneal):
    """Options from the environment, where the command line says nothing else; and texts that are cut."""
    with server(tool, "--max-text-bytes", "20", ANNEAL_PORT="1", ANNEAL_MAX_TEXT_BYTES="5", ANNEAL_MAX_TEXTS="3",
                ANNEAL_LOG_FORMAT="json", ANNEAL_LOG_LEVEL="debug",
                ANNEAL_CORS_ORIGIN="https://a.example,https://b.example") as process:
        for origin in ("https://a.example", "https://b.example", "https://c.example"):
            answer = requests.post(process.url + "/embed", json={"inputs": "a"}, headers={"Origin": origin})
            assert (answer.headers.get("Access-Control-Allow-Origin") == origin) == (origin != "https://c.example")
        assert requests.post(process.url + "/embed", json={"inputs": ["a"] * 4}).status_code == 413
        assert requests.get(process.url + "/info").json()["max_input_length"] == 20
        time.sleep(0.2)
        assert all(json.loads(line) for line in process.log) and any('"debug"' in line for line in process.log)

        # Byte 20 lies inside of a character from either side.
        text = "naïve café near 北京 naïve café x"
        first, last = reference(anneal, ["naïve café near ", "京 naïve café x"])

        def post(path, body, status=200):
            answer = requests.post(process.url + path, json=body)
            assert answer.status_code == status, answer.text
            return answer.json()

        for more in ({}, {"truncate": False}, {"truncation_direction": "Left"}):
            assert "at most 20 bytes" in post("/embed", {"inputs": text, **more}, 413)["error"]
        for more, expected in [({}, first), ({"truncation_direction": "Right"}, first),
                               ({"truncation_direction": "Left"}, last), ({"truncation_direction": "left"}, last)]:
            options = {"truncate": True, **more}
            for path in ("/embed", "/"):
                assert np.array_equal(np.float32(post(path, {"inputs": text, **options})[0]), expected), options
            tokens = post("/tokenize", {"inputs": text, **options})[0]
            assert tokens[-1]["stop"] <= 20
            assert len(post("/embed_all", {"inputs": text, **options})[0]) == len(tokens)
            ranks = post("/rerank", {"query": text, "texts": [text], "return_text": True, **options})
            assert abs(ranks[0]["score"] - 1) < 1e-6 and ranks[0]["text"] == text
            body = {"inputs": {"source_sentence": text, "sentences": [text]}, "parameters": options}
            assert abs(post("/similarity", body)[0] - 1) < 1e-6
        post("/similarity", {"inputs": {"source_sentence": text, "sentences": ["a"]}}, 413)
        post("/v1/embeddings", {"input": text}, 413)
    for variables, message in [({"ANNEAL_PORT": "many"}, "port"), ({"ANNEAL_MAX_TEXTS": "0"}, "--max-texts"),
                               ({"ANNEAL_LOG_LEVEL": "loud"}, "log-level"), ({"ANNEAL_TLS_KEY": "a"}, "--tls-key")]:
        refused = subprocess.run([tool], capture_output=True, text=True, timeout=60, env={**os.environ, **variables})
        assert refused.returncode == 64 and message in refused.stderr, refused


def check_mode(tool, anneal):
    """Vectors, their parts and explanations are of the mode that the service was started with."""
    texts = ["how do I turn the light off in New York?", "a man is not eating"]
    expected = reference(anneal, texts, "--mode", "annealed")
    assert not np.array_equal(expected, reference(anneal, texts))
    with server(tool, ANNEAL_MODE="annealed") as process:

        def post(path, body):
            answer = requests.post(process.url + path, json=body)
            assert answer.status_code == 200, answer.text
            return answer.json()

        assert np.array_equal(np.float32(post("/embed", {"inputs": texts})), expected)
        data = post("/v1/embeddings", {"input": texts})["data"]
        assert np.array_equal(np.float32([item["embedding"] for item in data]), expected)
        rows = np.float64(post("/embed_all", {"inputs": texts[0]})[0]).sum(0)
        assert np.allclose(rows / np.linalg.norm(rows), expected[0], atol=1e-6)
        assert post("/explain", {"text": texts[0]})["mode"] == "annealed"
        compared = post("/compare", {"left": texts[0], "right": texts[1]})
        assert compared["mode"] == "annealed" and abs(compared["cosine"] - expected[0] @ expected[1]) < 1e-5
        assert post("/compare", {"left": "a", "right": "b", "mode": "naive"})["mode"] == "naive"
    assert subprocess.run([tool, "--mode", "quick"], capture_output=True).returncode == 64


def check_models_and_logs(tool, model):
    with server(tool, "--model", model, "--model", f"other={model}", "--log-format", "json", "--log-level", "debug") as p:
        client = openai.OpenAI(base_url=p.url + "/v1", api_key="any")
        names = [one.id for one in client.models.list()]
        assert names == ["anneal-en-256", "other"], names
        for alias in (Path(model).stem, "anneal"):
            assert client.embeddings.create(model=alias, input="a").model == names[0], "another name of the first"
        for name in names:
            assert client.embeddings.create(model=name, input="a").model == name
        time.sleep(0.2)
        events = [json.loads(line) for line in p.log]
        assert all(event["time"] and event["level"] and event["message"] for event in events)
        answered = [event for event in events if event["message"] == "answered"]
        assert answered[-1]["path"] == "/v1/embeddings" and answered[-1]["status"] == "200"
        assert "listening" in [event["message"] for event in events]
    # A name of the operator's own is told; those of the file go on meaning it.
    with server(tool, "--model", f"mine={model}") as process:
        client = openai.OpenAI(base_url=process.url + "/v1", api_key="any")
        for name in ("mine", "anneal-en-256", "anneal"):
            assert client.embeddings.create(model=name, input="a").model == "mine"
    with server(tool, "--any-model-name") as process:
        client = openai.OpenAI(base_url=process.url + "/v1", api_key="any")
        assert client.embeddings.create(model="text-embedding-3-small", input="a").model == "anneal-en-256"
    assert subprocess.run([tool, "--model", model, "--model", model], capture_output=True).returncode == 64
    assert subprocess.run([tool, "--model", "/nowhere"], capture_output=True).returncode == 69
    with server(tool) as first:
        second = subprocess.run([tool, "--port", str(first.port)], capture_output=True, text=True, timeout=60)
        assert second.returncode == 74 and "Address already in use" in second.stderr, second
