"""Starts the service for a check, speaks its protocol from the committed proto, and asks the command line what it should
answer."""
import atexit
import contextlib
import os
import re
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import grpc
import grpc_tools
import numpy as np
from grpc_tools import protoc

TEXTS = ["turn the light off", "switch off the lamp", "the price of wheat rose", "naïve café 北京 😀", " two  spaces "]


def _protocol():
    """The modules that protoc makes of the committed proto."""
    protos = Path(__file__).parents[2] / "Protos"
    folder = tempfile.TemporaryDirectory()
    atexit.register(folder.cleanup)
    status = protoc.main([
        "protoc", f"--proto_path={protos}", f"--proto_path={Path(grpc_tools.__file__).parent / '_proto'}",
        f"--python_out={folder.name}", f"--grpc_python_out={folder.name}", "tei/v1/tei.proto"])
    if status != 0:
        raise SystemExit(f"protoc: expected status 0, found {status}")
    sys.path.insert(0, folder.name)
    from tei.v1 import tei_pb2, tei_pb2_grpc
    return tei_pb2, tei_pb2_grpc


pb, rpc = _protocol()


@contextlib.contextmanager
def server(tool, *arguments, **environment):
    """A service at a free port, as a process with `port`, `target` and the `log` up to now."""
    process = subprocess.Popen(
        [tool, "--port", "0", *arguments], stderr=subprocess.PIPE, text=True, env={**os.environ, **environment})
    process.log = []
    try:
        for line in process.stderr:
            process.log.append(line)
            found = re.search(r"port=(\d+)|\"port\":\"(\d+)\"", line)
            if found:
                break
        else:
            raise SystemExit("the service did not start: " + "".join(process.log))
        # Read on: a pipe that is full would stop the service.
        threading.Thread(target=lambda: process.log.extend(process.stderr), daemon=True).start()
        process.port = int(found.group(1) or found.group(2))
        process.target = f"127.0.0.1:{process.port}"
        yield process
    finally:
        process.kill()
        process.wait()


def connect(process, **options):
    """A channel with a connection of its own: gRPC shares connections among channels unless it is told not to."""
    settings = {"grpc.use_local_subchannel_pool": 1, "grpc.max_send_message_length": -1, **options}
    return grpc.insecure_channel(process.target, options=list(settings.items()))


def refusal(call, *arguments, **named):
    """The error of a call that must be refused."""
    try:
        call(*arguments, **named)
    except grpc.RpcError as error:
        return error
    raise AssertionError("expected a refusal, found an answer")


def memory_mb(process, field="VmRSS"):
    with open(f"/proc/{process.pid}/status") as status:
        return int(re.search(rf"{field}:\s+(\d+)", status.read()).group(1)) / 1000


def processor_seconds(process):
    """The processor time that a process has had, its threads together."""
    with open(f"/proc/{process.pid}/stat") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def reference(anneal, texts, *arguments):
    """The vectors that the command line writes for the texts."""
    output = subprocess.run(
        [anneal, "embed", "--format", "f32", *arguments], input="\n".join(texts).encode() + b"\n",
        capture_output=True, check=True).stdout
    return np.frombuffer(output, "<f4").reshape(len(texts), -1)
