"""Every kind of input gives the vectors that a list gives; what is no text is a TypeError that says where."""

import numpy as np
import pytest

pandas = pytest.importorskip("pandas")
pyarrow = pytest.importorskip("pyarrow")


@pytest.fixture(scope="module")
def texts(samples):
    return [f"{number} {samples[number % len(samples)]}" for number in range(40_000)]


@pytest.fixture(scope="module")
def expected(model, texts):
    return model.encode(texts)


def test_python(model, texts, expected):
    for given in (tuple(texts), iter(texts), (text for text in texts), dict.fromkeys(texts).keys()):
        assert np.array_equal(model.encode(given), expected)
    assert np.array_equal(model.encode(str(text) for text in texts[:100]), expected[:100])


def test_numpy(model, texts, expected):
    some = [text for text in texts[:500] if not text.endswith(("\x00", "\x01"))]
    for dtype in (object, str):
        assert np.array_equal(model.encode(np.array(some, dtype)), model.encode(some))
    assert np.array_equal(model.encode(np.array(texts, object)[::7]), expected[::7])


def test_pandas(model, texts, expected):
    for dtype in (object, "string[python]", "string[pyarrow]", pandas.ArrowDtype(pyarrow.string())):
        series = pandas.Series(texts, dtype=dtype, index=range(5, 5 + len(texts)))
        assert np.array_equal(model.encode(series), expected), dtype
        assert np.array_equal(model.encode(series[1000:1100]), expected[1000:1100]), dtype
    assert np.array_equal(model.encode(pandas.Index(texts[:10])), expected[:10])


@pytest.mark.parametrize("kind", [pyarrow.string(), pyarrow.large_string()])
def test_arrow(model, texts, expected, kind):
    array = pyarrow.array(texts, kind)
    assert np.array_equal(model.encode(array), expected)
    assert np.array_equal(model.encode(array[123:777][3:]), expected[126:777])
    chunked = pyarrow.chunked_array([array[:10], array[10:10], array[10:30_000], array[30_000:]])
    assert np.array_equal(model.encode(chunked), expected)
    assert np.array_equal(model.encode(pyarrow.table({"text": chunked})["text"]), expected)
    assert model.encode(pyarrow.array([], kind)).shape == (0, 256)
    assert np.array_equal(model.encode(pyarrow.array(["", ""], kind)), np.zeros((2, 256), np.float32))


def test_arrow_other_layouts(model, texts, expected):
    assert np.array_equal(model.encode(pyarrow.array(texts[:50]).dictionary_encode()), expected[:50])
    if hasattr(pyarrow, "string_view"):
        assert np.array_equal(model.encode(pyarrow.array(texts[:50], pyarrow.string_view())), expected[:50])


def test_polars(model, texts, expected):
    polars = pytest.importorskip("polars")
    assert np.array_equal(model.encode(polars.Series(texts[:50])), expected[:50])
    repeated = polars.Series(texts[:50] * 3)
    for kind in (polars.Categorical, polars.Enum(texts[:50])):
        assert np.array_equal(model.encode(repeated.cast(kind)), np.tile(expected[:50], (3, 1)))
    with pytest.raises(TypeError, match="text 1: expected a text, found null"):
        model.encode(polars.Series(["a", None]).cast(polars.Categorical))


def test_arrow_is_not_copied(model, texts, monkeypatch):
    from anneal import native

    seen = []
    encode = native.encode
    monkeypatch.setattr(native, "encode", lambda engine, block, *rest: seen.append(block.bytes) or encode(
        engine, block, *rest))
    array = pyarrow.array(texts)
    model.encode(array)
    assert set(seen) == {array.buffers()[2].address}


def test_empty(model):
    for given in ([], (), iter([]), np.array([], object), pandas.Series([], dtype=object)):
        vectors = model.encode(given)
        assert vectors.shape == (0, 256) and vectors.dtype == np.float32


@pytest.mark.parametrize(
    "given, message",
    [
        (["a", None], "text 1: expected str, found NoneType"),
        (["a"] * 20_000 + [1.5], "text 20000: expected str, found float"),
        (iter(["a"] * 20_000 + [b"b"]), "text 20000: expected str, found bytes"),
        (b"bytes", "expected texts, found bytes"),
        (5, "expected texts, found int"),
        ({"a": "b"}, "in an order, as in a list, found dict"),
        ({"a", "b"}, "in an order, as in a list, found set"),
        (frozenset("a"), "in an order, as in a list, found frozenset"),
        ([bytearray(b"a")], "text 0: expected str, found bytearray"),
        (pyarrow.nulls(2), "text 0: expected a text, found null"),
        (pyarrow.array([1, 2, 1]).dictionary_encode(), "expected an Arrow column of strings, found dictionary"),
        (np.ma.array(["a", "b"], mask=[False, True]), "text 1: expected str, found NoneType"),
        (np.zeros((2, 2)), "one dimension"),
        (np.zeros(2), "text 0: expected str, found float"),
        (pandas.Series(["a", None], dtype=object), "text 1: expected str"),
        (pandas.Series(["a", "b", None], dtype="string[pyarrow]"), "text 2: expected a text, found null"),
        (pyarrow.array(["a", None]), "text 1: expected a text, found null"),
        (pyarrow.chunked_array([["a", "b"], ["c", None]]), "text 3: expected a text, found null"),
        (pyarrow.array([1, 2]), "expected an Arrow column of strings, found int64"),
        (pyarrow.table({"a": ["b"]}), "expected an Arrow column, found Table"),
    ],
)
def test_no_texts(model, given, message):
    with pytest.raises(TypeError, match=message):
        model.encode(given)


def test_odd_strings(model):
    odd = ["\ud800", "a\udc80b", "\x00", "\uffff", "e\u0301", "\u202e", "a" * 1_000_000, " " * 1_000_000]
    vectors = model.encode(odd)
    assert np.isfinite(vectors).all()
    for text, row in zip(odd, vectors):
        assert np.array_equal(model.encode(text), row)
    rng = np.random.default_rng(5)
    points = rng.integers(0, 0x10FFFF, 20_000)
    text = "".join(map(chr, points))
    assert np.array_equal(model.encode([text, text])[1], model.encode(text))
