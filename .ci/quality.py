"""Fails if the shipped model's figures fall below what they were promised to be: reads what `anneal eval --json` printed."""
import json
import sys

LEAST = {"compiled": 78.3, "annealed": 78.5}  # mean of STS12-15 and STS-B dev
SETS = ["STS12", "STS13", "STS14", "STS15", "STSBenchmark"]

report = json.load(open(sys.argv[1], encoding="utf-8"))
failed = 0
for mode, least in LEAST.items():
    mean = sum(report[mode]["sts"][name] for name in SETS) / len(SETS)
    print(f"{mode}: mean of {', '.join(SETS)} {mean:.2f}, at least {least}")
    failed += mean < least
sys.exit(1 if failed else 0)
