"""Makes the frozen model of format version 1 and the vectors that it gave. Run once, at the release; never again.

    python make_format_1.py ANNEAL        # the command line of the version whose format is to be frozen

Writes format-1.anneal and format-1.tsv beside this file, and refuses if they are there. Everything is made from a seed;
the tokenizer is the tests' tiny.model. The model holds every section that format 1 knows.
"""

import base64
import math
import pathlib
import random
import subprocess
import sys

FOLDER = pathlib.Path(__file__).parent
TOKENIZER = FOLDER.parent.parent / "AnnealModelTests/Fixtures/tiny.model"
TOKENS, DIMENSION, CONSTANTS, ROLES, EXPONENT = 107, 32, 6, 2, 22
NAMES = ["light off", "new york", "a sense", "", "say \\\"city\\\"", "book of words"]
RULES = [
    '"▁not" ~1..3 "▁see" => gather $1 push $2 merge role=0 !900',
    '"▁light" ~2..4 "▁o" {accumulate,gain} => gather $1 $2 !800',
    '"▁light" "▁o" {accumulate,gain} => $1 $2 phrase row=107 !700',
    '"w" {accumulate,gain} "▁york" {accumulate,gain} => $1 $2 phrase row=108 !600',
    '"▁city" {accumulate,gain} => $1 replace row=111 !450',
    '%0 {accumulate,gain} ~1..2 %1 {accumulate,gain} => $2 $1 shift row=109 !-40 @CODE',
    '"▁book" {accumulate,gain} ~1..3 "▁words" {accumulate,gain} => $1 skip $2 phrase row=112 !300',
    '"▁vector" {accumulate} * "▁model" => $3 $1 push $2 merge role=1 !200',
    '"▁bank" {accumulate,gain} => $1 phrase row=110 !100',
]
TEXTS = [
    b"", b" ", b"\xff\xfe", b"\x00", b"the light", b"turn the light off", b"turn off the light", b"new york city",
    b"he does not see the city", b"he does not ever see new york", b"a book of words needs the hill",
    b"vector see model bank apple nothing", "naïve 😀 light o".encode(),
    b"the city needs a model of the bank, not the light of new york; " * 24,
]


def model_text(rng):
    def signed(count, limit):
        return bytes(rng.randrange(-limit, limit + 1) & 255 for _ in range(count)).hex()

    def numbers(values):
        return " ".join(str(value) for value in values)

    lines = ["anneal-model 1", ".meta", "name = frozen, format 1", "teacher = a random number generator", "empty =",
             "note = übung ; macht = den Meister", ".shape", f"dimension {DIMENSION}", f"exponent {EXPONENT}", ".tokenizer",
             base64.b64encode(TOKENIZER.read_bytes()).decode(), ".gains",
             numbers(round(4096 * math.exp((i - 128) / 127)) for i in range(256)), ".rows"]
    lines += [f"{rng.randrange(200, 1500)} {signed(DIMENSION, 127)}" for _ in range(TOKENS)]
    lines += [f"{rng.randrange(1500, 6000)} {signed(DIMENSION, 127)}" for _ in range(CONSTANTS)]
    lines += [".roles"] + [signed(DIMENSION, 90) for _ in range(3 * ROLES)]
    lines += [".codes"] + [signed(64, 60) for _ in range(TOKENS)]
    tanh = bytes(128 + round(127 * math.tanh((i - 2048) / 512)) for i in range(4096))
    lines += [".tanh"] + [tanh[at : at + 64].hex() for at in range(0, 4096, 64)]
    lines += [".roots", numbers([0] + [round(900 / math.sqrt(n)) for n in range(1, 257)])]
    lines += [".classes", '"first"', '"a \\"quoted\\" one"', ".members"]
    lines += [f"{token} {token % 2}" for token in range(40, 60)] + ["60 0 1"]
    lines += [".names"] + [f'"{name}"' for name in NAMES]
    lines += [".rules"] + [rule.replace("CODE", signed(32, 20)) for rule in RULES]
    lines += [".critic", numbers([-2000, 90000, -30000]), '.extra "zz99"', base64.b64encode(b"kept").decode(), ".end"]
    return "\n".join(lines) + "\n"


def main():
    model, golden = FOLDER / "format-1.anneal", FOLDER / "format-1.tsv"
    if model.exists() or golden.exists():
        raise SystemExit("the files are there: what a release gave does not change")
    text = model_text(random.Random(1))
    subprocess.run([sys.argv[1], "assemble", "-", "--output", model], input=text.encode(), check=True)
    size = 4 * DIMENSION
    with open(golden, "w", encoding="ascii") as out:
        for mode in ("naive", "compiled", "annealed"):
            rows = subprocess.run(
                [sys.argv[1], "embed", "--model", model, "--mode", mode, "--format", "f32"],
                input=b"".join(line + b"\n" for line in TEXTS), check=True, capture_output=True).stdout
            for index, line in enumerate(TEXTS):
                out.write(f"{mode}\t{line.hex()}\t{rows[index * size:(index + 1) * size].hex()}\n")


if __name__ == "__main__":
    main()
