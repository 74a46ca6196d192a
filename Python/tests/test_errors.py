"""Failures are exceptions of the package and of the kind that Python would raise; nothing ends the process."""

import os
import pickle

import numpy as np
import pytest

import anneal
from anneal import Anneal


def test_missing_model(tmp_path):
    with pytest.raises(FileNotFoundError, match="does not exist") as caught:
        Anneal(tmp_path / "none")
    assert isinstance(caught.value, anneal.ModelNotFoundError) and isinstance(caught.value, anneal.AnnealError)


def test_damaged_model(tmp_path, model):
    with open(model.model, "rb") as file:
        content = bytearray(file.read())
    path = tmp_path / "model"
    for damage in (content[:1000], b"", b"no model at all" * 100, content[:5_000_000] + b"x" + content[5_000_001:]):
        path.write_bytes(damage)
        with pytest.raises(anneal.ModelError):
            Anneal(path)
    with pytest.raises(anneal.ModelError, match="directory"):
        Anneal(tmp_path)


def test_environment_names_the_model(tmp_path, monkeypatch):
    monkeypatch.setenv("ANNEAL_MODEL", str(tmp_path / "elsewhere"))
    with pytest.raises(anneal.ModelNotFoundError, match="elsewhere"):
        Anneal()


def test_rules():
    with pytest.raises(anneal.RulesError, match="expected"):
        Anneal(rules="-> ->")


def test_kernel(monkeypatch):
    monkeypatch.setenv("ANNEAL_KERNEL", "abacus")
    with pytest.raises(anneal.KernelError, match="abacus"):
        Anneal()


def test_arguments(model):
    for arguments in (
        {"truncate_dim": 0}, {"truncate_dim": 257}, {"truncate_dim": -1}, {"threads": 0}, {"threads": -3},
        {"mode": "melted"},
    ):
        with pytest.raises(ValueError, match="expected"):
            model.encode(["a"], **arguments)
        with pytest.raises(anneal.ArgumentError):
            Anneal(**arguments)
    with pytest.raises(anneal.ArgumentError):
        model.explain("a", stop_after=-1)
    with pytest.raises(TypeError):
        model.explain(None)
    with pytest.raises(TypeError):
        model.compare("a", 5)


def test_too_long(model):
    with pytest.raises(anneal.TextTooLongError, match="4096"):
        model.explain("word " * 5000)
    with pytest.raises(anneal.TextTooLongError, match="1024"):
        model.compare("word " * 2000, "word")


def test_closed():
    engine = Anneal()
    with engine as same:
        assert same is engine
        number = engine._engine
    engine.close()
    for call in (lambda: engine.encode(["a"]), lambda: engine.explain("a"), lambda: engine.compare("a", "b")):
        with pytest.raises(anneal.EngineClosedError):
            call()
    from anneal import native

    for stale in (number, 0, 2**64 - 1):
        with pytest.raises(anneal.EngineClosedError, match="not open"):
            native.dimension(stale)


def test_offsets_that_lie(model):
    """Somebody else's broken Arrow column is refused before anything is read through it."""
    from anneal import native

    data = np.frombuffer(b"0123456789", np.uint8)
    rng = np.random.default_rng(3)
    vectors = np.empty((4, 256), np.float32)
    refused = 0
    for _ in range(500):
        offsets = rng.integers(-12, 24, 5).astype(np.int32)
        texts = native.Texts(data.ctypes.data, 10, offsets.ctypes.data, 4, 4)
        fits = offsets[0] >= 0 and offsets[-1] <= 10 and (np.diff(offsets) >= 0).all()
        try:
            native.encode(model._engine, texts, native.Options(0, 1, 0, 1), vectors.ctypes.data, vectors.size)
            assert fits
        except anneal.ArgumentError:
            assert not fits
            refused += 1
    assert refused > 400


def test_pickle(model):
    copy = pickle.loads(pickle.dumps(Anneal(mode="naive", truncate_dim=32, threads=1)))
    assert copy.mode == "naive" and copy.dimension == 32 and copy.threads == 1
    assert np.array_equal(copy.encode(["a text"]), model.encode(["a text"], mode="naive", truncate_dim=32))
    assert os.path.exists(copy.model) and "naive" in repr(copy)
