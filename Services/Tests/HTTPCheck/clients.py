"""The service as its users' clients see it: openai, huggingface_hub, and requests of the documented form."""
import huggingface_hub
import numpy as np
import openai
import requests

from service import TEXTS, reference, server


def check_openai(url, anneal):
    client = openai.OpenAI(base_url=url + "/v1", api_key="none needed", max_retries=0)
    expected = reference(anneal, TEXTS)
    answer = client.embeddings.create(model="anneal", input=TEXTS)
    assert np.array_equal(np.float32([item.embedding for item in answer.data]), expected), "base64"
    assert [item.index for item in answer.data] == [0, 1, 2, 3] and answer.model == "anneal-en-256"
    assert answer.usage.prompt_tokens == answer.usage.total_tokens > 10
    floats = client.embeddings.create(model="anneal", input=TEXTS[0], encoding_format="float")
    assert np.array_equal(np.float32(floats.data[0].embedding), expected[0]), "float"
    short = client.embeddings.create(model="anneal", input=TEXTS, dimensions=64)
    assert np.array_equal(np.float32([item.embedding for item in short.data]), reference(anneal, TEXTS, "--dim", "64"))
    # Ids are another tokenizer's more often than ours: LangChain sends tiktoken's.
    for ids in ([9906, 1917], [[9906], [1917]], ["a", [1917]]):
        for path, body in (("/v1/embeddings", {"input": ids}), ("/embed", {"inputs": ids}), ("/", {"inputs": ids}),
                           ("/embed_all", {"inputs": ids}), ("/tokenize", {"inputs": ids})):
            answer = requests.post(url + path, json=body)
            assert answer.status_code == 400 and "check_embedding_ctx_length=False" in answer.text, (path, answer.text)
            assert "--accept-token-ids" in answer.text
    assert [model.id for model in client.models.list()] == ["anneal-en-256"]
    for name in ("anneal-en-256", "anneal", "default"):
        assert client.models.retrieve(name).id == "anneal-en-256"
        assert client.embeddings.create(model=name, input="a").model == "anneal-en-256"
    try:
        client.models.retrieve("other")
        raise AssertionError("a model that there is not")
    except openai.NotFoundError as error:
        assert "anneal-en-256" in str(error)
    # As many as a request may have: the answer is sent as it is made.
    many = [f"{TEXTS[index % 3]} {index}" for index in range(2048)]
    for form in ("base64", "float"):
        answer = client.embeddings.create(model="anneal", input=many, encoding_format=form)
        vectors = [np.frombuffer(__import__("base64").b64decode(item.embedding), "<f4") if form == "base64"
                   else np.float32(item.embedding) for item in answer.data]
        assert np.array_equal(np.float32(vectors), reference(anneal, many)), f"2,048 texts, {form}"
        assert [item.index for item in answer.data] == list(range(2048))
    for error, arguments in [
        (openai.NotFoundError, dict(model="other", input="a")),
        (openai.BadRequestError, dict(model="anneal", input="")),
        (openai.BadRequestError, dict(model="anneal", input=[])),
        (openai.BadRequestError, dict(model="anneal", input="a", dimensions=0)),
        (openai.BadRequestError, dict(model="anneal", input="a", dimensions=257)),
    ]:
        try:
            client.embeddings.create(**arguments)
        except error as caught:
            assert caught.body["message"] and caught.body["type"] == "invalid_request_error"
        else:
            raise AssertionError(f"expected {error.__name__} for {arguments}")


def check_token_ids(tool, anneal):
    """Who says that ids are this model's gets the vectors of the texts that they stand for."""
    expected = reference(anneal, TEXTS[:2])
    for arguments, variables in ((["--accept-token-ids"], {}), ([], {"ANNEAL_ACCEPT_TOKEN_IDS": "1"})):
        with server(tool, *arguments, **variables) as process:
            client = openai.OpenAI(base_url=process.url + "/v1", api_key="none needed", max_retries=0)
            tokens = requests.post(process.url + "/tokenize", json={"inputs": TEXTS[:2]}).json()
            ids = [[token["id"] for token in one] for one in tokens]
            by_ids = client.embeddings.create(model="anneal", input=ids)
            assert np.array_equal(np.float32([item.embedding for item in by_ids.data]), expected), "lists of tokens"
            one = client.embeddings.create(model="anneal", input=ids[0])
            assert np.array_equal(np.float32(one.data[0].embedding), expected[0]), "tokens of one text"
            for body in ({"inputs": [[-1]]}, {"inputs": [[10**9]]}):
                answer = requests.post(process.url + "/embed", json=body)
                assert answer.status_code == 422 and answer.json()["error_type"] == "Tokenizer", answer.text
            assert requests.post(process.url + "/embed", json={"inputs": [[]]}).json()["error_type"] == "Empty"
            assert requests.post(process.url + "/embed", json={"inputs": [[5] * ((1 << 20) + 1)]}).status_code == 413


