"""What goes with a model: codecs, a lookup table, a model of completions."""
import base64
import concurrent.futures
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import openai
import requests

from service import TEXTS, reference, server

sys.path.append(str(Path(__file__).parents[3] / "Python/tests"))
from lookup_table import write_table  # noqa: E402


def check_codes(url, anneal):
    """Codes are those of the command line, by the names that the models tell."""
    client = openai.OpenAI(base_url=url + "/v1", api_key="none needed", max_retries=0)
    # More than a step, so that the answer is sent as it is made.
    texts = TEXTS + [f"{TEXTS[index % 3]} {index}" for index in range(200)]
    with tempfile.TemporaryDirectory() as folder:
        for profile, bytes_ in (("search", 10), ("search", 32), ("pair", 64)):
            file = Path(folder) / "texts.codes"
            subprocess.run([anneal, "embed", "--codes", str(bytes_), "--profile", profile, "--output", file],
                           input="\n".join(texts).encode() + b"\n", check=True, capture_output=True)
            for few in (texts, texts[:3]):
                answer = client.embeddings.create(
                    model="anneal", input=few, encoding_format=f"{profile}:{bytes_}")
                codes = [base64.b64decode(item.embedding) for item in answer.data]
                assert {len(code) for code in codes} == {bytes_} and b"".join(codes) in file.read_bytes(), profile
                assert [item.index for item in answer.data] == list(range(len(few)))
                assert answer.codec["name"] == profile and answer.codec["bytes"] == bytes_
                assert len(answer.codec["content_hash"]) == 64
    body = {"input": "a text", "encoding_format": "search"}
    shortest = requests.post(url + "/v1/embeddings", json=body).json()
    assert shortest["codec"]["bytes"] == 10 and len(base64.b64decode(shortest["data"][0]["embedding"])) == 10
    zero = requests.post(url + "/v1/embeddings", json={"input": " ", "encoding_format": "pair"}).json()
    assert not any(base64.b64decode(zero["data"][0]["embedding"])), "no content, and a code of zeros"
    plain = requests.post(url + "/v1/embeddings", json={"input": "a text"}).json()
    assert "codec" not in plain and len(plain["data"][0]["embedding"]) == 256
    # Integers say what the floats say.
    exact = np.array(plain["data"][0]["embedding"])
    for form, expected in [("int8", np.round(exact * (127 / np.abs(exact).max()))),
                           ("ubinary", np.packbits(exact > 0)), ("binary", np.packbits(exact > 0).astype(int) - 128)]:
        found = requests.post(url + "/v1/embeddings", json={"input": "a text", "encoding_format": form}).json()
        assert np.abs(np.array(found["data"][0]["embedding"]) - expected).max() <= (form == "int8"), form
    told = requests.get(url + "/v1/models/anneal").json()["encoding_formats"]
    assert told[:2] == ["float", "base64"] and {"search", "search:10", "pair:64"} <= set(told)
    for form in told:
        answer = requests.post(url + "/v1/embeddings", json={"input": "a", "encoding_format": form})
        assert answer.status_code == 200, (form, answer.text)
    for more, words in [({"encoding_format": "hex"}, "expected one of float, base64, int8, binary, ubinary, pair"),
                        ({"encoding_format": "search:11"}, "expected codes of 10, 32, 64 bytes"),
                        ({"encoding_format": "search:"}, "as search:10"), ({"encoding_format": ":10"}, "found :10"),
                        ({"encoding_format": "float:10"}, "found float:10"),
                        ({"encoding_format": "search:+10"}, "found search:+10"),
                        ({"encoding_format": "search", "dimensions": 64}, "whole vectors of 256 numbers"),
                        ({"encoding_format": "binary", "dimensions": 60}, "a multiple of 8")]:
        answer = requests.post(url + "/v1/embeddings", json={"input": "a", **more})
        assert answer.status_code == 400 and words in answer.json()["error"]["message"], answer.text


def check_own_codecs(tool, model):
    """Codecs have the names that the operator gives them."""
    codec = Path(model).with_suffix(".pair.codec")
    with server(tool, "--codec", f"mine={codec}", "--codec", codec) as process:
        told = requests.get(process.url + "/v1/models/anneal").json()["encoding_formats"]
        assert {"mine:10", "default.pair:10", "pair:10", "search:10"} <= set(told), told
        codes = {requests.post(process.url + "/v1/embeddings", json={
            "input": TEXTS[0], "encoding_format": f"{name}:32"}).json()["data"][0]["embedding"]
            for name in ("mine", "default.pair", "pair")}
        assert len(codes) == 1
    for argument, status in [(f"float={codec}", 64), (f"a:b={codec}", 64), ("a=/nowhere", 69), (f"a={model}", 69)]:
        assert subprocess.run([tool, "--codec", argument], capture_output=True).returncode == status, argument


