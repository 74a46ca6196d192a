import pickle

import numpy as np
import pytest

from anneal import ArgumentError, CodecError, EngineClosedError, ModelNotFoundError, codes


@pytest.fixture(scope="module")
def vectors(model):
    return model.encode([f"turn the light {word}" for word in "off on up down red green blue".split()] * 60 + [""])


def test_codes_come_back_near(vectors):
    nearness = []
    for length in (10, 32, 64):
        short = codes.encode(vectors, length)
        assert short.dtype == np.uint8 and short.shape == (421, length)
        assert not short[-1].any()
        near = codes.decode(short)
        assert near.dtype == np.float32 and near.shape == vectors.shape and not near[-1].any()
        assert (codes.encode(vectors[0], length) == short[0]).all()
        assert (codes.decode(short[0]) == near[0]).all()
        cosines = (near * vectors).sum(1)[:-1] / np.linalg.norm(near, axis=1)[:-1]
        nearness.append(cosines.mean())
    assert nearness == sorted(nearness) and nearness[0] > 0.4 and nearness[2] > 0.9
    # A shorter code is the beginning of a longer one.
    assert (codes.encode(vectors, 64)[:, :10] == codes.encode(vectors, 10)).all()
    assert codes.encode(np.empty((0, 256), np.float32)).shape == (0, 10)


def test_threads_profiles_and_pickles_change_nothing(vectors):
    one = codes.Codec("search", threads=1)
    assert (one.encode(vectors) == codes.Codec(threads=3).encode(vectors)).all()
    assert (pickle.loads(pickle.dumps(one)).encode(vectors) == one.encode(vectors)).all()
    assert one.dimension == 256 and one.lengths == [10, 32, 64] and one.info["kind"] == "trellis"
    assert (codes.encode(vectors, codec="pair") != codes.encode(vectors)).any()
    # Any layout of memory and any type of numbers.
    assert (one.encode(np.asfortranarray(vectors)) == one.encode(vectors.astype(np.float64))).all()
    one.close()
    with pytest.raises(EngineClosedError, match="found a closed one"):
        one.encode(vectors)


def test_precision_of_encode(model, samples):
    whole = model.encode(samples)
    small = model.encode(samples, precision="int8")
    assert small.dtype == np.int8 and small.shape == whole.shape and small.min() >= -127
    content = whole.any(axis=1)
    assert (np.abs(small).max(axis=1)[content] == 127).all() and not small[~content].any()
    rows = small[content].astype(np.float32)
    assert ((rows * whole[content]).sum(1) / np.linalg.norm(rows, axis=1) > 0.999).all()
    bits = model.encode(samples, precision="binary")
    assert bits.dtype == np.uint8 and (bits == np.packbits(whole > 0, axis=1)).all()
    one = model.encode(samples[0], precision="int8", truncate_dim=64)
    assert one.shape == (64,) and one.dtype == np.int8


def test_what_is_wrong_is_told(model, vectors, tmp_path):
    with pytest.raises(ArgumentError, match=r"expected one of \[10, 32, 64\] bytes, found 11"):
        codes.encode(vectors, 11)
    with pytest.raises(ArgumentError, match=r"expected shape \(n, 256\), found \(421, 64\)"):
        codes.encode(vectors[:, :64])
    with pytest.raises(CodecError, match="row 1: expected finite numbers"):
        codes.encode(np.full((2, 256), [[0.05], [np.nan]], np.float32))
    for wrong in (vectors, np.zeros((2, 2, 10), np.uint8), np.zeros((2, 11), np.uint8)):
        with pytest.raises(ArgumentError):
            codes.decode(wrong)
    with pytest.raises(ArgumentError, match="expected float32, int8 or binary"):
        model.encode(["a"], precision="int4")
    with pytest.raises(ArgumentError, match="expected none beside precision"):
        model.encode(["a"], precision="int8", out=np.empty((1, 256), np.float32))
    with pytest.raises(ArgumentError, match="row 0: expected finite"):
        codes.signed_bytes([np.inf])
    with pytest.raises(ArgumentError, match="threads: expected at least 1"):
        codes.Codec(threads=0)
    with pytest.raises(ModelNotFoundError):
        codes.Codec(tmp_path / "none.codec")
    (tmp_path / "damaged.codec").write_bytes(b"no codec")
    with pytest.raises(CodecError):
        codes.Codec(tmp_path / "damaged.codec")
