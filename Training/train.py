"""Fits the constants of a model to stored teacher vectors, mines its phrase rules, and writes all as arrays.

    python Training/train.py --labels DIR --tokenizer TOKENIZER.model --output fit.npz

`--labels` holds pairs of files `NAME.npy` (float16 [texts, width], unit vectors of the teacher) and `NAME.npy.txt`
(one text a line), as `Training/label.py` writes them. The last two pairs in name order are held out.
`Training/export.py` turns the written arrays into the text that `anneal assemble` makes a model of.

The vector of a text is sum(gain_i * V[t_i]) + sum(P[phrase_j]), with
gain_i = exp(w[t_i] + tanh(q[t_i] . sum_{j != i} k[t_j] / sqrt(n))), fitted by Adam on 1 - cosine to the teacher's
vectors reduced by uncentred PCA. A phrase is a pair of tokens at distance 1 or 2; it attaches to the item of its
second token, one phrase an item, the best score first: what the annealer does with the rules that are written here.
"""
import argparse, base64, glob, hashlib, json, os, sys, time
import numpy as np, scipy.sparse as sp, torch
import torch.nn.functional as F

CODE = 32  # width of the key and query codes
MAX_TOKENS = 256  # one window of the engine
HELD = 2  # shards held out


class Texts:
    """Token ids of many texts as one flat array with offsets."""

    def __init__(self, ids):
        self.length = np.array([len(i) for i in ids], np.int64)
        self.start = np.concatenate([[0], np.cumsum(self.length)])
        self.flat = np.concatenate([np.array(i, np.int32) for i in ids])

    def gather(self, rows, values):
        """Concatenates `values` of the chosen texts; returns (values, lengths)."""
        lengths = self.length[rows]
        base = np.repeat(self.start[rows] - np.concatenate([[0], np.cumsum(lengths)[:-1]]), lengths)
        return values[base + np.arange(lengths.sum())], lengths


def encode(tokenizer, lines):
    out = []
    for at in range(0, len(lines), 50_000):
        out += [i[:MAX_TOKENS] for i in tokenizer.encode(lines[at:at + 50_000], num_threads=2)]
    return out


class Fit(torch.nn.Module):
    def __init__(self, tokens, dimension, frequency, phrases=0):
        super().__init__()
        self.V = torch.nn.Parameter(torch.randn(tokens, dimension) * 0.02)
        self.w = torch.nn.Parameter(torch.log(1e-3 / (1e-3 + frequency)).float())
        self.K = torch.nn.Parameter(torch.randn(tokens, CODE) * 0.1)
        self.Q = torch.nn.Parameter(torch.randn(tokens, CODE) * 0.1)
        self.P = torch.nn.Parameter(torch.zeros(phrases + 1, dimension))  # the last row stands for "no phrase"

    def forward(self, ids, lengths, phrases=None):
        segment = torch.repeat_interleave(torch.arange(len(lengths)), lengths)
        offsets = torch.cumsum(lengths, 0) - lengths
        k = F.embedding(ids, self.K)
        q = F.embedding(ids, self.Q)
        total = torch.zeros(len(lengths), CODE).index_add(0, segment, k)
        agreement = (q * (total[segment] - k)).sum(1) * torch.rsqrt(lengths.float().clamp(min=1))[segment]
        gain = torch.exp(self.w[ids] + torch.tanh(agreement))
        vector = F.embedding_bag(ids, self.V, offsets, mode="sum", per_sample_weights=gain)
        if phrases is not None:
            vector = vector + F.embedding_bag(phrases, self.P, offsets, mode="sum", padding_idx=self.P.shape[0] - 1)
        return vector


def batches(texts, order, values, phrases, size):
    for at in range(0, len(order), size):
        rows = order[at:at + size]
        ids, lengths = texts.gather(rows, values)
        chosen = None if phrases is None else torch.from_numpy(texts.gather(rows, phrases)[0].astype(np.int64))
        yield rows, torch.from_numpy(ids.astype(np.int64)), torch.from_numpy(lengths), chosen


