#!/usr/bin/env python3
"""How many words some texts hold, how many of them once, and what that does to the tokenizer's speed.

    python3 Research/Benchmarks/words.py --anneal .build/release/anneal --texts texts.txt

A word is what stands between white space. Times the tokenizer with `anneal bench` on --limit texts, and on as many that
are the first --few again and again, whose words soon are all in its cache.
"""
import argparse, collections, itertools, json, subprocess, tempfile

import provenance


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--anneal", required=True)
    p.add_argument("--texts", required=True)
    p.add_argument("--limit", type=int, default=100_000)
    p.add_argument("--few", type=int, default=1_000)
    p.add_argument("--runs", type=int, default=5)
    a = p.parse_args()
    print(provenance.line() + "\n")
    print("| texts | words | distinct | once | tokenizer, MB/s |\n|---|---|---|---|---|")
    with open(a.texts, "rb") as file:
        texts = list(itertools.islice(file, a.limit))
    few = texts[:a.few]
    for name, some in ((f"{len(texts):,}", texts), (f"{len(few):,}, repeated", few * (len(texts) // len(few)))):
        counts = collections.Counter(word for line in some for word in line.split())
        with tempfile.NamedTemporaryFile() as file:
            file.writelines(some)
            file.flush()
            command = [a.anneal, "bench", "--texts", file.name, "--runs", str(a.runs), "--json"]
            result = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
        print(f"| {name} | {sum(counts.values()):,} | {len(counts):,} | {sum(n == 1 for n in counts.values()):,} "
              f"| {result['tokenizer_megabytes_per_second']:.0f} |")


if __name__ == "__main__":
    main()
