"""What who runs the service relies on: keys, overload, drain, TLS, models, exit statuses."""
import json
import os
import queue
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import grpc

from service import connect, pb, refusal, rpc, server

REQUEST = pb.EmbedRequest(inputs="turn the light off")


def check_keys(tool):
    with tempfile.NamedTemporaryFile("w") as file:
        file.write("first-key\nsecond-key\n")
        file.flush()
        with server(tool, "--api-keys", file.name, ANNEAL_API_KEYS="other-key, third-key") as process, connect(process) as channel:
            stub = rpc.EmbedStub(channel)
            for key, is_known in [(None, False), ("", False), ("first-ke", False), ("first-keyy", False),
                                  ("second-key", True), ("third-key", True), ("first-key second-key", False)]:
                metadata = [("authorization", f"Bearer {key}")] if key is not None else []
                if is_known:
                    assert stub.Embed(REQUEST, metadata=metadata).embeddings
                    assert len(list(stub.EmbedStream(iter([REQUEST] * 3), metadata=metadata))) == 3
                    continue
                for error in [refusal(stub.Embed, REQUEST, metadata=metadata),
                              refusal(lambda: list(stub.EmbedStream(iter([REQUEST]), metadata=metadata)))]:
                    assert error.code() == grpc.StatusCode.UNAUTHENTICATED, key
                    assert error.details() == "expected a known API key"
            assert refusal(rpc.InfoStub(channel).Info, pb.InfoRequest()).code() == grpc.StatusCode.UNAUTHENTICATED
    for keys in ("", " ", ",", "first key"):
        refused = subprocess.run(
            [tool], capture_output=True, text=True, timeout=60, env={**os.environ, "ANNEAL_API_KEYS": keys})
        assert refused.returncode == 64 and "ANNEAL_API_KEYS" in refused.stderr, refused
    with tempfile.NamedTemporaryFile("w") as empty:
        assert subprocess.run([tool, "--api-keys", empty.name], capture_output=True).returncode == 64
    assert subprocess.run([tool, "--api-keys", "/nowhere"], capture_output=True).returncode == 66


def open_stream(channel):
    """A stream that is under way: its requests, by a queue that None ends, and its answers."""
    requests = queue.SimpleQueue()
    answers = rpc.EmbedStub(channel).EmbedStream(iter(requests.get, None))
    requests.put(REQUEST)
    assert next(answers).embeddings
    return requests, answers


def check_overload(tool):
    """More than is let in is refused at once; whoever was let in is served; afterwards all is as before."""
    with server(tool, "--max-calls", "2") as process:
        with connect(process) as first, connect(process) as second, connect(process) as third:
            open_streams = [open_stream(first), open_stream(second)]
            stub = rpc.EmbedStub(third)
            error = refusal(stub.Embed, REQUEST)
            assert error.code() == grpc.StatusCode.RESOURCE_EXHAUSTED, error
            assert error.details() == "expected at most 2 calls at once", error
            for requests, answers in open_streams:
                requests.put(REQUEST)
                assert next(answers).embeddings
            open_streams[0][0].put(None)
            assert not list(open_streams[0][1])
            assert stub.Embed(REQUEST).embeddings, "an ended stream makes room"
            open_streams[1][1].cancel()
            time.sleep(0.5)
            for answer in [stub.Embed.future(REQUEST) for _ in range(2)]:
                assert answer.result().embeddings, "and so does one that was dropped"


def check_drain(tool):
    """A stream that is running when the service is asked to end goes on to its end; new calls are refused."""
    with server(tool, "--drain-seconds", "60") as process:
        with connect(process) as channel:
            requests, answers = open_stream(channel)
            process.send_signal(signal.SIGTERM)
            time.sleep(0.5)
            with connect(process) as other:
                error = refusal(rpc.EmbedStub(other).Embed, REQUEST, timeout=5)
                assert error.code() == grpc.StatusCode.UNAVAILABLE, error
            for _ in range(1000):
                requests.put(REQUEST)
            requests.put(None)
            assert len(list(answers)) == 1000
        assert process.wait(20) == 0
    # Who does not end is ended.
    with server(tool, "--drain-seconds", "1") as process, connect(process) as channel:
        requests, answers = open_stream(channel)
        start = time.time()
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0 and time.time() - start < 10
        requests.put(None)


def check_tls(tool):
    with tempfile.TemporaryDirectory() as folder:
        key, certificate = Path(folder) / "key.pem", Path(folder) / "certificate.pem"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
             "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate],
            check=True, capture_output=True)
        with server(tool, "--tls-certificates", certificate, "--tls-key", key) as process:
            with grpc.secure_channel(
                    process.target, grpc.ssl_channel_credentials(certificate.read_bytes())) as channel:
                assert rpc.EmbedStub(channel).Embed(REQUEST, timeout=20).embeddings
            with connect(process) as plain:
                error = refusal(rpc.EmbedStub(plain).Embed, REQUEST, timeout=5)
                assert error.code() in {grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED}, error
        broken = subprocess.run([tool, "--tls-certificates", key, "--tls-key", key], capture_output=True)
        assert broken.returncode == 66, broken
        assert subprocess.run([tool, "--tls-key", key], capture_output=True).returncode == 64


def check_models_and_statuses(tool, model):
    for argument, name in [(model, "anneal-en-256"), (f"other={model}", "other")]:
        with server(tool, "--model", argument, "--log-level", "debug") as process, connect(process) as channel:
            assert rpc.InfoStub(channel).Info(pb.InfoRequest()).model_id == name
            refusal(rpc.EmbedStub(channel).Embed, pb.EmbedRequest())
            time.sleep(0.2)
            log = "".join(process.log)
            assert "method=tei.v1.Info/Info" in log and "status=ok" in log and "status=invalidArgument" in log, log
    assert subprocess.run([tool, "--model", "/nowhere"], capture_output=True).returncode == 69
    assert subprocess.run([tool, "--model", model, "--model", f"b={model}"], capture_output=True).returncode == 64
    with server(tool, "--log-format", "json") as process:
        assert all(json.loads(line)["label"] for line in process.log)
    assert subprocess.run([tool, "--max-calls", "0"], capture_output=True).returncode == 64
    with server(tool) as first:
        second = subprocess.run([tool, "--port", str(first.port)], capture_output=True, text=True, timeout=60)
        assert second.returncode == 74 and "Address already in use" in second.stderr, second