def train(model, texts, targets, phrases, epochs, rate, size, structure, seed, log):
    rng = np.random.default_rng(seed)
    optimiser = torch.optim.Adam(model.parameters(), lr=rate, fused=True)
    usable = np.flatnonzero(texts.length > 0)
    steps = epochs * -(-len(usable) // size)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, rate, total_steps=steps, pct_start=0.15)
    for epoch in range(epochs):
        began, sums, count = time.time(), 0.0, 0
        for rows, ids, lengths, chosen in batches(texts, rng.permutation(usable), texts.flat, phrases, size):
            target = torch.from_numpy(targets[rows])
            vector = F.normalize(model(ids, lengths, chosen))
            cosine = (vector * target).sum(1)
            loss = (1 - cosine).mean()
            if structure > 0:
                for part in range(0, len(rows), 1024):
                    a, b = vector[part:part + 1024], target[part:part + 1024]
                    loss = loss + structure * ((a @ a.T - b @ b.T) ** 2).mean() * len(a) / len(rows)
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            optimiser.step()
            schedule.step()
            sums, count = sums + cosine.sum().item(), count + len(rows)
        log(f"epoch {epoch + 1}/{epochs}: cosine {sums / count:.4f}, {time.time() - began:.0f} s")


@torch.no_grad()
def vectors(model, texts, phrases, size=8192):
    out = np.zeros((len(texts.length), model.V.shape[1]), np.float32)
    for rows, ids, lengths, chosen in batches(texts, np.arange(len(texts.length)), texts.flat, phrases, size):
        out[rows] = model(ids, lengths, chosen).numpy()
    return out


def pair_keys(texts, distance, tokens):
    """For every position the key of the pair (token `distance` before, token), or -1 where there is none."""
    flat = texts.flat.astype(np.int64)
    keys = np.full(len(flat), -1, np.int64)
    keys[distance:] = flat[:-distance] * tokens + flat[distance:]
    first = np.repeat(texts.start[:-1], texts.length)
    keys[np.arange(len(flat)) - first < distance] = -1
    return keys


def mine(texts, student, targets, distance, tokens, minimum, shrink, log):
    """Pairs at one distance with the closed-form gain of a constant: ||sum(a r)||^2 / (sum(a^2) + shrink), less the
    gain that noise alone would be expected to give. Returns keys, gains and the constants that reach them."""
    norm = np.linalg.norm(student, axis=1)
    weight = np.where(norm > 0, 1 / np.maximum(norm, 1e-9), 0).astype(np.float32)
    residual = targets - student * weight[:, None]
    keys = pair_keys(texts, distance, tokens)
    at = np.flatnonzero(keys >= 0)
    text = np.repeat(np.arange(len(texts.length)), texts.length)[at]
    unique, inverse, counts = np.unique(keys[at], return_inverse=True, return_counts=True)
    kept = np.flatnonzero(counts >= minimum)
    index = np.full(len(unique), -1, np.int64)
    index[kept] = np.arange(len(kept))
    row = index[inverse]
    fired = row >= 0
    matrix = sp.csr_matrix((weight[text[fired]], (row[fired], text[fired])), (len(kept), len(texts.length)))
    numerator = matrix @ residual
    squares = matrix.multiply(matrix)
    denominator = np.asarray(squares.sum(1)).ravel() + shrink * weight.mean() ** 2
    energy = (residual ** 2).sum(1)
    noise = (squares @ energy) / denominator
    gain = (numerator ** 2).sum(1) / denominator - 1.5 * noise
    log(f"distance {distance}: {len(unique)} pairs, {len(kept)} seen {minimum} times, {(gain > 0).sum()} gain")
    return unique[kept], gain, (numerator / denominator[:, None]).astype(np.float32)


def assign(texts, rules, tokens):
    """The phrase of every position (or len(rules)): of the rules that match there the best score, as best horse."""
    none = len(rules["key"])
    best = np.full(len(texts.flat), none, np.int64)
    for distance in np.unique(rules["distance"]):
        mine_ = np.flatnonzero(rules["distance"] == distance)
        order = mine_[np.argsort(rules["key"][mine_])]
        sorted_keys = rules["key"][order]
        keys = pair_keys(texts, int(distance), tokens)
        found = np.searchsorted(sorted_keys, keys).clip(max=len(order) - 1)
        hit = sorted_keys[found] == keys
        candidate = np.where(hit, order[found], none)
        # Rules are ordered by falling score, so the lower index is the better bid.
        best = np.minimum(best, candidate)
    return best


def fit_critic(model, texts, targets, phrases, log):
    """Weights of the critic: what a phrase constant c does to the cosine with the teacher, from what the program itself
    shows. With v the sum of the tokens, r = |c| / |v| and x = cos(c, v), the benefit is regressed on r, r x and r^2 over
    the first half of the held-out texts; the other half says what that is worth."""
    vector, bare = vectors(model, texts, phrases), vectors(model, texts, None)
    constants = model.P.detach().numpy()
    text = np.repeat(np.arange(len(texts.length)), texts.length)
    at = np.flatnonzero(phrases < len(constants) - 1)
    row, c = text[at], constants[phrases[at]]
    v, t = vector[row], targets[row]
    norm = lambda m: np.maximum(np.linalg.norm(m, axis=1), 1e-9)
    rest = v - c
    benefit = (v * t).sum(1) / norm(v) - (rest * t).sum(1) / norm(rest)
    b = bare[row]
    r, x = norm(c) / norm(b), (c * b).sum(1) / (norm(c) * norm(b))
    features = np.stack([r, r * x, r * r], 1)
    half = row < len(texts.length) // 2
    weights, *_ = np.linalg.lstsq(features[half], benefit[half], rcond=None)
    # The regression orders the phrases; where the harm begins is counted: the lowest estimates whose benefits sum to
    # the least are the ones to refuse, so the weight of r is moved to put the zero there.
    slope = features[half][:, 1:] @ weights[1:] / r[half]
    order = np.argsort(slope)
    sums = np.cumsum(benefit[half][order])
    weights[0] = -slope[order[np.argmin(sums)]] if sums.min() < 0 else 1e-3 - slope.min()
    said = features[~half] @ weights
    refused = benefit[~half][said < 0]
    log(f"critic {weights.round(4).tolist()}: correlation {np.corrcoef(said, benefit[~half])[0, 1]:.3f}; refuses "
        f"{len(refused) / max(len(said), 1):.3%} of the phrases, whose mean benefit is "
        f"{refused.mean() if len(refused) else 0:.5f} against {benefit[~half].mean():.5f} of all")
    return weights.astype(np.float64)


def spearman(a, b):
    from scipy.stats import spearmanr
    return spearmanr(a, b).statistic * 100


def sts(folder, embed):
    """Mean Spearman over STS12-15 and STS-B dev, and each."""
    out = {}
    for name, split in [("STS12", None), ("STS13", None), ("STS14", None), ("STS15", None),
                        ("STSBenchmark", "dev"), ("SICK-R", None)]:
        rows = [l.rstrip("\n").split("\t") for l in open(f"{folder}/sts/{name}.tsv", encoding="utf-8")][1:]
        rows = [r for r in rows if split is None or r[0] == split]
        a, b = embed([r[2] for r in rows]), embed([r[3] for r in rows])
        cosine = (a * b).sum(1) / np.maximum(np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1), 1e-12)
        out[name] = spearman(cosine, [float(r[1]) for r in rows])
    out["mean5"] = np.mean([out[n] for n in ("STS12", "STS13", "STS14", "STS15", "STSBenchmark")])
    return out


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--labels", required=True)
    p.add_argument("--tokenizer", required=True)
    p.add_argument("--output", required=True)
    p.add_argument("--dimension", type=int, default=256)
    p.add_argument("--epochs", type=int, default=6)
    p.add_argument("--phrase-epochs", type=int, default=4)
    p.add_argument("--phrases", type=int, default=60_000)
    p.add_argument("--minimum", type=int, default=6)
    p.add_argument("--structure", type=float, default=1.0)
    p.add_argument("--rate", type=float, default=0.02)
    p.add_argument("--batch", type=int, default=4096)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--eval", help="folder of evaluation sets, to print STS after each stage; never trained on")
    p.add_argument("--limit", type=int, default=0)
    a = p.parse_args()
    log = lambda *x: print(*x, file=sys.stderr, flush=True)
    torch.manual_seed(a.seed)
    import sentencepiece
    tokenizer = sentencepiece.SentencePieceProcessor(model_file=a.tokenizer)
    tokens = tokenizer.get_piece_size()
    names = sorted(glob.glob(f"{a.labels}/*.npy"))
    names = [n for n in names if os.path.exists(n + ".txt") and ".tmp" not in n]
    if a.limit:
        names = names[:a.limit] + names[-2:]
    lines, teacher = [], []
    for name in names:
        vectors_, text = np.load(name), open(name + ".txt", encoding="utf-8").read().split("\n")[:-1]
        if len(vectors_) != len(text):
            sys.exit(f"{name}: expected {len(vectors_)} texts, found {len(text)}")
        lines.append(text)
        teacher.append(vectors_)
    teacher = [t.astype(np.float32) for t in teacher]
    moment = sum(t.T @ t for t in teacher[:-HELD])
    _, basis = np.linalg.eigh(moment.astype(np.float64))
    basis = basis[:, ::-1][:, :a.dimension].astype(np.float32)
    reduce = lambda t: (lambda y: y / np.linalg.norm(y, axis=1, keepdims=True))(t @ basis)
    targets, held_targets = reduce(np.concatenate(teacher[:-HELD])), reduce(np.concatenate(teacher[-HELD:]))
    del teacher
    digest = hashlib.sha256()
    for text in lines[:-HELD]:
        digest.update(("\n".join(text) + "\n").encode())
    texts = Texts(encode(tokenizer, sum(lines[:-HELD], [])))
    held = Texts(encode(tokenizer, sum(lines[-HELD:], [])))
    log(f"{len(texts.length)} texts, {len(texts.flat)} tokens; {len(held.length)} held out")
    frequency = torch.from_numpy(np.bincount(texts.flat, minlength=tokens) / len(texts.flat))

    def report(model, rules):
        pick = lambda t: None if rules is None else assign(t, rules, tokens)
        v = vectors(model, held, pick(held))
        cosine = (v * held_targets).sum(1) / np.maximum(np.linalg.norm(v, axis=1), 1e-9)
        figures = {"held_cosine": float(cosine.mean())}
        if a.eval:
            def embed(some):
                t = Texts(encode(tokenizer, some))
                return vectors(model, t, pick(t))
            figures |= sts(a.eval, embed)
        log(json.dumps({k: round(float(v), 4) for k, v in figures.items()}))
        return figures

    model = Fit(tokens, a.dimension, frequency)
    train(model, texts, targets, None, a.epochs, a.rate, a.batch, a.structure, a.seed, log)
    report(model, None)

    student = vectors(model, texts, None)
    found = [(mine(texts, student, targets, d, tokens, a.minimum, 4.0, log), d) for d in (1, 2)]
    key = np.concatenate([f[0] for f, _ in found])
    gain = np.concatenate([f[1] for f, _ in found])
    constant = np.concatenate([f[2] for f, _ in found])
    distance = np.concatenate([np.full(len(f[0]), d) for f, d in found])
    order = np.lexsort((key, distance, -gain))[:a.phrases]
    order = order[gain[order] > 0]
    rules = {"key": key[order], "distance": distance[order], "gain": gain[order]}
    log(f"{len(order)} phrase rules kept, {(rules['distance'] == 1).sum()} of adjacent tokens")
    del student
    with torch.no_grad():
        model.P = torch.nn.Parameter(torch.from_numpy(
            np.concatenate([0.5 * constant[order], np.zeros((1, a.dimension), np.float32)])))
    report(model, rules)
    train(model, texts, targets, assign(texts, rules, tokens), a.phrase_epochs, a.rate / 2, a.batch, a.structure,
          a.seed + 1, log)
    figures = report(model, rules)
    critic = fit_critic(model, held, held_targets, assign(held, rules, tokens), log)
    state = {"V": model.V.detach().numpy(), "w": model.w.detach().numpy(), "K": model.K.detach().numpy(),
             "Q": model.Q.detach().numpy(), "P": model.P.detach().numpy()[:-1], "critic": critic, "key": rules["key"],
             "distance": rules["distance"], "gain": rules["gain"], "basis": basis,
             "meta": json.dumps({"texts": len(texts.length), "corpus_sha256": digest.hexdigest(),
                                 "settings": {k: v for k, v in vars(a).items()
                                              if k not in ("labels", "tokenizer", "output", "eval")},
                                 "held_cosine": round(figures["held_cosine"], 4)})}
    np.savez(a.output, **state)


if __name__ == "__main__":
    main()
