"""Speaks the service's protocol from the committed proto; the service itself is started by running.py."""
import atexit
import os
import sys
import tempfile
from pathlib import Path

import grpc
import grpc_tools
from grpc_tools import protoc

sys.path.append(str(Path(__file__).parents[1]))
from running import memory_mb, reference, server  # noqa: E402,F401

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


def processor_seconds(process):
    """The processor time that a process has had, its threads together."""
    with open(f"/proc/{process.pid}/stat") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
