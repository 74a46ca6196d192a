"""Threads share an engine, children of fork go on with it, the interpreter runs on meanwhile."""

import multiprocessing
import os
import signal
import threading
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import numpy as np
import pytest

from anneal import Anneal

TEXTS = [f"text number {number} of many that are about the weather in town {number % 31}" for number in range(3_000)]


def test_threads_share_an_engine(model):
    expected = model.encode(TEXTS)
    narrow = model.encode(TEXTS, truncate_dim=32, mode="naive")

    def work(number):
        if number % 2:
            return np.array_equal(model.encode(TEXTS, threads=1 + number % 3), expected)
        return np.array_equal(model.encode(TEXTS, truncate_dim=32, mode="naive"), narrow)

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(32)))


def _child(engine, expected, results):
    results.put(np.array_equal(engine.encode(TEXTS, threads=2), expected))


def test_fork_while_threads_encode(model):
    """The worst moment to fork: other threads are inside the library and hold its sessions."""
    expected = model.encode(TEXTS)
    stop = threading.Event()

    def work():
        while not stop.is_set():
            model.encode(TEXTS[:200], threads=2)

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    context = multiprocessing.get_context("fork")
    results = context.SimpleQueue()
    try:
        for _ in range(20):
            child = context.Process(target=_child, args=(model, expected, results))
            child.start()
            child.join(30)
            assert child.exitcode == 0 and results.get()
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert np.array_equal(model.encode(TEXTS), expected)


def test_fork_pool_with_the_parents_engine(model):
    global _shared
    _shared = model
    with multiprocessing.get_context("fork").Pool(3) as pool:
        parts = pool.map(_encode_shared, [TEXTS[start : start + 500] for start in range(0, 3_000, 500)])
    assert np.array_equal(np.concatenate(parts), model.encode(TEXTS))


_shared = None


def _encode_shared(texts):
    return _shared.encode(texts)


def test_spawn_pickles_the_engine(model):
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        parts = list(pool.map(_encode_with, [(model, TEXTS[:100]), (model, TEXTS[100:200])]))
    assert np.array_equal(np.concatenate(parts), model.encode(TEXTS[:200]))


def _encode_with(pair):
    return pair[0].encode(pair[1])


def test_the_interpreter_runs_on(model):
    """While the library works, other Python threads get on: the lock is released."""
    ticks = []
    done = threading.Event()

    def tick():
        while not done.is_set():
            ticks.append(time.perf_counter())
            time.sleep(0.001)

    thread = threading.Thread(target=tick)
    thread.start()
    start = time.perf_counter()
    model.encode("some words for a very long text " * 60_000)
    end = time.perf_counter()
    done.set()
    thread.join()
    during = [moment for moment in ticks if start <= moment <= end]
    # With the lock held it would be two, before the call and after it; how many more depends on what else the machine does.
    assert len(during) >= 5


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no timers")
def test_interrupt(model):
    """A signal is seen between blocks, long before all texts are done."""

    def endless():
        while True:
            yield "a text that never ends"

    def stop(*_):
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, 0.3)
    try:
        start = time.perf_counter()
        with pytest.raises(KeyboardInterrupt):
            model.encode(endless())
        assert time.perf_counter() - start < 10
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_many_engines():
    for _ in range(20):
        Anneal().encode(["a"])
    assert len(os.listdir("/proc/self/fd")) < 200 if os.path.isdir("/proc/self/fd") else True
