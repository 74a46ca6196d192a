import pickle
import threading

import numpy as np
import pytest
from lookup_table import write_table

from anneal import Anneal, ArgumentError, ModelNotFoundError, TableError


@pytest.fixture(scope="module")
def table(model, tmp_path_factory):
    rows = {"🍕": model.encode("pizza").tolist(), "\u2581вода": model.encode("water").tolist()}
    return write_table(tmp_path_factory.mktemp("lookup") / "t.embd", rows, model.info["content_hash"])


@pytest.fixture(scope="module")
def taught(table):
    return Anneal(lookup=table)


def test_unknown_text_gets_its_rows(model, taught):
    assert taught.similarity("🍕", "pizza") > 0.999 and taught.similarity("вода", "water") > 0.999
    assert taught.similarity("a 🍕 for two", "a pizza for two") > model.similarity("a 🍕 for two", "a pizza for two")
    assert taught.info["lookup_rows"] == 2 and "lookup_rows" not in model.info
    assert not model.encode("🍕").any() and not taught.encode("北京").any()


def test_what_is_known_keeps_its_bits(model, taught, samples):
    assert (taught.encode(samples) == model.encode(samples)).all()


def test_explanations_show_the_rows(model, taught):
    found = taught.explain("a 🍕 и вода")["looked_up"]
    assert [(row["start"], row["end"]) for row in found] == [(2, 6), (10, 18)]
    assert len({row["entry"] for row in found}) == 2 and all(row["norm"] > 0 for row in found)
    assert not model.explain("a 🍕").get("looked_up")


def test_rules_pickles_and_threads(table, taught):
    texts = ["🍕 k8s", "вода 🍕🍕", "turn the light off"] * 40
    expected = taught.encode(texts, threads=1)
    assert (taught.encode(texts, threads=3) == expected).all()
    assert (pickle.loads(pickle.dumps(taught)).encode(texts) == expected).all()
    both = Anneal(rules="k8s = kubernetes", lookup=str(table))
    assert (both.encode("turn the light off") == taught.encode("turn the light off")).all()
    assert both.similarity("k8s 🍕", "kubernetes pizza") > taught.similarity("k8s 🍕", "kubernetes pizza")
    results = []
    workers = [threading.Thread(target=lambda: results.append(taught.encode(texts, threads=1))) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(results) == 4 and all((result == expected).all() for result in results)


def test_what_is_wrong_is_told(model, table, tmp_path):
    with pytest.raises(ModelNotFoundError, match="none.embd"):
        Anneal(lookup=tmp_path / "none.embd")
    other = write_table(tmp_path / "other.embd", {"🍕": [1.0] * 256}, "00" * 32)
    with pytest.raises(TableError, match=model.info["content_hash"]):
        Anneal(lookup=other)
    whole = table.read_bytes()
    damaged = bytearray(whole)
    damaged[100] ^= 1
    for content in (b"no table", whole[:-1], bytes(damaged)):
        (tmp_path / "damaged.embd").write_bytes(content)
        with pytest.raises(TableError):
            Anneal(lookup=tmp_path / "damaged.embd")
    with pytest.raises(ArgumentError, match="lookup: expected text without NUL"):
        Anneal(lookup="a\0b")
    with pytest.raises(TypeError):
        Anneal(lookup=5)
    assert np.isfinite(Anneal(lookup=table).encode("🍕")).all()
