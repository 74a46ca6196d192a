"""Clients that are slow, silent, rude or very many."""
import json
import os
import re
import resource
import socket
import time

import requests

from service import memory_mb


def read_all(connection, seconds):
    """What comes until the other side closes, and after how long it did."""
    connection.settimeout(seconds)
    start, received = time.time(), b""
    while part := connection.recv(4096):
        received += part
    return received, time.time() - start


def check_slow_clients(process):
    """With --idle-seconds 2 --transfer-seconds 3, and much patience for a busy machine: nobody holds a connection by a byte now and then."""
    address = ("127.0.0.1", process.port)
    alive = lambda: requests.post(process.url + "/embed", json={"inputs": "still there"}).status_code == 200

    def drip(first, byte):
        connection = socket.create_connection(address)
        connection.sendall(first)
        start = time.time()
        connection.settimeout(0.4)
        received = b""
        while time.time() - start < 30:
            try:
                part = connection.recv(4096)
                received += part
                if not part:
                    return received, time.time() - start
            except socket.timeout:
                pass
            except ConnectionResetError:
                return received, time.time() - start
            try:
                connection.sendall(byte)
            except OSError:
                pass
        raise AssertionError(f"{first}: not closed after {time.time() - start:.0f} s")

    received, seconds = drip(b"POST /embed HTTP/1.1\r\nHost: a\r\n", b"X")
    assert seconds < 20, "a head that never ends"
    received, seconds = drip(b"POST /embed HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{", b" ")
    assert seconds < 20 and b" 408 " in received, ("a body that never ends", received)
    silent = socket.create_connection(address)
    received, seconds = read_all(silent, 30)
    assert not received and seconds < 20, "a connection without a request"
    # A client that asks for much and takes nothing; it is closed once the system's own buffers are full.
    greedy = socket.create_connection(address)
    greedy.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    body = b'{"inputs": [' + b",".join([b'"a text"'] * 2048) + b"]}"
    greedy.sendall(b"POST /embed HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
    waiting = lambda: "anneal_queue_depth 0.0" not in requests.get(process.url + "/metrics").text
    time.sleep(0.5)
    assert waiting(), "the response is larger than the system's buffers"
    start = time.time()
    while waiting():
        assert time.time() - start < 20, "a response that is never taken"
        time.sleep(0.2)
    greedy.close()
    assert alive()


def check_rude_clients(process):
    address = ("127.0.0.1", process.port)
    half = socket.create_connection(address)
    half.sendall(b"POST /embed HTTP/1.1\r\nHost: a\r\nContent-Le")
    half.shutdown(socket.SHUT_WR)
    received, seconds = read_all(half, 30)
    assert seconds < 20, "half a head, and closed"
    half = socket.create_connection(address)
    half.sendall(b'POST /embed HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{"inputs"')
    half.shutdown(socket.SHUT_WR)
    received, seconds = read_all(half, 30)
    assert seconds < 20 and (not received or b" 400 " in received), ("half a body, and closed", received)
    # A whole request, and the side closed at once: it is answered.
    half = socket.create_connection(address)
    half.sendall(b'POST /embed HTTP/1.1\r\nHost: a\r\nContent-Length: 15\r\n\r\n{"inputs": "a"}')
    half.shutdown(socket.SHUT_WR)
    received, seconds = read_all(half, 30)
    assert b" 200 " in received and received.rstrip().endswith(b"]]"), ("closed after the request", received[:200])
    for noise in (os.urandom(4096), b"\x16\x03\x01\x02\x00\x01\x00", b"GET / HTTP/9.9\r\n\r\n", b"\r\n" * 5000,
                  b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 20_000 + b"\r\n", b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\n\r\n",
                  b"POST /embed HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
                  b"POST /embed HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
                  b"POST /embed HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n"):
        connection = socket.create_connection(address)
        try:
            connection.sendall(noise)
            received, _ = read_all(connection, 30)
            assert b" 200 " not in received.split(b"\r\n")[0], (noise[:50], received[:200])
        except (ConnectionResetError, BrokenPipeError):
            pass
    for fields, status in [(b"Host: a\r\nHost: b", b"400"), (b"A: b", b"400"), (b"Host: a\r\nExpect: a-miracle", b"417"),
                           (b"Host: a\r\nTransfer-Encoding: gzip, chunked", b"501")]:
        connection = socket.create_connection(address)
        connection.sendall(b"POST /embed HTTP/1.1\r\n%s\r\nConnection: close\r\n\r\n0\r\n\r\n" % fields)
        received, _ = read_all(connection, 30)
        assert received.startswith(b"HTTP/1.1 " + status), (fields, received[:200])
    # HTTP/1.0 is answered in its own form, closed at the end, and needs no Host; a long answer has no chunks.
    many = b'{"inputs": [' + b",".join([b'"a text"'] * 500) + b"]}"
    for head, body, end in [
        (b"GET /health HTTP/1.0", b"", b""), (b"GET /health HTTP/1.0\r\nConnection: keep-alive", b"", b""),
        (b"GET /nothing HTTP/1.0", b"", b"}"), (b"POST /embed HTTP/1.0\r\nContent-Length: %d" % len(many), many, b"]]"),
    ]:
        connection = socket.create_connection(address)
        connection.sendall(head + b"\r\n\r\n" + body)
        received, seconds = read_all(connection, 30)
        head, _, body = received.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.0 ") and b"connection: close" in head.lower(), head
        assert b"chunked" not in head.lower() and body.endswith(end) and seconds < 10, (head, body[-20:], seconds)
        assert end != b"]]" or len(json.loads(body)) == 500
    # HTTP/1.1 is closed where that is asked for, in whatever case, and else is not.
    for value, is_closed in [(b"close", True), (b"Close", True), (b"TE, close", True), (b"keep-alive", False)]:
        connection = socket.create_connection(address)
        connection.sendall(b"GET /health HTTP/1.1\r\nHost: a\r\nConnection: %s\r\n\r\n" % value)
        received, seconds = read_all(connection, 30)
        assert received.startswith(b"HTTP/1.1 200") and (seconds < 1.5) == is_closed, (value, seconds, received)
    # A request behind the last is not waited for: it would hold a place among those that are worked on.
    greedy = [socket.create_connection(address) for _ in range(20)]
    for connection in greedy:
        request = b'POST /embed HTTP/1.1\r\nHost: a\r\nContent-Length: 15\r\nConnection: %s\r\n\r\n{"inputs": "a"}'
        connection.sendall(request % b"close" + request % b"close")
        received, _ = read_all(connection, 30)
        assert received.count(b"HTTP/1.1 200") == 1, received[:200]
    assert "anneal_queue_depth 0.0" in requests.get(process.url + "/metrics").text
    # Other forms of a target.
    for target, status in [(b"http://a/health", b"200"), (b"http://a", b"200"), (b"*", b"404"), (b"", b"400")]:
        connection = socket.create_connection(address)
        connection.sendall(b"GET %s HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n" % target)
        received, _ = read_all(connection, 30)
        assert received.startswith(b"HTTP/1.1 " + status), (target, received[:200])
    # Who asks before sending is told to go on, or that it is too much.
    for length, status in ((15, b"100"), (1 << 30, b"413")):
        asking = socket.create_connection(address)
        asking.sendall(b"POST /embed HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: %d\r\n\r\n" % length)
        asking.settimeout(30)
        assert asking.recv(4096).startswith(b"HTTP/1.1 " + status), length
        if status == b"100":
            asking.sendall(b'{"inputs": "a"}')
            assert asking.recv(65_536).startswith(b"HTTP/1.1 200")
        asking.close()
    # Requests one behind the other without waiting: answered in order.
    pipelined = socket.create_connection(address)
    pipelined.sendall(b"GET /health HTTP/1.1\r\nHost: a\r\n\r\nGET /nothing HTTP/1.1\r\nHost: a\r\n\r\n"
                      b"GET /health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    received, _ = read_all(pipelined, 30)
    statuses = re.findall(rb"HTTP/1\.1 (\d+)", received)
    assert statuses == [b"200", b"404", b"200"], statuses
    assert requests.get(process.url + "/health").status_code == 200


def check_large_bodies(process):
    """100 MB, said beforehand or not: refused, and never in memory."""
    before = memory_mb(process)
    parts = lambda: (b"a" * 65_536 for _ in range(1_600))
    answer = requests.post(process.url + "/embed", data=parts())
    assert answer.status_code == 413, answer.status_code
    answer = requests.post(process.url + "/embed", data=b"a" * 104_857_600)
    assert answer.status_code == 413 and answer.json()["error_type"] == "Validation"
    grown = memory_mb(process, "VmHWM") - before
    assert grown < 60, f"{grown:.0f} MB more for bodies of 100 MB"


def check_idle_connections(process, count):
    """Connections that do nothing: they cost memory, and nobody else anything."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    count = min(count, hard - 100)
    before = memory_mb(process)
    connections = [socket.create_connection(("127.0.0.1", process.port)) for _ in range(count)]
    start = time.time()
    assert requests.post(process.url + "/embed", json={"inputs": "still there"}).status_code == 200
    seconds = time.time() - start
    used = memory_mb(process) - before
    assert seconds < 10, f"an answer after {seconds:.1f} s"
    for connection in connections:
        connection.close()
    assert requests.get(process.url + "/health").status_code == 200
    return f"{count:,} idle connections: {used:.0f} MB, {1000 * used / count:.0f} kB each; an answer in {seconds:.3f} s"
