#!/usr/bin/env python3
"""Writes the vocabularies of the tests: python3 vocabularies.py, with gguf, sentencepiece and tokenizers.

Those that are here were written with gguf 0.19.0, sentencepiece 0.2.3 and tokenizers 0.23.3. For each kind there is a file
without tensors, `KIND.gguf`, and what the reference makes of each line of `texts.txt`, `KIND.ids`.

    python3 vocabularies.py "anneal gguf tokens" model.gguf tokenizer.json|tokenizer.model texts.txt

prints how many lines of the texts the command and the reference cut otherwise.
"""

import io
import pathlib
import subprocess
import sys

FOLDER = pathlib.Path(__file__).parent
TEXTS = (FOLDER / "texts.txt").read_text(encoding="utf-8").split("\n")[:-1]


def bert():
    import gguf
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    marks = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    # The names of marks are text, as in the command.
    tokenizer.encode_special_tokens = True
    tokenizer.train_from_iterator(TEXTS, trainers.WordPieceTrainer(vocab_size=400, special_tokens=marks))
    writer = gguf.GGUFWriter(FOLDER / "bert.gguf", "test")
    writer.add_tokenizer_model("bert")
    tokens = [tokenizer.id_to_token(number) for number in range(tokenizer.get_vocab_size())]
    # As convert_hf_to_gguf.py writes them.
    writer.add_token_list([
        token if token in marks else token[2:] if token.startswith("##") else "\u2581" + token for token in tokens])
    writer.add_token_types([3 if token in marks else 1 for token in tokens])
    writer.add_unk_token_id(1)
    close(writer)
    write("bert", [tokenizer.encode(text, add_special_tokens=False).ids for text in TEXTS])


def pieces(kind, name, size):
    import gguf
    import sentencepiece

    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(TEXTS), model_writer=model, vocab_size=size, model_type=name,
        byte_fallback=kind == "llama", character_coverage=0.98, minloglevel=2,
        normalization_rule_name="identity" if kind == "llama" else "nmt_nfkc",
        remove_extra_whitespaces=kind == "t5", user_defined_symbols=["<tag>"] if kind == "llama" else [])
    processor = sentencepiece.SentencePieceProcessor(model_proto=model.getvalue())
    writer = gguf.GGUFWriter(FOLDER / f"{kind}.gguf", "test")
    writer.add_tokenizer_model(kind)
    count = processor.get_piece_size()
    writer.add_token_list([processor.id_to_piece(number) for number in range(count)])
    writer.add_token_scores([processor.get_score(number) for number in range(count)])
    writer.add_token_types([
        2 if processor.is_unknown(n) else 3 if processor.is_control(n) else 6 if processor.is_byte(n)
        else 4 if processor.id_to_piece(n) == "<tag>" else 1 for n in range(count)])
    writer.add_add_space_prefix(True)
    if kind == "t5":
        from sentencepiece import sentencepiece_model_pb2

        proto = sentencepiece_model_pb2.ModelProto()
        proto.ParseFromString(model.getvalue())
        writer.add_remove_extra_whitespaces(True)
        writer.add_precompiled_charsmap(proto.normalizer_spec.precompiled_charsmap)
    close(writer)
    write(kind, [processor.encode(text) for text in TEXTS])


def write(kind, lines):
    (FOLDER / f"{kind}.ids").write_text("".join(" ".join(map(str, ids)) + "\n" for ids in lines))


def close(writer):
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def compare(command, model, reference, texts):
    """Counts the lines that the command and the reference cut otherwise."""
    lines = pathlib.Path(texts).read_bytes().decode("utf-8").split("\n")[:-1]
    if reference.endswith(".json"):
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(reference)
        tokenizer.encode_special_tokens = True
        tokenizer.no_truncation()
        tokenizer.no_padding()
        expected = [tokenizer.encode(line, add_special_tokens=False).ids for line in lines]
    else:
        import sentencepiece

        expected = sentencepiece.SentencePieceProcessor(model_file=reference).encode(lines)
    with open(texts, "rb") as source:
        output = subprocess.run([*command.split(), model], stdin=source, stdout=subprocess.PIPE, check=True).stdout
    found = [[int(number) for number in line.split()] for line in output.decode().split("\n")[:-1]]
    assert len(found) == len(lines), (len(found), len(lines))
    different = [number for number, pair in enumerate(zip(found, expected)) if pair[0] != pair[1]]
    print(f"{len(different)} of {len(lines)} lines differ, of {sum(map(len, expected))} ids")
    for number in different[:10]:
        print(number + 1, repr(lines[number][:100]))


if __name__ == "__main__":
    if len(sys.argv) == 5:
        compare(*sys.argv[1:])
    else:
        bert()
        pieces("llama", "bpe", 420)
        pieces("t5", "unigram", 160)
