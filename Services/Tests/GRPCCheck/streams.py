"""Streams of any length in memory that does not grow, for clients that read fast, slowly, or not at all."""
import itertools
import threading
import time

import grpc
import numpy as np

from service import connect, memory_mb, pb, processor_seconds, reference, rpc

WORDS = "turn the light off near my old house while rain falls on seven green hills and nobody sings".split()


def text(number):
    """Short texts, all of them different."""
    return " ".join(WORDS[(number // 17 ** place) % 17] for place in range(5)) + f" {number}"


def check_million(process, anneal, count):
    """Every text is answered, in order, with the command line's bits; memory at the end is that of the beginning."""
    requests = (pb.EmbedRequest(inputs=text(number), normalize=True) for number in range(count))
    memory = []
    kept = {}
    every = max(1, count // 50)
    start, used = time.time(), processor_seconds(process)
    with connect(process) as channel:
        for number, answer in enumerate(rpc.EmbedStub(channel).EmbedStream(requests)):
            if number % every == 0:
                memory.append(memory_mb(process))
                kept[number] = answer.embeddings
    seconds, used = time.time() - start, processor_seconds(process) - used
    assert number + 1 == count, number
    expected = reference(anneal, [text(number) for number in kept])
    assert np.array(list(kept.values()), "<f4").tobytes() == expected.tobytes(), "in order, with the same bits"
    # The first half has seen every size of buffer and cache that there will be. A busy machine, on which one side falls
    # behind, leaves more on its way for a while: so its most is compared with what never goes below it at the end.
    early = max(memory[:len(memory) // 2])
    late = min(memory[-len(memory) // 5:])
    assert late - early < 8, memory
    return (f"{count / seconds:,.0f} texts/s, {used / count * 1e6:.0f} µs of the service's processor time a text, "
            f"memory {memory[0]:.1f} MB at the beginning, at most {early:.1f} in the first half, at least {late:.1f} in "
            f"the last fifth, {memory[-1]:.1f} at the end")


def check_latency(process):
    """One text a call, one call at a time. The time is the client's too, and depends on the machine: it is only told."""
    times, within = [], []
    with connect(process) as channel:
        stub = rpc.EmbedStub(channel)
        for number in range(2000):
            start = time.perf_counter()
            answer = stub.Embed(pb.EmbedRequest(inputs=text(number), normalize=True))
            times.append(time.perf_counter() - start)
            within.append(answer.metadata.total_time_ns)
    median, slow = np.percentile(times[100:], [50, 99]) * 1000
    return f"median {median:.2f} ms, 99 of 100 within {slow:.2f} ms; {np.median(within) / 1000:.0f} µs of it the work"


def check_slow_readers(process):
    """Who does not read is not worked for: requests are left with the client, and memory stays."""
    total = 100_000
    taken = 0

    def requests():
        nonlocal taken
        for number in range(total):
            taken = number + 1
            yield pb.EmbedRequest(inputs=text(number), normalize=True)

    before, memory, held, rounds = memory_mb(process), [], [], 8
    for round in range(rounds):
        with connect(process) as channel:
            answers = rpc.EmbedStub(channel).EmbedStream(requests())
            for _ in range(100):
                next(answers)
                time.sleep(0.01)
            # A busy machine takes a while to fill what lies between the two.
            seen = -1
            while taken != seen:
                seen = taken
                time.sleep(1)
            held.append(taken)
            assert taken < total / 2, f"expected the client to be held back, found {taken} taken"
            memory.append(memory_mb(process) - before)
            # Another client is not held back by it.
            with connect(process) as other:
                assert rpc.EmbedStub(other).Embed(pb.EmbedRequest(inputs="a"), timeout=10).embeddings
            if round == rounds - 1:
                assert sum(1 for _ in answers) == total - 100, "and all is answered in the end"
            else:
                answers.cancel()
    # What the allocator keeps for the next jumps now and then and stays; a stream that leaves its buffers behind adds
    # them each time. Small leaks are for the streams that are dropped, of which there are hundreds.
    grown = min(memory[-3:]) - min(memory[:3])
    assert max(memory) < 64 and grown < 24, f"expected less than 64 MB and growth below 24, found {memory} MB"
    return (f"held back after {max(held):,} requests for 100 answers read, memory "
            + ", ".join(f"{grown:+.1f}" for grown in memory) + " MB with one after the other")


def check_cancellation(process):
    """Streams that are dropped in the middle leave nothing behind."""
    def endless():
        for number in itertools.count():
            yield pb.EmbedRequest(inputs=text(number))

    before = None
    for round in range(300):
        with connect(process) as channel:
            answers = rpc.EmbedStub(channel).EmbedStream(endless())
            for _ in range(5):
                next(answers)
            answers.cancel()
        if round == 100:
            before = memory_mb(process)
    time.sleep(1)
    grown = memory_mb(process) - before
    assert grown < 8, f"{grown} MB"
    with connect(process) as channel:
        late = rpc.EmbedStub(channel).EmbedStream(endless(), timeout=0.5)
        try:
            for _ in late:
                pass
            raise AssertionError("expected the deadline to end the stream")
        except grpc.RpcError as error:
            assert error.code() == grpc.StatusCode.DEADLINE_EXCEEDED, error
    return f"memory {grown:+.1f} MB over 200 of them"


def check_many_streams(process, anneal):
    """Streams side by side on one connection, each with its own order."""
    wrong = []
    expected = reference(anneal, [text(number) for number in range(8 * 500)])

    def run(share):
        numbers = range(share * 500, share * 500 + 500)
        requests = (pb.EmbedRequest(inputs=text(number), normalize=True) for number in numbers)
        rows = [answer.embeddings for answer in rpc.EmbedStub(channel).EmbedStream(requests)]
        if np.array(rows, "<f4").tobytes() != expected[numbers.start:numbers.stop].tobytes():
            wrong.append(share)

    with connect(process) as channel:
        threads = [threading.Thread(target=run, args=[share]) for share in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert not wrong, wrong
