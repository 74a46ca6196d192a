"""What must be refused: each with its status and body, and without a connection lost."""
import json
import random

import requests


def check_refusals(url):
    def refused(status, path, body=None, method="POST", kind=None):
        answer = requests.request(method, url + path, **({"data": body} if body is not None else {}))
        shown = f"{path} {str(body)[:60]}: {answer.status_code} {answer.text[:200]}"
        assert answer.status_code == status and answer.headers["Content-Type"] == "application/json", shown
        content = answer.json()
        if path.startswith("/v1"):
            assert content["error"]["message"] and content["error"]["type"], shown
        else:
            assert content["error"] and content["error_type"] and kind in (None, content["error_type"]), shown

    # No JSON.
    for body in (b"", b"{", b"not json", b'{"inputs": NaN}', b'{"inputs": "\xff\xfe"}', b'{"inputs": "\xed\xa0\x80"}',
                 b"[" * 100_000, b'{"inputs": "a"} x', b"\0"):
        refused(400, "/embed", body, kind="Validation")
        refused(400, "/v1/embeddings", body)
    # Another value than expected.
    for body in (b"{}", b"[]", b"null", b"5", b'"a"', b'{"inputs": 5}', b'{"inputs": {"a": 1}}', b'{"inputs": ["a", 5]}',
                 b'{"inputs": "a", "normalize": "yes"}', b'{"inputs": "a", "dimensions": 1e99}',
                 b'{"inputs": "a", "dimensions": -5}', b'{"inputs": "a", "dimensions": 1.5}', b'{"inputs": null}',
                 b'{"inputs": "a", "truncation_direction": "Up"}', b'{"inputs": "a", "prompt_name": "query"}',
                 b'{"inputs": "\\ud800"}', b'{"inputs": "a\nb"}', b'{"inputs": [[[1]]]}'):
        refused(422, "/embed", body, kind="Validation")
    # In plain words: the place, what was expected and what was found.
    long = "m" * 5000
    for path, body, words in [
        ("/embed", b'{"inputs": "a", "normalize": "yes"}', '`normalize`: expected true or false, found "yes"'),
        ("/embed", b'{"inputs": ["a", 5]}', "`inputs[1]`: expected a string or a list of token ids, found 5"),
        ("/embed", b'{"inputs": {"a": 1}}', "token ids, found an object"),
        ("/embed", b'{"inputs": ["a", "\\ud800"]}', "`inputs[1]`: expected a string or a list of token ids, found a string"),
        ("/embed", b'{"inputs": "a", "dimensions": 1.5}', "`dimensions`: expected a whole number, found 1.5"),
        ("/embed", b'{"inputs": "a", "dimensions": 1e99}', "found 1e99, which is too large: 64 bits are the most"),
        ("/decode", b'{"ids": [9223372036854775808]}', "`ids[0]`: expected a token id or a list of token ids, "
         "found 9223372036854775808, which is too large"),
        ("/decode", b'{"ids": [1, "a"]}', '`ids[1]`: expected a token id or a list of token ids, found "a"'),
        ("/compare", b'{"left": "a", "right": 5}', "`right`: expected a string, found 5"),
        ("/", b'{"inputs": {"source_sentence": "a"}}', "`inputs`: expected the field `sentences`, found none"),
        ("/embed", b'{"inputs": ["a", "", "b"]}', "`inputs[1]` cannot be empty"),
        ("/rerank", b'{"query": "a", "texts": ["a", "b", ""]}', "`texts[2]` cannot be empty"),
        ("/embed", json.dumps({"inputs": ["a", "b" * (2 << 20)]}).encode(), "`inputs[1]`: expected a text of at most"),
        ("/embed", json.dumps({"inputs": "a", "model": long}).encode(), "m" * 80 + "…"),
        ("/embed", json.dumps({"inputs": "a", "prompt_name": long}).encode(), "m" * 80 + "…"),
        ("/embed", json.dumps({"inputs": "a", "truncation_direction": long}).encode(), "expected Left, Right, left or right"),
        ("/explain", json.dumps({"text": "a", "mode": long}).encode(), "expected naive, compiled or annealed, found"),
        ("/embed", json.dumps({"inputs": "a", "normalize": {long: long}}).encode(), "found an object"),
        ("/embed", b'{"inputs": "a", "dimensions": ' + b"9" * 5000 + b"}", "which is too large"),
    ]:
        answer = requests.post(url + path, data=body)
        error = answer.json()["error"]
        assert words in error and len(error) < 400, error
        assert not any(word in error for word in ("Swift", "ecod", "debug", "Optional", "Int", "coding")), error
    for field, value, status in [("Content-Encoding", "gzip", 415), ("Expect", "a-miracle", 417)]:
        answer = requests.post(url + "/embed", data=b'{"inputs": "a"}', headers={field: value})
        assert answer.status_code == status and value in answer.json()["error"], answer.text
    for body in (b"{}", b'{"input": 5}', b'{"input": "a", "encoding_format": "hex"}'):
        refused(400, "/v1/embeddings", body)
    refused(404, "/v1/embeddings", b'{"input": "a", "model": "other"}')
    refused(404, "/embed", b'{"inputs": "a", "model": "other"}')
    # Nothing.
    for body in (b'{"inputs": ""}', b'{"inputs": []}', b'{"inputs": ["a", ""]}'):
        for path in ("/embed", "/embed_all", "/tokenize", "/"):
            refused(400, path, body, kind="Empty")
    refused(400, "/decode", b'{"ids": []}', kind="Empty")
    refused(400, "/rerank", b'{"query": "a", "texts": []}', kind="Empty")
    refused(400, "/similarity", b'{"inputs": {"source_sentence": "", "sentences": ["a"]}}', kind="Empty")
    # Too much.
    refused(413, "/embed", json.dumps({"inputs": ["a"] * 2049}).encode(), kind="Validation")
    refused(413, "/rerank", json.dumps({"query": "a", "texts": ["a"] * 2049}).encode(), kind="Validation")
    refused(413, "/embed", b'{"inputs": "' + b"a" * (17 << 20) + b'"}', kind="Validation")
    refused(413, "/embed", b'{"inputs": "' + b"a" * (2 << 20) + b'"}', kind="Validation")
    refused(413, "/embed_all", json.dumps({"inputs": "a " * 5000}).encode(), kind="Validation")
    refused(413, "/compare", json.dumps({"left": "a " * 2000, "right": "b"}).encode())
    refused(413, "/explain", json.dumps({"text": "a " * 6000}).encode())
    refused(422, "/explain", b'{"text": "a", "mode": "melted"}')
    refused(422, "/explain", b'{"text": "a", "stop_after": -1}')
    refused(422, "/decode", b'{"ids": [1, "a"]}')
    refused(422, "/decode", b'{"ids": [1000000000]}', kind="Tokenizer")
    refused(413, "/decode", json.dumps({"ids": [5] * ((1 << 20) + 1)}).encode(), kind="Validation")
    refused(422, "/tokenize", b'{"inputs": "a", "prompt_name": "query"}', kind="Validation")
    refused(405, "/embed", method="GET")
    refused(405, "/health", b"x")
    refused(405, "/embed", method="DELETE")
    assert requests.options(url + "/embed").status_code == 405, "no other origin is let in"
    for path in ("/nothing", "/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/page.css/../../x", "//etc/passwd",
                 "/v1/", "/v1/models/none", "/page.html%00", "/./", "/embed//", "/Page/page.html", "/\\..\\..\\etc"):
        # As it is: requests would tidy the dots away.
        prepared = requests.Request("GET", url).prepare()
        prepared.url = url + path
        answer = requests.Session().send(prepared)
        assert answer.status_code == 404, f"{path}: {answer.status_code}"
    long = requests.post(url + "/embed", json={"inputs": "word " * 200_000})
    assert long.status_code == 200, "a megabyte of text"


