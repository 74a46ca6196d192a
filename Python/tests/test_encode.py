"""Vectors: shape, type, length, and that how they were asked for does not change them."""

import numpy as np
import pytest

from anneal import Anneal, ArgumentError


def test_shape_and_length(model, samples):
    vectors = model.encode(samples)
    assert vectors.dtype == np.float32 and vectors.shape == (len(samples), 256) and vectors.flags.c_contiguous
    lengths = np.linalg.norm(vectors, axis=1)
    empty = np.array([text in ("", "\x00\x01") for text in samples])  # characters that no vocabulary has add nothing
    assert np.allclose(lengths[~empty], 1, atol=1e-6) and np.all(lengths[empty] == 0)


def test_row_is_single(model, samples):
    vectors = model.encode(samples)
    for text, row in zip(samples, vectors):
        single = model.encode(text)
        assert single.shape == (256,) and np.array_equal(single, row)


def test_cosine_is_that_of_compare(model):
    left, right = "turn the light off", "switch off the lamp in the kitchen"
    one, other = model.encode([left, right]).astype(np.float64)
    comparison = model.compare(left, right)
    assert comparison["cosine"] == pytest.approx(one @ other, abs=1e-6)
    assert sum(pair["part"] for pair in comparison["pairs"]) == pytest.approx(comparison["cosine"], abs=1e-9)


@pytest.mark.parametrize("threads", [1, 2, 9, 100_000])
def test_threads_change_nothing(model, samples, threads):
    texts = [f"{number} {samples[number % len(samples)]}" for number in range(700)]
    assert np.array_equal(model.encode(texts, threads=threads), model.encode(texts, threads=1))


def test_modes_differ(model):
    text = ["How do I turn the light off in New York?"]
    assert not np.array_equal(model.encode(text), model.encode(text, mode="naive"))
    assert np.array_equal(model.encode(text, mode="naive"), Anneal(mode="naive").encode(text))


def test_truncation(model, samples):
    whole = model.encode(samples, normalize=False)
    cut = model.encode(samples, normalize=False, truncate_dim=64)
    assert np.array_equal(cut, whole[:, :64])
    unit = model.encode(samples, truncate_dim=64)
    assert np.allclose(np.linalg.norm(unit[0]), 1, atol=1e-6)
    small = Anneal(truncate_dim=64)
    assert small.dimension == 64 and np.array_equal(small.encode(samples), unit)


def test_out(model, samples):
    out = np.full((len(samples), 256), np.nan, np.float32)
    assert model.encode(samples, out=out) is out and np.array_equal(out, model.encode(samples))
    out.fill(np.nan)
    assert model.encode(iter(samples), out=out) is out and np.array_equal(out, model.encode(samples))
    assert np.array_equal(out.any(axis=1), [text not in ("", "\x00\x01") for text in samples])
    row = np.empty(256, np.float32)
    model.encode(samples[0], out=row)
    assert np.array_equal(row, out[0])


@pytest.mark.parametrize("out", [
    np.empty((7, 255), np.float32), np.empty((6, 256), np.float32), np.empty((7, 256)),
    np.empty((256, 7), np.float32).T, np.empty(7 * 256, np.float32)])
def test_out_that_does_not_fit(model, samples, out):
    with pytest.raises(ArgumentError, match="out: expected"):
        model.encode(samples, out=out)
    with pytest.raises(ArgumentError, match="out: expected"):
        model.encode(iter(samples), out=out)


def test_similarity(model):
    assert model.similarity("turn the light off", "turn the light off") == pytest.approx(1, abs=1e-6)
    near, far = model.similarity("turn the light off", ["switch off the lamp", "the price of wheat"])[0]
    assert near > far
    vectors = model.encode(["one text", "", "another"])
    matrix = model.similarity(vectors, vectors)
    assert matrix.shape == (3, 3) and matrix.dtype == np.float32
    assert np.allclose(np.diag(matrix), [1, 0, 1], atol=1e-6)
    assert isinstance(model.similarity(vectors[0], vectors[2]), float)


def test_rules():
    plain, taught = Anneal(), Anneal(rules="k8s = kubernetes")
    assert taught.similarity("k8s", "kubernetes") > plain.similarity("k8s", "kubernetes")


def test_explanation(model):
    text = "turn the light off \ud800 é"
    report = model.explain(text)
    assert [token["piece"] for token in report["tokens"][:2]] == ["▁turn", "▁the"]
    assert sum(item["share"] for item in report["final"]) == pytest.approx(1)
    assert len(model.explain(text, stop_after=0)["steps"]) == 0
    assert model.explain("")["empty"] is True


def test_unknown_share(model):
    report = model.explain("light 北京")  # of twelve bytes the last six, and the space before them, are unknown
    assert report["unknown_tokens"] == 2 and report["unknown_byte_share"] == pytest.approx(7 / 12)
    assert [token["unknown"] for token in report["tokens"]] == [False, True, True]
    comparison = model.compare("light", "北京")
    assert comparison["left"]["unknown_byte_share"] == 0 and comparison["right"]["unknown_byte_share"] == 1
    assert comparison["right"]["empty"] and comparison["cosine"] == 0


def test_reports_have_the_fields_that_they_declare(model):
    from anneal import reports

    explanation = model.explain("turn the lights off in New York")
    comparison = model.compare("turn the light off", "switch off the lamp")
    for found, kind in (
        (explanation, reports.Explanation), (explanation["tokens"][0], reports.Token),
        (explanation["steps"][0], reports.Rewrite), (comparison, reports.Comparison),
        (comparison["left"], reports.Side), (comparison["pairs"][0], reports.Pair),
    ):
        assert set(found) == set(kind.__annotations__ if kind is not reports.Explanation else
                                 {**reports.Side.__annotations__, **kind.__annotations__})
    for instruction in explanation["final"]:
        assert set(instruction) - {"constant"} == set(reports._Instruction.__annotations__)


def test_info(model):
    info = model.info
    assert info["dimension"] == 256 and info["tokens"] > 1000 and len(info["content_hash"]) > 20