def check_empty_texts(tool):
    """Who asks for it gets zeros for texts without a byte, and nothing else is taken for one."""
    for arguments, variables in ((["--accept-empty-texts"], {}), ([], {"ANNEAL_ACCEPT_EMPTY_TEXTS": "1"})):
        with server(tool, *arguments, **variables) as process:
            client = openai.OpenAI(base_url=process.url + "/v1", api_key="none needed", max_retries=0)
            vectors = np.float32([item.embedding for item in client.embeddings.create(model="anneal", input=["a", ""]).data])
            assert vectors[0].any() and not vectors[1].any()

            def post(path, body):
                answer = requests.post(process.url + path, json=body)
                return answer.status_code, answer.json()

            assert post("/embed", {"inputs": ""}) == (200, [[0] * 256])
            assert post("/embed_all", {"inputs": ["", "a"]})[1][0] == [] == post("/tokenize", {"inputs": ""})[1][0]
            assert [one["score"] for one in post("/rerank", {"query": "", "texts": ["a", ""], "raw_scores": True})[1]] == [0, 0]
            body = {"inputs": {"source_sentence": "a", "sentences": [""]}}
            assert post("/similarity", body) == (200, [0])
            assert post("/embed", {"inputs": []})[0] == 400 and post("/embed", {"inputs": [None]})[0] == 422


def check_unknown(url):
    """What the vocabulary does not know is told: of each token, of each text, and by explanations the same."""
    texts = ["turn the light off", "hello 北京路由器", "北京"]
    shares = [requests.post(url + "/explain", json={"text": text}).json()["unknown_byte_share"] for text in texts]
    assert shares[0] == 0 < shares[1] < 1 == shares[2]
    for path, body in [("/embed", {"inputs": texts}), ("/embed_all", {"inputs": texts}), ("/tokenize", {"inputs": texts}),
                       ("/v1/embeddings", {"input": texts}), ("/", {"inputs": texts})]:
        answer = requests.post(url + path, json=body)
        assert [float(share) for share in answer.headers["x-unknown-share"].split(",")] == shares, path
    for text, share, tokens in zip(texts, shares, requests.post(url + "/tokenize", json={"inputs": texts}).json()):
        unknown = sum(token["stop"] - token["start"] for token in tokens if token["unknown"])
        assert unknown / len(text.encode()) == share
    assert not np.any(requests.post(url + "/embed", json={"inputs": texts[2]}).json()), "nothing known, no vector"
    # An answer that is sent as it is made has no place for it.
    for path in ("/embed", "/tokenize", "/embed_all"):
        assert "x-unknown-share" not in requests.post(url + path, json={"inputs": texts * 30}).headers


