"""A service as a process, for the checks of both, and what the command line answers for the same texts."""
import contextlib
import os
import re
import subprocess
import threading

import numpy as np


@contextlib.contextmanager
def server(tool, *arguments, scheme="http", **environment):
    """A service at a free port, as a process with `port`, `target`, `url` and the `log` up to now."""
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
        process.url = f"{scheme}://{process.target}"
        yield process
    finally:
        process.kill()
        process.wait()


def memory_mb(process, field="VmRSS"):
    with open(f"/proc/{process.pid}/status") as status:
        return int(re.search(rf"{field}:\s+(\d+)", status.read()).group(1)) / 1000


def reference(anneal, texts, *arguments):
    """The vectors that the command line writes for the texts."""
    output = subprocess.run(
        [anneal, "embed", "--format", "f32", *arguments], input="\n".join(texts).encode() + b"\n",
        capture_output=True, check=True).stdout
    return np.frombuffer(output, "<f4").reshape(len(texts), -1)
