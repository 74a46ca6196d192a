"""Quantises the arrays of `Training/train.py` and writes them as the text that `anneal assemble` makes a model of.

    python Training/export.py --fit fit.npz --tokenizer TOKENIZER.model --output model.txt --name NAME

A row of signed bytes b with scale s stands for s * b * 2^-exponent; FORMAT.md has the grammar of the text. Phrase rules
are ordered by falling gain, so that the annealer's tie-break by rule id agrees with the training's.
"""
import argparse, base64, json, math

import numpy as np

SCALE_LIMIT = 12_000
TANH_ENTRIES, TANH_STEPS = 4096, 512  # entries, and how many of them a unit of the agreement spans


def quantise(values, unit_limit=SCALE_LIMIT):
    """Rows to (bytes, scales, exponent): the exponent is the largest for which every scale fits."""
    top = np.abs(values).max(1) / 127
    exponent = int(math.floor(math.log2(unit_limit / top.max())))
    scales = np.clip(np.ceil(top * 2.0 ** exponent), 1, unit_limit).astype(np.int64)
    rows = np.round(values / (scales[:, None] * 2.0 ** -exponent))
    return np.clip(rows, -127, 127).astype(np.int8), scales, exponent


def codes(values):
    step = np.abs(values).max() / 127
    return np.round(values / step).astype(np.int8), float(step)


def numbers(values):
    values = [str(int(v)) for v in values]
    return "\n".join(" ".join(values[at:at + 16]) for at in range(0, len(values), 16))


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--fit", required=True)
    p.add_argument("--tokenizer", required=True)
    p.add_argument("--output", required=True)
    p.add_argument("--name", required=True)
    p.add_argument("--teacher", default="all-MiniLM-L6-v2")
    a = p.parse_args()
    import sentencepiece
    tokenizer = sentencepiece.SentencePieceProcessor(model_file=a.tokenizer)
    piece = [tokenizer.id_to_piece(i) for i in range(tokenizer.get_piece_size())]
    fit = np.load(a.fit)
    tokens = len(fit["V"])
    if tokens != len(piece):
        raise SystemExit(f"expected a tokenizer of {tokens} pieces, found {len(piece)}")
    weighted = fit["V"] * np.exp(fit["w"])[:, None]
    for index in range(tokens):
        # Control pieces never come from a text.
        if tokenizer.is_control(index):
            weighted[index] = 0
    rows, scales, exponent = quantise(np.concatenate([weighted, fit["P"]]).astype(np.float64))
    keys, key_step = codes(fit["K"])
    queries, query_step = codes(fit["Q"])
    gains = [round(4096 * math.exp((i - 128) / 127)) for i in range(256)]
    tanh = [128 + round(127 * math.tanh((i - TANH_ENTRIES // 2) / TANH_STEPS)) for i in range(TANH_ENTRIES)]
    roots = [0] + [round(key_step * query_step * TANH_STEPS * 65536 / math.sqrt(n)) for n in range(1, 257)]
    meta = json.loads(str(fit["meta"]))
    settings = " ".join(f"{k}={v}" for k, v in sorted(meta["settings"].items()))
    lines = {"name": a.name, "teacher": a.teacher, "texts": meta["texts"], "corpus-sha256": meta["corpus_sha256"],
             "settings": settings, "held-out-cosine": meta["held_cosine"], "language": "en"}
    first, second = fit["key"] // tokens, fit["key"] % tokens
    with open(a.output, "w", encoding="utf-8", newline="\n") as out:
        write = lambda text: out.write(text + "\n")
        section = lambda name: out.write(f"\n.{name}\n")
        write("anneal-model 1")
        section("meta")
        for key in sorted(lines):
            write(f"{key} = {lines[key]}")
        section("shape")
        write(f"dimension {rows.shape[1]}")
        write(f"exponent {exponent}")
        section("tokenizer")
        digits = base64.b64encode(open(a.tokenizer, "rb").read()).decode()
        for at in range(0, len(digits), 76):
            write(digits[at:at + 76])
        section("gains")
        write(numbers(gains))
        section("rows")
        for scale, row in zip(scales, rows):
            write(f"{scale} {row.tobytes().hex()}")
        section("codes")
        for key, query in zip(keys, queries):
            write(key.tobytes().hex() + query.tobytes().hex())
        section("tanh")
        for at in range(0, TANH_ENTRIES, 64):
            write(bytes(tanh[at:at + 64]).hex())
        section("roots")
        write(numbers(roots))
        section("names")
        between = {1: "", 2: "…"}
        for one, other, distance in zip(first, second, fit["distance"]):
            name = (piece[one] + between[int(distance)] + piece[other]).replace("▁", " ").strip()
            write('"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"')
        section("rules")
        for index, (one, other, distance, gain) in enumerate(zip(first, second, fit["distance"], fit["gain"])):
            gap = "" if distance == 1 else f"~{distance} "
            write(f"#{one} {gap}#{other} {{accumulate,gain}} => $1 $2 phrase row={tokens + index} "
                  f"!{max(1, round(float(gain) * 1000))}")
        section("critic")
        write(numbers([round(float(w) * 65536) for w in fit["critic"]]))
        section("end")


if __name__ == "__main__":
    main()
