#!/usr/bin/env python3
"""Runs the service and talks to it as its users' clients do, and as nobody should.

    pip install openai huggingface_hub requests numpy
    python Services/Tests/HTTPCheck/check.py --tool Services/.build/debug/anneal-serve \\
        --anneal .build/release/anneal --model Sources/CShippedModel/Models/default.anneal --completions mine.completions

The clients are the real ones: openai asks for base64 when nothing is said, huggingface_hub's InferenceClient speaks
text-embeddings-inference's protocol.
"""
import argparse
import time

import attachments
import bad_clients
import bad_input
import clients
import operation
from service import server


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tool", required=True, help="the service")
    parser.add_argument("--anneal", required=True, help="the command line, whose vectors are the reference")
    parser.add_argument("--model", required=True, help="a model file, to serve under two names")
    parser.add_argument("--completions", required=True, help="a model of completions, of any texts")
    parser.add_argument("--mutations", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--idle", type=int, default=10_000, help="idle connections")
    a = parser.parse_args()

    def step(name, check, *arguments):
        start = time.time()
        note = check(*arguments)
        print(f"{name}: {time.time() - start:.1f} s{', ' + note if note else ''}", flush=True)

    with server(a.tool, "--completions", a.completions) as process:
        step("openai", clients.check_openai, process.url, a.anneal)
        step("text-embeddings-inference", clients.check_text_embeddings_inference, process.url, a.anneal)
        step("explanations, page, paths", clients.check_ours, process.url)
        step("what is unknown", clients.check_unknown, process.url)
        step("codes", attachments.check_codes, process.url, a.anneal)
        step("refusals", bad_input.check_refusals, process.url)
        step("mutated requests", bad_input.check_mutations, process.url, a.mutations, a.seed)
        step("metrics", operation.check_metrics, process.url)
        step("bodies of 100 MB", bad_clients.check_large_bodies, process)
        step("idle connections", bad_clients.check_idle_connections, process, a.idle)
    step("empty texts", clients.check_empty_texts, a.tool)
    step("token ids", clients.check_token_ids, a.tool, a.anneal)
    with server(a.tool, "--idle-seconds", "2", "--transfer-seconds", "3") as process:
        step("slow clients", bad_clients.check_slow_clients, process)
        step("rude clients", bad_clients.check_rude_clients, process)
    step("overload", operation.check_overload, a.tool)
    step("keys", operation.check_keys, a.tool)
    step("drain", operation.check_drain, a.tool)
    step("TLS", operation.check_tls, a.tool)
    step("other origins", operation.check_origins, a.tool)
    step("variables and cuts", operation.check_variables, a.tool, a.anneal)
    step("codecs of one's own", attachments.check_own_codecs, a.tool, a.model)
    step("lookup tables", attachments.check_lookup, a.tool, a.anneal, a.model)
    step("completions", attachments.check_completions, a.tool, a.anneal, a.completions)
    step("mode", operation.check_mode, a.tool, a.anneal)
    step("models and logs", operation.check_models_and_logs, a.tool, a.model)


if __name__ == "__main__":
    main()
