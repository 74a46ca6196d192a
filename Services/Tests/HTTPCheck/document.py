#!/usr/bin/env python3
"""Holds the OpenAPI document against the running service with schemathesis: every status, type and field.

    pip install schemathesis requests numpy
    python Services/Tests/HTTPCheck/document.py --tool Services/.build/debug/anneal-serve --completions mine.completions
"""
import argparse
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

from service import server


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tool", required=True)
    parser.add_argument("--completions", required=True, help="a model of completions, of any texts")
    parser.add_argument("--examples", type=int, default=50, help="of each operation")
    parser.add_argument("--seed", type=int, default=1)
    a = parser.parse_args()
    schemathesis = Path(sysconfig.get_path("scripts")) / "schemathesis"
    # The document has token ids, which are refused unless the service is told to take them. It leaves a folder where it runs.
    with server(a.tool, "--accept-token-ids", "--completions", a.completions) as process, tempfile.TemporaryDirectory() as folder:
        return subprocess.run(
            [schemathesis, "run", process.url + "/openapi.json", "--max-examples", str(a.examples), "--seed",
             str(a.seed), "--checks", "all", "--no-color"],
            cwd=folder).returncode


if __name__ == "__main__":
    sys.exit(main())
