"""Texts that change while they are read, and arrays that lie: an error or the right vectors, never other memory."""

import random
import subprocess
import sys
import threading
from collections.abc import Sequence

import numpy as np
import pytest

import anneal

ROW = 256


def _while_it_changes(change, rounds):
    """Encodes a list while another thread changes it, in a process of its own, since what is tested is that it lives."""
    program = f"""
import random, sys, threading
import numpy as np
import anneal

sys.setswitchinterval(1e-6)
model = anneal.Anneal(threads=2)
words = ["light", "wheat", "a man eats", "caf\u00e9"]
expected = {{word: row for word, row in zip(words, model.encode(words))}}
source = random.Random(7)
texts, stop = [], threading.Event()

def change():
    while not stop.is_set():
        {change}

thread = threading.Thread(target=change)
thread.start()
try:
    for _ in range({rounds}):
        texts[:] = source.choices(words, k=source.randrange(40))
        vectors = model.encode(texts)
        for row in vectors:
            assert any(np.array_equal(row, other) for other in expected.values())
finally:
    stop.set()
    thread.join()
"""
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=300)
    assert ended.returncode == 0, ended.stderr[-2000:]


def test_a_list_that_grows():
    _while_it_changes("texts.extend(words) if len(texts) < 500 else texts.clear()", 2_000)


def test_a_list_that_shrinks():
    _while_it_changes("texts and texts.pop()", 2_000)


class Liar(Sequence):
    """Says one length and has another."""

    def __init__(self, says, has):
        self.says, self.has = says, has

    def __len__(self):
        return self.says

    def __getitem__(self, index):
        if isinstance(index, slice):
            return ["text"] * (self.has * 7)
        if index >= self.has:
            raise IndexError
        return "text"


@pytest.mark.parametrize("says, has", [(5, 7), (7, 5), (0, 3), (3, 0), (5, 40_000), (40_000, 20_000)])
def test_a_length_that_lies(model, says, has):
    for out in (None, np.empty((says, ROW), np.float32)):
        with pytest.raises(anneal.TextCountError, match=f"expected {says} texts.*found"):
            model.encode(Liar(says, has), out=out)


def test_slices_that_lie(model):
    assert np.array_equal(model.encode(Liar(5, 5)), model.encode(["text"] * 5))


def test_strings_that_lie(model):
    class Text(str):
        def __len__(self):
            return 1_000_000

        def encode(self, *_):
            return b"another text"

    for text in ("light", "caf\u00e9"):
        assert np.array_equal(model.encode([Text(text), "wheat"]), model.encode([text, "wheat"]))


def test_an_iterator_that_fails(model):
    def texts():
        yield from ["text"] * 20_000
        raise OSError("the file ended")

    with pytest.raises(OSError, match="the file ended"):
        model.encode(texts())
    assert np.array_equal(model.encode(["text"]), model.encode(["text"]))


def test_an_engine_that_is_closed_meanwhile():
    engine = anneal.Anneal()

    def texts():
        yield from ["text"] * 20_000
        engine.close()
        yield from ["text"] * 20_000

    with pytest.raises(anneal.EngineClosedError):
        engine.encode(texts())


def test_out_that_changes_its_shape(model):
    out = np.zeros((40_000, ROW), np.float32)
    whole = out.base if out.base is not None else out

    def texts():
        yield from ["light"] * 20_000
        whole.shape = (1, -1)
        yield from ["light"] * 20_000

    model.encode(texts(), out=out)
    assert np.array_equal(out.reshape(-1, ROW), np.tile(model.encode("light"), (40_000, 1)))


def test_out_that_lies(model):
    class Array(np.ndarray):
        @property
        def shape(self):
            return (1000, ROW)

        @property
        def dtype(self):
            return np.dtype(np.float32)

    for memory in (np.empty((2, ROW), np.float32), np.empty((1000, ROW), np.float16)):
        with pytest.raises(anneal.ArgumentError, match="out: expected"):
            model.encode(["text"] * 1000, out=memory.view(Array))


def test_out_of_other_kinds(model):
    odd = np.frombuffer(bytearray(4 * ROW + 1), np.uint8)[1:].view(np.float32)
    fixed = np.zeros(ROW, np.float32)
    fixed.flags.writeable = False
    swapped = np.zeros(ROW, np.dtype(np.float32).newbyteorder())
    strided = np.zeros(2 * ROW, np.float32)[::2]
    for out in (odd, fixed, swapped, strided, np.zeros((16, 16), np.float32), np.zeros(ROW)):
        with pytest.raises(anneal.ArgumentError, match="out: expected"):
            model.encode("text", out=out)
    with pytest.raises(TypeError, match="out: expected a numpy array, found list"):
        model.encode("text", out=[0.0] * ROW)


def test_arrow_columns_that_lie(model):
    pyarrow = pytest.importorskip("pyarrow")
    data = pyarrow.py_buffer(b"0123456789")

    def column(kind, offsets, word, length=4, start=0):
        buffers = [None, pyarrow.py_buffer(np.array(offsets, word)), data]
        return pyarrow.Array.from_buffers(kind, length, buffers, 0, start)

    good = column(pyarrow.string(), [0, 1, 3, 3, 10], np.int32)
    assert np.array_equal(model.encode(good), model.encode(["0", "12", "", "3456789"]))
    # pyarrow itself refuses offsets that lie at the ends.
    liars = [
        column(pyarrow.string(), [0, 9, 3, 3, 10], np.int32),
        column(pyarrow.string(), [0, -1, 3, 3, 10], np.int32),
        column(pyarrow.string(), [0, 1, 3, 2**30, 10], np.int32),
        column(pyarrow.large_string(), [0, 1, 2**62, 3, 10], np.int64),
    ]
    indices = pyarrow.array([0, 1, 9_000_000], pyarrow.int32())
    liars.append(pyarrow.DictionaryArray.from_arrays(indices, pyarrow.array(["a", "b"]), safe=False))
    for liar in liars:
        for given in (liar, pyarrow.chunked_array([liar])):
            with pytest.raises(anneal.ArgumentError, match="expected"):
                model.encode(given)


def test_offsets_that_change(model):
    """An Arrow column over an array of numpy's, which another thread writes to."""
    pyarrow = pytest.importorskip("pyarrow")
    count = 8_000
    offsets = np.arange(count + 1, dtype=np.int64)
    column = pyarrow.Array.from_buffers(
        pyarrow.large_string(), count, [None, pyarrow.py_buffer(offsets), pyarrow.py_buffer(b"a" * count)])
    stop = threading.Event()
    source = random.Random(3)

    def change():
        while not stop.is_set():
            place = source.randrange(count)
            offsets[place] = source.choice([-1, 2**62, 0, count])
            offsets[place] = place

    thread = threading.Thread(target=change)
    thread.start()
    try:
        for _ in range(20):
            try:
                assert model.encode(column).shape == (count, ROW)
            except anneal.ArgumentError as error:
                assert "expected" in str(error)
    finally:
        stop.set()
        thread.join()


def test_nul(tmp_path):
    with pytest.raises(anneal.ArgumentError, match="rules: expected text without NUL"):
        anneal.Anneal(rules="k8s = kubernetes\0lb = load balancer")
    with pytest.raises(anneal.ArgumentError, match="model: expected text without NUL"):
        anneal.Anneal(f"{tmp_path}\0.anneal")
    with pytest.raises(TypeError, match="expected str, found int"):
        anneal.Anneal(rules=5)