def check_lookup(tool, anneal, model):
    """Rows of a table are in vectors, explanations, counts and what the models tell; all else is as it was."""
    with tempfile.TemporaryDirectory() as folder, server(tool) as plain:
        info = requests.get(plain.url + "/info").json()
        pizza = requests.post(plain.url + "/embed", json={"inputs": "pizza"}).json()[0]
        table = write_table(Path(folder) / "emoji.embd", {"🍕": pizza}, info["model_sha"])
        texts = ["🍕", "a 🍕 in the evening", "北京"] + TEXTS
        expected = reference(anneal, texts, "--lookup", table)
        with server(tool, "--lookup", table) as process:
            post = lambda path, body: requests.post(process.url + path, json=body).json()
            assert np.array_equal(np.float32(post("/embed", {"inputs": texts})), expected)
            assert np.array_equal(expected[2:], reference(anneal, texts[2:])), "what has no row keeps its bits"
            assert post("/similarity", {"inputs": {"source_sentence": "🍕", "sentences": ["pizza"]}})[0] > 0.999
            rows = post("/explain", {"text": texts[1]})["looked_up"]
            assert [(row["start"], row["end"]) for row in rows] == [(2, 6)]
            assert requests.post(plain.url + "/explain", json={"text": texts[1]}).json()["looked_up"] == []
            parts = np.float64(post("/embed_all", {"inputs": texts[1]})[0]).sum(0)
            assert np.allclose(parts / np.linalg.norm(parts), expected[1], atol=1e-6)
            assert requests.get(process.url + "/info").json()["lookup_rows"] == 1 and "lookup_rows" not in info
            assert requests.get(process.url + "/v1/models/anneal").json()["lookup_rows"] == 1
            assert 'anneal_lookup_rows{model="anneal-en-256"} 1.0' in requests.get(process.url + "/metrics").text
        with server(tool, "--model", model, "--model", f"other={model}", ANNEAL_LOOKUP=f"other={table}") as process:
            vector = lambda name: np.float32(
                requests.post(process.url + "/embed", json={"inputs": "🍕", "model": name}).json()[0])
            assert not vector("anneal-en-256").any() and np.array_equal(vector("other"), expected[0])
        strange = write_table(Path(folder) / "strange.embd", {"🍕": pizza}, "00" * 32)
        for argument, status, words in [(f"none={table}", 64, "expected one of the models anneal-en-256, found none"),
                                        ("/nowhere", 69, "/nowhere"), (strange, 69, info["model_sha"]),
                                        (model, 69, "magic")]:
            refused = subprocess.run([tool, "--lookup", argument], capture_output=True, text=True)
            assert refused.returncode == status and words in refused.stderr, refused


def check_completions(tool, anneal, completions):
    """Completions are those of the command line, also for many at once."""
    lines = ["turn the ", "a vector of the te", "the same on every machine. The ", "", "the codec", "北京 "]
    with server(tool, "--completions", completions) as process:

        def post(body, status=200):
            answer = requests.post(process.url + "/complete", json=body)
            assert answer.status_code == status, answer.text
            return answer.json()

        expected = subprocess.run([anneal, "complete", "--completions", completions, "--json", "--count", "5"],
                                  input="\n".join(lines) + "\n", capture_output=True, text=True, check=True).stdout
        for line, wanted in zip(lines, expected.splitlines(), strict=True):
            assert post({"text": line, "count": 5}) == json.loads(wanted), line
        assert len(post({"text": "the "})["completions"]) == 10
        top = post({"text": "the ", "count": 1})["completions"][0]
        assert top["word"] == top["added"] and 0 < top["probability"] < 1
        # A topic moves words; one without content none.
        plain = post({"text": "we looked at the ", "count": 200})["completions"]
        drawn = post({"text": "we looked at the ", "count": 200, "towards": "compression of vectors to codes"})
        assert drawn["towards"] and drawn["completions"] != plain
        assert post({"text": "we looked at the ", "count": 200, "towards": " "})["completions"] == plain
        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            answers = list(pool.map(lambda number: post({"text": lines[number % 6], "count": 5}), range(120)))
        assert all(answer == answers[number % 6] for number, answer in enumerate(answers)), "one completer a request"
        assert post({"text": "a", "count": 0}, 422)["error"] == "`count`: expected 1 to 1000, found 0"
        assert "`count`: expected a whole number" in post({"text": "a", "count": 1.5}, 422)["error"]
        assert "at most 10000 bytes, found 10001" in post({"text": "a" * 10_001}, 413)["error"]
        assert "`towards`" in post({"text": "a", "towards": "a" * 10_001}, 413)["error"]
        assert "`text`" in post({}, 422)["error"]
        info = requests.get(process.url + "/info").json()["completions"]
        assert info["words"] > 100 and len(info["content_hash"]) == 64
    with server(tool) as process:
        answer = requests.post(process.url + "/complete", json={"text": "a"})
        assert answer.status_code == 404 and "--completions FILE" in answer.json()["error"], answer.text
        assert "completions" not in requests.get(process.url + "/info").json()
    for file in ("/nowhere", __file__):
        refused = subprocess.run([tool, "--completions", file], capture_output=True, text=True)
        assert refused.returncode == 69 and file in refused.stderr, refused
