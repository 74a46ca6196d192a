"""Trains the small SentencePiece models that the tests read, and writes the reference's tokens for tricky lines.

    pip install sentencepiece==0.2.3 protobuf
    python make_fixtures.py

Everything comes from the generator below and a fixed seed; no text from elsewhere. Writes *.model and golden.tsv beside
this file: first the texts in hexadecimal, one a line; then for each model a line `= NAME` and a line of tokens a text. A
token is `id@start+length` in bytes; `@start` is left away where the token begins at the end of the one before, and then
`+1` as well.
"""

import pathlib
import random
import string
import tempfile

import sentencepiece
from sentencepiece import sentencepiece_model_pb2, sentencepiece_pb2

FOLDER = pathlib.Path(__file__).parent

NAMES = "Ada Bo Carla Dmitri Elif Farid Grete Hana Ivo Jun Kofi Lena Mara Nils Oya Petra Quentin Rosa Sven Tomas".split()
THINGS = "lamp river engine token kettle ladder window garden letter bridge violin basket mirror candle harbour".split()
KINDS = "small bright heavy silent broken golden narrow distant quick patient wooden hollow gentle ancient".split()
DOES = "turns lifts carries paints follows measures repairs forgets collects borrows hides polishes remembers".split()
WHERE = "near under behind beside above within without beyond across along".split()
ODD = ["naïve", "café", "façade", "Ångström", "über", "señor", "smörgås", "日本", "東京", "привет", "мир", "ένα", "don't",
       "state-of-the-art", "e-mail", "1984", "3.14", "42%", "(see below)", "\"quoted\"", "a/b", "C++", "x=y", "<url>"]


def sentence(rng):
    parts = [rng.choice(NAMES), rng.choice(DOES), "the", rng.choice(KINDS), rng.choice(THINGS), rng.choice(WHERE), "a",
             rng.choice(KINDS) + rng.choice(["", "ly", "er", "est", "ness"]), rng.choice(THINGS) + rng.choice(["", "s"])]
    if rng.random() < 0.5:
        parts.insert(rng.randrange(len(parts)), rng.choice(ODD))
    if rng.random() < 0.3:
        parts += ["and", "un" + rng.choice(KINDS), "re" + rng.choice(DOES), str(rng.randrange(2000))]
    return " ".join(parts) + rng.choice([".", "!", "?", " ...", ";"])


def rules(inner=False):
    """A small character map: case folding, composition, widths, controls, spaces, keys that share prefixes. With `inner`
    words end inside of words: between a mark and a letter, and between a small letter and a capital."""
    pairs = {chr(c): chr(c + 32) for c in range(65, 91)}
    pairs.update({"É": "é", "e\u0301": "é", "E\u0301": "é", "o\u0308": "ö", "a\u0308": "ä", "Å": "å", "ﬁ": "fi", "ﬄ": "ffl",
                  "①": "1", "½": "1\u20442", "㎏": "kg", "\u3000": " ", "\u00a0": " ", "\t": " ", "\u200b": "", "\u00ad": "",
                  "\u00a8": " \u0308", "\ufdfa": "ab cd ef", "\u0001": "", "\u2026": "...", "ab\u0301": "X", "ab\u0301\u0302": "YZ"})
    if inner:
        pairs = {key: to for key, to in pairs.items() if len(key) == 1 or key[0] not in string.ascii_letters}
        pairs.update({mark + c: f"{mark} {c.lower()}" for mark in string.punctuation + "\u2019" for c in string.ascii_letters})
        pairs.update({a + b: f"{a} {b.lower()}" for a in string.ascii_lowercase for b in string.ascii_uppercase})
    return "".join(
        " ".join(f"{ord(c):X}" for c in key) + "\t" + " ".join(f"{ord(c):X}" for c in value) + "\n"
        for key, value in sorted(pairs.items()))


def train(name, text, tsv, **options):
    settings = dict(input=str(text), model_prefix=str(FOLDER / name), vocab_size=1000, hard_vocab_limit=False,
                    num_threads=1, minloglevel=2, character_coverage=1.0)
    if options.pop("folded", False):
        settings["normalization_rule_tsv"] = str(tsv)
    else:
        settings["normalization_rule_name"] = "identity"
    settings.update(options)
    sentencepiece.SentencePieceTrainer.train(**settings)
    (FOLDER / f"{name}.vocab").unlink()
    # The trainer notes the paths it was given; they say nothing outside the machine it ran on.
    model = sentencepiece_model_pb2.ModelProto()
    model.ParseFromString((FOLDER / f"{name}.model").read_bytes())
    model.trainer_spec.ClearField("input")
    model.trainer_spec.ClearField("model_prefix")
    model.normalizer_spec.ClearField("normalization_rule_tsv")
    (FOLDER / f"{name}.model").write_bytes(model.SerializeToString())


def with_unused(source, name, every):
    """A copy of a model in which every so-manieth longer piece is marked as unused."""
    model = sentencepiece_model_pb2.ModelProto()
    model.ParseFromString((FOLDER / f"{source}.model").read_bytes())
    longer = [p for p in model.pieces if p.type == p.NORMAL and len(p.piece) > 1]
    for piece in longer[::every]:
        piece.type = piece.UNUSED
    (FOLDER / f"{name}.model").write_bytes(model.SerializeToString())


