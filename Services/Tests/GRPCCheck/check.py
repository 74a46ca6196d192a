#!/usr/bin/env python3
"""Runs the gRPC service and talks to it with the real client, from the committed proto.

    pip install grpcio grpcio-tools numpy
    python Services/Tests/GRPCCheck/check.py --tool Services/.build/debug/anneal-grpc \\
        --anneal .build/release/anneal --model Sources/CShippedModel/Models/default.anneal

With --million the stream has a million texts; that wants a release build.
"""
import argparse
import sys
import time
from pathlib import Path

import calls
import operation
import streams
from service import server

sys.path.append(str(Path(__file__).parents[3] / "Research/Benchmarks"))
import provenance


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tool", required=True, help="the service")
    parser.add_argument("--anneal", required=True, help="the command line, whose vectors are the reference")
    parser.add_argument("--model", required=True, help="a model file, to serve under another name")
    parser.add_argument("--million", action="store_true", help="stream 1,000,000 texts, not 20,000")
    parser.add_argument("--mutations", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    a = parser.parse_args()

    def step(name, check, *arguments):
        start = time.time()
        note = check(*arguments)
        print(f"{name}: {time.time() - start:.1f} s{', ' + note if note else ''}", flush=True)

    print(provenance.line(), flush=True)
    with server(a.tool) as process:
        step("info", calls.check_info, process)
        step("embed", calls.check_embed, process, a.anneal)
        step("tokens", calls.check_tokens, process)
        step("what is unknown", calls.check_unknown, process)
        step("refusals", calls.check_refusals, process)
        step("mutated requests", calls.check_mutations, process, a.mutations, a.seed)
        step("one text a call", streams.check_latency, process)
        step("streams side by side", streams.check_many_streams, process, a.anneal)
        step("dropped streams", streams.check_cancellation, process)
    with server(a.tool) as process:
        step("a long stream", streams.check_million, process, a.anneal, 1_000_000 if a.million else 20_000)
        step("slow readers", streams.check_slow_readers, process)
    step("empty texts", calls.check_empty_texts, a.tool)
    step("keys", operation.check_keys, a.tool)
    step("overload", operation.check_overload, a.tool)
    step("drain", operation.check_drain, a.tool)
    step("TLS", operation.check_tls, a.tool)
    step("mode", calls.check_mode, a.tool, a.anneal)
    step("lookup tables", calls.check_lookup, a.tool, a.anneal)
    step("models and statuses", operation.check_models_and_statuses, a.tool, a.model)


if __name__ == "__main__":
    main()
