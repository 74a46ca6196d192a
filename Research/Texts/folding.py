"""The characters that a tokenizer takes for each other, beyond NFKC with case folding.

Teachers read `résumé` as `resume`, and see no soft hyphen. SentencePiece's normalisation `nmt_nfkc_cf` leaves accents, makes spaces of
zero-width characters and keeps curly quotation marks. `folded` takes its rules and goes on: accents and other marks are dropped, what
cannot be seen (Unicode's category Cf, as soft hyphens, zero-width characters, marks of direction) too, quotation marks and dashes
of all forms become `'`, `"` and `-`. A model holds its rules as a character map; so nothing but the model changes where it is read.

`cuts` ends words inside of words, mostly in code, where the teachers' words end: behind a mark a letter begins a word, and so does a
capital behind a small letter. `os.path`, `readFile` and `well-known` then have the pieces of `os. path`, `read file` and `well- known`,
which prose has taught, and not pieces that only stand inside of words.
"""
import os, string, struct, sys, tempfile, unicodedata

PLAIN = {other: plain for plain, others in (("'", "‘’‚‛ʼʹ′´"), ('"', "“”„‟«»″"), ("-", "‐‑‒–—―−﹘﹣")) for other in others}


def rules_of(charsmap):
    """The rules of a precompiled character map: sequences of characters, and what stands for them.

    The map is the size of a double-array trie, the trie, and strings that end with a zero; its leaves are places in these."""
    size, = struct.unpack_from("<I", charsmap)
    units, strings = struct.unpack_from(f"<{size // 4}I", charsmap, 4), charsmap[4 + size:]
    found, open_nodes = {}, [(0, b"")]
    while open_nodes:
        node, key = open_nodes.pop()
        unit = units[node]
        base = node ^ (unit >> 10) << ((unit & 512) >> 6)
        if key and unit >> 8 & 1:
            at = units[base] & 0x7FFFFFFF
            found[key.decode()] = strings[at:strings.index(b"\0", at)].decode()
        for byte in range(1, 256):
            child = base ^ byte
            if child < len(units) and units[child] & 0x800000FF == byte:
                open_nodes.append((child, key + bytes([byte])))
    return found


def is_dropped(character):
    return unicodedata.category(character) in ("Cf", "Mn")


def fold(text):
    """A text without marks and with plain quotation marks and dashes."""
    kept = "".join(c for c in unicodedata.normalize("NFD", text) if not is_dropped(c))
    return "".join(PLAIN.get(c, c) for c in unicodedata.normalize("NFC", kept))


def folded(rules):
    """Rules with the folding behind them. Of sequences only those that are not what their characters give."""
    single = {}
    for code in range(sys.maxunicode + 1):
        c = chr(code)
        if unicodedata.category(c) in ("Cn", "Cs"):
            continue
        # What cannot be seen is dropped, though nmt_nfkc_cf makes a space of some of it.
        to = "" if is_dropped(c) else PLAIN.get(c) or fold(rules.get(c, c))
        if to != c:
            single[c] = to
    sequences = {key: fold(to) for key, to in rules.items() if len(key) > 1}
    return single | {key: to for key, to in sequences.items() if to != "".join(single.get(c, c) for c in key)}


def cuts():
    """Rules that end words inside of words."""
    marks = {mark: mark for mark in string.punctuation} | PLAIN
    return ({mark + c: f"{plain} {c.lower()}" for mark, plain in marks.items() for c in string.ascii_letters}
            | {a + b: f"{a} {b.lower()}" for a in string.ascii_lowercase for b in string.ascii_uppercase})


def trained(lines, **options):
    """A model that SentencePiece's trainer makes of lines."""
    import sentencepiece
    from sentencepiece import sentencepiece_model_pb2

    with tempfile.TemporaryDirectory() as folder:
        sample = os.path.join(folder, "sample.txt")
        with open(sample, "w", encoding="utf-8") as file:
            file.writelines(lines)
        sentencepiece.SentencePieceTrainer.train(
            input=sample, model_prefix=os.path.join(folder, "tokenizer"), model_type="unigram", minloglevel=1, **options)
        model = sentencepiece_model_pb2.ModelProto()
        with open(os.path.join(folder, "tokenizer.model"), "rb") as file:
            model.ParseFromString(file.read())
    # The trainer notes the paths it was given; they say nothing outside the machine it ran on.
    for field in ("input", "model_prefix"):
        model.trainer_spec.ClearField(field)
    model.normalizer_spec.ClearField("normalization_rule_tsv")
    return model


def some_words(**options):
    """A model of no use but for its rules of normalisation."""
    return trained([f"{word} {number}\n" for number, word in enumerate("some words that only rules come of".split() * 20)],
                   vocab_size=60, hard_vocab_limit=False, **options)


def folding_table(folder, cut=False):
    """Writes the rules of `nmt_nfkc_cf` with the folding, and the cuts if they are wanted, in the form that the trainer takes, and
    returns the file's path."""
    rules = folded(rules_of(some_words(normalization_rule_name="nmt_nfkc_cf").normalizer_spec.precompiled_charsmap))
    if cut:
        # No other key goes on behind a letter: `anneal_scan` finds the ends of words, and only these, without the map.
        rules = {key: to for key, to in rules.items() if len(key) == 1 or key[0] not in string.ascii_letters} | cuts()
    path = os.path.join(folder, "rules.tsv")
    with open(path, "w", encoding="utf-8") as file:
        for key in sorted(rules):
            file.write("\t".join(" ".join(f"{ord(c):X}" for c in text) for text in (key, rules[key])) + "\n")
    return path