def check_text_embeddings_inference(url, anneal):
    expected = reference(anneal, TEXTS)
    # The client posts to the address that it is given: the root, or a route.
    for address in (url, url + "/embed"):
        client = huggingface_hub.InferenceClient(address)
        assert np.array_equal(client.feature_extraction(TEXTS[0])[0], expected[0])
        assert np.array_equal(client.feature_extraction(TEXTS), expected)
        raw = client.feature_extraction(TEXTS[0], normalize=False, truncate=True, truncation_direction="Left")
        assert np.array_equal(raw[0], reference(anneal, TEXTS[:1], "--no-normalize")[0])
    for address in (url, url + "/similarity"):
        client = huggingface_hub.InferenceClient(address)
        scores = client.sentence_similarity(TEXTS[0], other_sentences=TEXTS[1:])
        assert np.allclose(scores, expected[1:] @ expected[0], atol=1e-6)

    def post(path, body):
        answer = requests.post(url + path, json=body)
        assert answer.status_code == 200 and answer.headers["Content-Type"] == "application/json", answer.text
        return answer.json()

    assert np.array_equal(
        np.float32(post("/embed", {"inputs": TEXTS, "dimensions": 32, "prompt_name": None})),
        reference(anneal, TEXTS, "--dim", "32"))
    rows = post("/embed_all", {"inputs": TEXTS})
    tokens = post("/tokenize", {"inputs": TEXTS, "add_special_tokens": False})
    assert [len(row) for row in rows] == [len(row) for row in tokens]
    for row, vector in zip(rows, reference(anneal, TEXTS, "--no-normalize")):
        assert np.allclose(np.float64(row).sum(0), vector, atol=1e-5), "rows sum to the vector"
    ranked = post("/rerank", {"query": TEXTS[0], "texts": TEXTS[1:], "return_text": True, "truncate": False})
    assert ranked[0]["index"] == 0 and ranked[0]["text"] == TEXTS[1]
    assert [one["score"] for one in ranked] == sorted((one["score"] for one in ranked), reverse=True)
    raw = post("/rerank", {"query": TEXTS[0], "texts": TEXTS[1:], "raw_scores": True})
    assert [one["index"] for one in raw] == [one["index"] for one in ranked] and "text" not in raw[0]
    assert np.allclose([one["score"] for one in raw], [2 * one["score"] - 1 for one in ranked], atol=1e-6)
    for text, row in zip(TEXTS, tokens):
        assert row[0]["start"] == 0 and row[-1]["stop"] == len(text.encode()) and row[0]["special"] is False
    decoded = post("/decode", {"ids": [[token["id"] for token in row] for row in tokens[:3]]})
    assert decoded == TEXTS[:3], decoded
    assert post("/decode", {"ids": [token["id"] for token in tokens[0]], "skip_special_tokens": True}) == TEXTS[:1]
    info = requests.get(url + "/info").json()
    assert info["model_id"] == "anneal-en-256" and info["max_client_batch_size"] == 2048 and len(info["model_sha"]) == 64
    for path in ("/health", "/live", "/ready"):
        assert requests.get(url + path).status_code == 200


def check_ours(url):
    def post(path, body):
        answer = requests.post(url + path, json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    report = post("/explain", {"text": TEXTS[0]})
    assert report["final"] and report["text"] == TEXTS[0] and report["mode"] == "compiled"
    assert len(post("/explain", {"text": TEXTS[0], "stop_after": 1})["steps"]) <= 1 < len(report["steps"])
    for mode in ("naive", "compiled", "annealed"):
        comparison = post("/compare", {"left": TEXTS[0], "right": TEXTS[1], "mode": mode})
        assert abs(sum(pair["part"] for pair in comparison["pairs"]) - comparison["cosine"]) < 1e-9
    # All pairs are counted, and a thousand are sent; more and less where that is asked for.
    long = {"left": "0 1 " * 40, "right": "2 3 " * 40}
    for more, most in (({}, 1000), ({"pairs": 5}, 5), ({"pairs": 0}, 0), ({"pairs": 2_000}, 2_000)):
        answer = requests.post(url + "/compare", json={**long, **more})
        comparison = answer.json()
        assert len(comparison["pairs"]) == most < comparison["pair_count"], comparison["pair_count"]
        assert comparison["left"]["step_count"] == len(comparison["left"]["steps"])
    every = post("/compare", {**long, "pairs": 100_000})
    assert len(every["pairs"]) == every["pair_count"]
    few = post("/compare", {**long, "pairs": 7})["pairs"]
    least = min(abs(pair["part"]) for pair in few)
    assert sum(abs(pair["part"]) > least for pair in every["pairs"]) < 7, "the largest of either sign"
    assert [pair["part"] for pair in few] == sorted((pair["part"] for pair in few), reverse=True)
    largest = requests.post(url + "/compare", json={"left": "0 " * 250, "right": "0 " * 250})
    assert largest.status_code == 200 and len(largest.content) < 4_000_000, len(largest.content)
    largest = requests.post(url + "/explain", json={"text": "0 " * 2000})
    assert largest.status_code == 200 and len(largest.content) < 8_000_000, len(largest.content)
    assert len(largest.json()["steps"]) == 1000 < largest.json()["step_count"]
    for path in ("/", "/health", "/v1/models", "/v1/models/anneal", "/openapi.json", "/info"):
        head, whole = requests.head(url + path), requests.get(url + path)
        assert head.status_code == whole.status_code == 200 and not head.content, path
        assert head.headers["Content-Length"] == whole.headers["Content-Length"], path
    assert requests.head(url + "/embed").status_code == 405
    assert len(requests.post(url + "/embed/", json={"inputs": "a"}).json()[0]) == 256, "a slash at the end"
    page = requests.get(url + "/")
    assert "<!DOCTYPE html>" in page.text and "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert requests.get(url + "/openapi.json").json()["openapi"].startswith("3.")