def tricky(rng):
    lines = [b"", b" ", b"   ", b"a", b" a ", b"  a   b  ", b"\xe2\x96\x81", b"a\xe2\x96\x81", b"\xe2\x96\x81\xe2\x96\x81 a \xe2\x96\x81 ",
             b"a \xe2\x96\x81 b", b"a\t b", b"a \t", b"\t a", b"\xe3\x80\x80\xe2\x80\x8b a \xe2\x80\x8b b \xe2\x80\x8b",
             b"\x00", b"a\x00b \x00 c", b"\x01\x02 \x7f", b"\xff\xfe", b"\xe2\x96 \xe2", b"a\xc3", b"\xc0\x80 \xed\xa0\x80 \xf4\x90\x80\x80",
             b"\xf0\x9f\x98 \xf0\x9f\x98\x80", "😀😀 👩‍👩‍👧 🇩🇪".encode(), "e\u0301 E\u0301\u0302 ab\u0301\u0302 ab\u0301 ab".encode(),
             "ﬁﬄ ①½㎏ \ufdfa \u00a8".encode(), b"<url>", b"see <url><url>x foo bar <url", b"foo bar", b"foo  bar", b"<ctl><s></s><unk>",
             b"<0x41>", b"the" * 40, b"-" * 70, b"aaaaaaa", b"abababab " * 3, b"ninini", "日本東京 привет".encode() * 3,
             b"x" * 24, b"x" * 23 + b" " + b"y" * 22 + b" z", (b"word" * 80) + b" tail", b"\xe2\x96\x81" * 30 + b"z " + b"\xe2\x96\x81" * 9]
    alphabet = "abcdeinorst  .,-'1\u0301é日😀\u2581\t\u200bZ"
    for _ in range(60):
        lines.append("".join(rng.choice(alphabet) for _ in range(rng.randrange(1, 60))).encode())
    for _ in range(40):
        lines.append(bytes(rng.randrange(256) for _ in range(rng.randrange(1, 24))))
    lines += [sentence(rng).encode() for _ in range(40)]
    lines.append(" ".join(sentence(rng) for _ in range(12)).encode())
    lines += ["os.path readFile HTTPResponse well-known .aB a.B.cD 1aB 'aB aBcD x.aBé éaB ÉaB.c’D don’t <a href=\"b\">".encode(),
              b"readFile readfile ReadFile .readFile", b".aB" * 120, b"aB" * 150, b"a.bC" * 1100, b"lamp " * 819 + b".aBcD lamp"]
    for _ in range(60):
        lines.append("".join(rng.choice("aetlmpABT.'-_(1 9é’\u0301日") for _ in range(rng.randrange(1, 50))).encode())
    return [line.replace(b"\n", b" ") for line in lines]


def packed(tokens):
    """Tokens as golden.tsv has them."""
    words, behind = [], 0
    for token, start, end in tokens:
        length = f"+{end - start}"
        words.append(f"{token}@{start}{length}" if start != behind else f"{token}{length if length != '+1' else ''}")
        behind = end
    return " ".join(words)


def main():
    rng = random.Random(20260)
    with tempfile.TemporaryDirectory() as folder:
        text, tsv = pathlib.Path(folder) / "text", pathlib.Path(folder) / "rules.tsv"
        text.write_text("\n".join(sentence(rng) for _ in range(3000)), encoding="utf-8")
        tsv.write_text(rules(), encoding="utf-8")
        train("unigram-folded", text, tsv, folded=True)
        train("unigram-bytes", text, tsv, folded=True, byte_fallback=True, character_coverage=0.98,
              user_defined_symbols=["<url>"], control_symbols=["<ctl>"])
        train("unigram-suffix", text, tsv, folded=True, treat_whitespace_as_suffix=True, vocab_size=600)
        train("unigram-verbatim", text, tsv, add_dummy_prefix=False, remove_extra_whitespaces=False, vocab_size=600,
              user_defined_symbols=["foo bar", "<url>"], model_type="unigram")
        train("unigram-phrases", text, tsv, folded=True, split_by_whitespace=False, vocab_size=800)
        train("unigram-noprefix", text, tsv, folded=True, add_dummy_prefix=False, vocab_size=600)
        train("bpe-folded", text, tsv, folded=True, model_type="bpe", vocab_size=900, user_defined_symbols=["<url>"])
        train("bpe-bytes", text, tsv, model_type="bpe", byte_fallback=True, character_coverage=0.98,
              user_defined_symbols=["foo bar", "<url>"], control_symbols=["<ctl>"])
        train("bpe-suffix", text, tsv, folded=True, model_type="bpe", treat_whitespace_as_suffix=True, vocab_size=600)
        tsv.write_text(rules(inner=True), encoding="utf-8")
        train("unigram-inner", text, tsv, folded=True)
        train("bpe-inner", text, tsv, folded=True, model_type="bpe", vocab_size=900)
        with_unused("bpe-folded", "bpe-unused", 7)
        with_unused("unigram-folded", "unigram-unused", 7)
    lines = tricky(rng)
    with open(FOLDER / "golden.tsv", "w", encoding="ascii") as golden:
        for line in lines:
            golden.write(line.hex() + "\n")
        for path in sorted(FOLDER.glob("*.model")):
            processor = sentencepiece.SentencePieceProcessor(model_file=str(path))
            golden.write(f"= {path.stem}\n")
            for line in lines:
                result = sentencepiece_pb2.SentencePieceText()
                result.ParseFromString(processor.encode(line, out_type="serialized_proto"))
                assert [p.id for p in result.pieces] == processor.encode(line)
                golden.write(packed((p.id, p.begin, p.end) for p in result.pieces) + "\n")


if __name__ == "__main__":
    main()