VALID = [
    ("/v1/embeddings", {"input": ["a text", "another"], "model": "anneal", "dimensions": 8, "encoding_format": "base64"}),
    ("/v1/embeddings", {"input": ["a"], "model": None}),
    ("/embed", {"inputs": ["naïve", "\u0000\"\\"], "normalize": False, "truncate": True}),
    ("/embed_all", {"inputs": "a text"}),
    ("/similarity", {"inputs": {"source_sentence": "a", "sentences": ["b", "c"]}, "parameters": {"truncate": True}}),
    ("/rerank", {"query": "a", "texts": ["b", "c"], "raw_scores": True, "return_text": True}),
    ("/tokenize", {"inputs": ["a text"], "add_special_tokens": True}),
    ("/decode", {"ids": [[5, 6], [7]], "skip_special_tokens": True}),
    ("/explain", {"text": "a text", "mode": "annealed", "stop_after": 3}),
    ("/compare", {"left": "a text", "right": "another", "mode": "naive"}),
    ("/complete", {"text": "turn off the li", "count": 3, "towards": "a house"}),
    ("/v1/embeddings", {"input": ["a text"], "encoding_format": "search:32"}),
]


def check_mutations(url, count, seed):
    """Requests with bytes changed, cut, doubled and exchanged: always an answer, and never a fault of the service."""
    generator = random.Random(seed)
    session = requests.Session()
    seen = {}
    for number in range(count):
        path, value = generator.choice(VALID)
        body = bytearray(json.dumps(value).encode())
        for _ in range(generator.randrange(1, 4)):
            kind, at = generator.randrange(5), generator.randrange(len(body) or 1)
            if kind == 0 and body:
                body[at] = generator.randrange(256)
            elif kind == 1:
                body = body[:at]
            elif kind == 2:
                body[at:at] = body[at:at + generator.randrange(20)]
            elif kind == 3:
                body[at:at] = generator.choice([b"null", b"1e400", b"-", b"[[[[", b"{}", b"\\u0000", b"\\ud83d", b"true"])
            else:
                path = generator.choice(VALID)[0]
        answer = session.post(url + path, data=bytes(body), timeout=20)
        seen[answer.status_code] = seen.get(answer.status_code, 0) + 1
        assert answer.status_code in (200, 400, 404, 413, 422), f"seed {seed}, request {number}: {path} {bytes(body)}"
        json.loads(answer.text, parse_constant=lambda name: 1 / 0)
    assert seen[200] > count / 50 and seen[400] > count / 20 and seen[422] > count / 50, seen
