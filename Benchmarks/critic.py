#!/usr/bin/env python3
"""What a critic could win, and what the fitted one knows: the effect of each firing of a phrase on the cosine with the
teacher, on texts that the fit has not seen.

    python Benchmarks/critic.py --fit fit.npz --labels DIR --tokenizer TOKENIZER.model

--fit is what `Training/train.py` wrote, --labels the folder that it read: its last two pairs of files were held out.
The effect of a firing is the cosine with its constant less the cosine without it, all else left as it is.
"""
import argparse, glob, os, pathlib, sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "Training"))
import numpy as np
import sentencepiece
import torch
import train

import provenance


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--fit", required=True)
    p.add_argument("--labels", required=True)
    p.add_argument("--tokenizer", required=True)
    a = p.parse_args()
    fit = np.load(a.fit)
    tokenizer = sentencepiece.SentencePieceProcessor(model_file=a.tokenizer)
    if tokenizer.get_piece_size() != len(fit["V"]):
        raise SystemExit(f"expected a tokenizer of {len(fit['V'])} pieces, found {tokenizer.get_piece_size()}")
    names = sorted(n for n in glob.glob(f"{a.labels}/*.npy") if os.path.exists(n + ".txt"))[-train.HELD:]
    lines = sum((open(n + ".txt", encoding="utf-8").read().split("\n")[:-1] for n in names), [])
    targets = np.concatenate([np.load(n) for n in names]).astype(np.float32) @ fit["basis"]
    targets /= np.linalg.norm(targets, axis=1, keepdims=True)
    texts = train.Texts(train.encode(tokenizer, lines))
    model = train.Fit(len(fit["V"]), fit["V"].shape[1], torch.ones(len(fit["V"])), len(fit["key"]))
    with torch.no_grad():
        for name in "VwKQ":
            getattr(model, name).copy_(torch.from_numpy(fit[name]))
        model.P[:-1] = torch.from_numpy(fit["P"])
    phrases = train.assign(texts, {key: fit[key] for key in ("key", "distance", "gain")}, len(fit["V"]))
    vector, bare = train.vectors(model, texts, phrases), train.vectors(model, texts, None)
    at = np.flatnonzero(phrases < len(fit["key"]))
    row, constant = np.repeat(np.arange(len(texts.length)), texts.length)[at], fit["P"][phrases[at]]

    def norm(m):
        return np.maximum(np.linalg.norm(m, axis=1), 1e-9)

    def cosine(one, other):
        return (one * other).sum(1) / (norm(one) * norm(other))

    effect = cosine(vector[row], targets[row]) - cosine(vector[row] - constant, targets[row])
    r, x = norm(constant) / norm(bare[row]), cosine(constant, bare[row])
    features = np.stack([r, r * x, r * r], 1)
    half = row < len(texts.length) // 2
    weights, *_ = np.linalg.lstsq(features[half], effect[half], rcond=None)
    own, kept = features[~half] @ weights, features[~half] @ fit["critic"]
    rest = effect[~half]
    print(provenance.line() + "\n")
    print(f"{len(texts.length):,} held-out texts, mean cosine {cosine(vector, targets).mean():.4f}, "
          f"{len(at) / len(texts.length):.2f} firings a text, mean effect {effect.mean():+.5f}")
    print(f"oracle: {(effect < 0).mean():.1%} of the firings lower the cosine, "
          f"{-effect[effect < 0].sum() / len(texts.length):.4f} a text in all")
    print("on the second half of the texts, fitted on the first:")
    for name, said in (("the regression's own zero", own), ("the threshold of the fit", kept)):
        refused = rest[said < 0]
        print(f"  {name}: correlation {np.corrcoef(said, rest)[0, 1]:.3f}, {len(refused) / len(rest):.3%} refused, "
              f"their mean effect {refused.mean() if len(refused) else 0:+.5f}")


if __name__ == "__main__":
    main()
