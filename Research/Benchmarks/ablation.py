#!/usr/bin/env python3
"""What each opcode and rule kind of a model earns: switches them off in turn and measures.

    python3 Research/Benchmarks/ablation.py --anneal .build/release/anneal --eval EVAL_SETS [--teacher COMMAND]

The model is disassembled, changed as text and assembled again; nothing is retrained, so a figure says what is lost when a
part is taken away, not what a model without it could have learned. Printed for each switch: mean Spearman of the STS sets,
SICK-R, the share of minimal pairs, and with a teacher (a command as `anneal eval --teacher` has it, run once a switch) the
fidelity: the mean cosine with its vectors over the texts of the STS sets.
"""
import argparse
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
PAIRS = REPOSITORY / "Research/Evaluation/minimal-pairs/minimal-pairs.tsv"
# A quoted piece may hold anything; the shape of a rule is what is left without its pieces.
PIECE = re.compile(r'"(?:[^"\\]|\\.)*"')


def run(command):
    found = subprocess.run([str(c) for c in command], capture_output=True)
    if found.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}: {found.stderr.decode().strip()}")
    return found.stdout


def kind(rule):
    """What a rule does, with how many atoms: `phrase 2`, `phrase 2 gap`, `gather 2 gap`, `replace 3 class` …"""
    pattern, _, action = PIECE.sub("#0", rule).partition("=>")
    words = re.sub(r"\{[^}]*\}", " ", pattern).split()
    atoms = [w for w in words if not w.startswith("~")]
    gap = any(w.startswith("~") and w != "~1" for w in words)
    named = next((n for n in ("gather", "merge", "shift", "replace", "phrase", "skip", "push") if n in action.split()),
                 "other")
    return f"{named} {len(atoms)}" + (" gap" if gap else "") + (" class" if any(w[0] == "%" for w in atoms) else "")


def even(line):
    """A line of signed bytes, each their mean."""
    values = [byte - 256 if byte > 127 else byte for byte in bytes.fromhex(line)]
    return "" if not values else f"{round(sum(values) / len(values)) & 255:02x}" * len(values)


class ModelText:
    """The text of a model: a head line, and sections of lines."""

    def __init__(self, text):
        self.head, self.sections, name = [], {}, None
        for line in text.split("\n"):
            if re.fullmatch(r"\.[a-z]+", line):
                name = line
                self.sections[name] = []
            elif name:
                self.sections[name].append(line)
            else:
                self.head.append(line)

    @property
    def rules(self):
        return [line for line in self.sections.get(".rules", []) if "=>" in line]

    def changed(self, keep_rule=lambda rule: True, context=True, places=True):
        """The text with the rules that are kept; gains without `context` as if nothing agreed, without `places` each
        length's the same for all places, their mean."""
        lines = list(self.head)
        for name, content in self.sections.items():
            if name == ".rules":
                content = [line for line in content if "=>" not in line or keep_rule(line)]
            if name == ".tanh" and not context:
                # Entry 128 of the gain table is the neutral gain.
                content = [re.sub("[0-9a-f]{2}", "80", line) for line in content]
            if name == ".places" and not places:
                content = [even(line) for line in content]
            lines += [name, *content]
        return "\n".join(lines)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--anneal", required=True, help="the anneal command")
    p.add_argument("--model", default=REPOSITORY / "Sources/CShippedModel/Models/default.anneal")
    p.add_argument("--eval", required=True, help="folder of evaluation sets")
    p.add_argument("--teacher", help="the command that gives the teacher's reduced vectors")
    a = p.parse_args()
    text = ModelText(run([a.anneal, "disassemble", a.model]).decode())
    kinds = {}
    for rule in text.rules:
        kinds[kind(rule)] = kinds.get(kind(rule), 0) + 1
    variants = [("all", text.changed(), "compiled"), ("naive mode", text.changed(), "naive"),
                ("without gains by context", text.changed(context=False), "compiled"),
                ("without gains by place", text.changed(places=False), "compiled"),
                ("without either (opcode gain)", text.changed(context=False, places=False), "compiled"),
                ("without rules", text.changed(keep_rule=lambda r: False), "compiled")]
    for name in sorted(kinds, key=kinds.get, reverse=True):
        if len(kinds) > 1:
            variants.append((f"without {name} ({kinds[name]} rules)",
                             text.changed(keep_rule=lambda r, name=name: kind(r) != name), "compiled"))
    rows = []
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        for name, changed, mode in variants:
            (folder / "model.txt").write_text(changed, encoding="utf-8")
            model = folder / "model.anneal"
            run([a.anneal, "assemble", folder / "model.txt", "--output", model])
            command = [a.anneal, "eval", a.eval, "--kinds", "sts", "--modes", mode, "--json", "--model", model]
            scores = json.loads(run(command + (["--teacher", a.teacher] if a.teacher else [])))[mode]
            sts = scores["sts"]
            pairs = json.loads(run([a.anneal, "eval", PAIRS, "--modes", mode, "--json", "--model", model]))[mode]
            sick = [v for k, v in sts.items() if k.startswith("SICK")]
            mean = sum(sts.values()) / len(sts)
            rows.append((name, mean, sick[0] if sick else None, pairs["all"], scores.get("fidelity")))
            print(f"{name}: done", file=sys.stderr)
    show = lambda value, places: "" if value is None else f"{value:.{places}f}"
    print("| switch | STS mean | SICK-R | minimal pairs | fidelity |\n|---|---|---|---|---|")
    for name, mean, sick, share, faith in rows:
        print(f"| {name} | {show(mean, 2)} | {show(sick, 2)} | {show(share, 1)} | {show(faith, 4)} |")


if __name__ == "__main__":
    main()
