"""GGUF and EMBD files as their parts, each of which may be wrong, and what is to be told of each."""
import struct

far = 1 << 63


def number(form, value):
    return struct.pack("<" + form, value)


def text(value):
    value = value.encode("utf8") if isinstance(value, str) else value
    return number("Q", len(value)) + value


class Draft:
    """Two F32 tensors of 8 numbers, and a word."""

    def __init__(self):
        self.magic, self.version, self.alignment = b"GGUF", number("I", 3), 32
        self.tensor_count = self.entry_count = None
        self.entries = [("general.name", 8, text("a name"))]
        self.tensors = [["a", [4, 2], 0, 0], ["b", [8], 0, 32]]
        self.data = bytes(64)

    def add(self, key, kind, value):
        self.entries.append((key, kind, value))
        return self

    def head(self):
        def count(said, found):
            return number("Q", len(found) if said is None else said)

        content = self.magic + self.version + count(self.tensor_count, self.tensors) + count(self.entry_count, self.entries)
        for key, kind, value in self.entries:
            content += text(key) + number("I", kind) + value
        for name, shape, kind, offset in self.tensors:
            content += text(name) + number("I", len(shape)) + b"".join(number("Q", length) for length in shape)
            content += number("I", kind) + number("Q", offset)
        return content + bytes(-len(content) % self.alignment)

    def bytes(self):
        return self.head() + self.data

    def end(self):
        """Behind the last byte that a tensor has."""
        return len(self.head()) + 64


def hostile_models():
    """Name, bytes, and words of the error."""
    cases = []

    def add(name, words, edit):
        draft = Draft()
        edit(draft)
        cases.append((name, draft.bytes(), words))

    def tensor(place, part, value):
        def edit(draft):
            draft.tensors[place][part] = value

        return edit

    def entry(key, kind, value):
        return lambda draft: draft.add(key, kind, value)

    def set_(name, value):
        return lambda draft: setattr(draft, name, value)

    cases.append(("four bytes", b"GGUF", ["version at byte 4"]))
    cases.append(("no bytes", b"", ["magic at byte 0"]))
    add("another magic", ["magic at byte 0", "47 47 55 46"], set_("magic", b"ggjt"))
    add("version 1", ["version 1"], set_("version", number("I", 1)))
    add("version 4", ["version 4"], set_("version", number("I", 4)))
    add("big-endian", ["big-endian"], set_("version", struct.pack(">I", 3)))
    for count in (far, far - 1, 2**64 - 1, 1 << 40, 1000):
        add(f"{count} tensors", ["tensor count at byte 8", str(count)], set_("tensor_count", count))
        add(f"{count} entries", ["metadata count at byte 16", str(count)], set_("entry_count", count))
        add(f"a string of {count}", ["metadata k: string 0", str(count)], entry("k", 8, number("Q", count)))
        add(f"an array of {count}", ["metadata k: length", str(count)], entry("k", 9, number("I", 4) + number("Q", count)))
        add(
            f"{count} strings", ["metadata k"], entry("k", 9, number("I", 8) + number("Q", count)))
    add("nested arrays", ["arrays in an array"], entry("k", 9, number("I", 9) + number("Q", 1) + number("I", 9) + number("Q", 1)))
    add("value type 13", ["metadata k: type", "13"], entry("k", 13, b"\0"))
    add("a key twice", ["general.name, as metadata 0 has"], entry("general.name", 0, b"\0"))
    add("an empty key", ["metadata 1: key"], entry("", 0, b"\0"))
    add("a key that is no UTF-8", ["metadata 1: key", "UTF-8"], entry(b"\xff", 0, b"\0"))
    for value in (0, 3, 48):
        add(f"alignment {value}", ["general.alignment", "a power of two"], entry("general.alignment", 4, number("I", value)))
    add("an alignment of another type", ["general.alignment: type", "uint64"], entry("general.alignment", 10, number("Q", 32)))
    for count in (0, 5, 9):
        add(f"{count} dimensions", ["one to four dimensions", str(count)], tensor(0, 1, [1] * count))
    for length in (0, far, 2**64 - 1):
        add(f"a length of {length}", ["tensor a: shape", str(length)], tensor(0, 1, [4, length]))
    add("numbers that wrap", ["fewer than 2^63 numbers"], tensor(0, 1, [1 << 42, (1 << 42) + 1]))
    add("numbers that wrap to 0", ["fewer than 2^63 numbers"], tensor(0, 1, [1 << 32, 1 << 32]))
    add("numbers of 2^63 - 1 rows", ["fewer than 2^63 numbers"], tensor(0, 1, [far - 1, 2]))
    add("bytes that wrap", ["fewer than 2^63 bytes"], tensor(0, 1, [1 << 61, 2]))
    for kind in (4, 5, 31, 33, 36):
        add(f"the removed type {kind}", ["tensor a: type", "removed"], tensor(0, 2, kind))
    for kind in (42, 2**31, 2**32 - 1):
        add(f"the unknown type {kind}", ["tensor a: type", str(kind)], tensor(0, 2, kind))
    add("a row of half a block", ["tensor b: shape", "a multiple of 32"], tensor(1, 2, 2))
    for offset in (1, 31, far, 2**64 - 1):
        add(f"the offset {offset}", ["tensor b: offset", "a multiple of 32"], tensor(1, 3, offset))
    for offset in (64, 1 << 40, far - 32):
        add(f"the offset {offset}", ["tensor b: data"], tensor(1, 3, offset))
    add("tensors over each other", ["tensor b: data", "where a ends"], tensor(0, 1, [9]))
    add("tensors at one place", ["where"], tensor(1, 3, 0))
    for length in (0, 64, 1000):
        add(f"a name of {length}", ["tensor 0: name", "1 to 63"], tensor(0, 0, "a" * length))
    add("a name twice", ["tensor 1: name", "as tensor 0 has"], tensor(1, 0, "a"))
    add("a name that is no UTF-8", ["tensor 0: name", "UTF-8"], tensor(0, 0, b"\xc3"))
    return cases


def not_finite():
    """A block of Q4_0 whose scale is no number: the file is sound, and its numbers are not."""
    draft = Draft()
    draft.tensors = [["a", [32], 2, 0]]
    draft.data = number("H", 0x7E00) + bytes(62)
    return draft.bytes()


def vocabulary(kind="llama"):
    """The unknown, the bytes, words with and without their mark, and what they are merged of."""
    words = ["turn", "the", "light", "off", "lamp", "is", "on"]
    pieces = [("<unk>", 2)] + [(f"<0x{byte:02X}>", 6) for byte in range(256)]
    parts = [mark + word[:end] for word in words for end in range(1, len(word) + 1) for mark in ("", "\u2581")]
    parts += list("abcdefghijklmnopqrstuvwxyz") + ["\u2581", "犬"]
    return pieces + [(part, 1) for part in dict.fromkeys(parts)]


def arrays(pieces, kind="llama", scores=None, types=None):
    scores = [-float(place) for place in range(len(pieces))] if scores is None else scores
    types = [kind for _, kind in pieces] if types is None else types
    return [
        ("tokenizer.ggml.model", 8, text(kind)),
        ("tokenizer.ggml.tokens", 9, number("I", 8) + number("Q", len(pieces)) + b"".join(text(piece) for piece, _ in pieces)),
        ("tokenizer.ggml.scores", 9, number("I", 6) + number("Q", len(scores)) + b"".join(number("f", score) for score in scores)),
        ("tokenizer.ggml.token_type", 9, number("I", 5) + number("Q", len(types)) + b"".join(number("i", kind) for kind in types)),
        ("tokenizer.ggml.unknown_token_id", 4, number("I", 0)),
    ]


def model(width=8):
    """A model with a vocabulary and a row for each piece."""
    pieces = vocabulary()
    draft = Draft()
    draft.entries += arrays(pieces)
    draft.tensors = [["token_embd.weight", [width, len(pieces)], 0, 0]]
    draft.data = b"".join(
        number("f", ((place * 2_654_435_761) % 65_521) / 65_521 - 0.5) for place in range(width * len(pieces)))
    return draft.bytes()


def hostile_vocabularies():
    cases = []
    pieces = vocabulary()

    def add(name, words, entries):
        draft = Draft()
        draft.entries += entries
        cases.append((name, draft.bytes(), words))

    def without(key):
        return [entry for entry in arrays(pieces) if not entry[0].endswith(key)]

    def instead(place, piece):
        return pieces[:place] + [piece] + pieces[place + 1 :]

    add("no vocabulary", ["tokenizer.ggml.model"], [])
    add("gpt2", ["tokenizer.ggml.model", "gpt2", "pattern"], arrays(pieces, kind="gpt2"))
    add("no tokens", ["tokens", "an array of strings"], without("tokens"))
    add("no pieces", ["1 to 2^30 pieces"], arrays([]))
    add("fewer scores", ["scores", "one for each piece"], arrays(pieces, scores=[0.0]))
    add("more types", ["token_type", "one for each piece"], arrays(pieces, types=[1] * (len(pieces) + 1)))
    add("a type of 9", ["token_type", "kinds of 1 to 6", "9"], arrays(pieces, types=[9] * len(pieces)))
    add("a score that is no number", ["scores", "a finite score"], arrays(pieces, scores=[float("nan")] * len(pieces)))
    for piece in ("<0x-1>", "<0x1>", "<0xGG>", "<0xff>", "0x41"):
        add(f"the byte piece {piece}", ["piece 66", "a byte piece <0x00> to <0xFF>", piece], arrays(instead(66, (piece, 6))))
    add("a byte piece twice", ["piece 66", "piece 65"], arrays(instead(66, ("<0x40>", 6))))
    add("a byte piece too few", ["256 byte pieces", "255"], arrays(instead(66, ("other", 1))))
    add("a piece twice", ["piece 300", "the text of piece"], arrays(instead(300, pieces[290])))
    add("an empty piece", ["piece 300", "empty"], arrays(instead(300, ("", 1))))
    add("a piece too long", ["8000"], arrays(instead(300, ("x" * 8001, 1))))
    add("two unknown pieces", ["piece 300", "one unknown piece"], arrays(instead(300, ("other", 2))))
    bert = arrays(pieces, kind="bert")
    add("an id past the vocabulary", ["unknown_token_id", "below"], bert[:-1] + [(bert[-1][0], 4, number("I", len(pieces)))])
    return cases


class Table:
    """Five entries of four numbers."""

    def __init__(self):
        self.fields = [0x454D4244, 1, 5, 4, 1]
        self.hashes = [3, 1 << 20, 1 << 40, 1 << 60, far + 5]
        self.rows = [float(place) for place in range(20)]
        self.frequencies = [10, 20, 30, 40, 50]
        self.behind = b""

    def bytes(self):
        content = b"".join(number("I", field) for field in self.fields)
        content += b"".join(number("Q", value) for value in self.hashes)
        content += b"".join(number("f", value) for value in self.rows)
        return content + b"".join(number("I", value) for value in self.frequencies) + self.behind


def aligned_table():
    """A table with a trailer: four weights of n-grams, and a map from rows of two numbers. Its hashes are zeros."""
    width, dimension, grams = 2, 4, 4
    tail = number("f", 1.0) * grams + number("f", 0.5) * width + number("H", 0x3F80) * (width * dimension)
    tail += number("f", 0.25) * dimension + bytes(8)
    head = number("I", 0x454D4258) + number("I", 1) + number("Q", 96 + len(tail)) + number("Q", 1000) + number("f", 0.001)
    head += number("I", 8) + bytes(16) + number("I", width) + number("f", 1.5) + number("I", grams) + number("I", 2) + bytes(32)
    table = Table()
    table.behind = head + tail
    return table.bytes()


def hostile_tables():
    cases = []

    def add(name, words, edit):
        table = Table()
        edit(table)
        cases.append((name, table.bytes(), words))

    def field(place, value):
        return lambda table: table.fields.__setitem__(place, value)

    add("another magic", ["magic at byte 0"], field(0, 0x44424D45))
    for value in (0, 2, 2**32 - 1):
        add(f"version {value}", ["version at byte 4"], field(1, value))
        add(f"hash {value}", ["hash algorithm at byte 16"], field(4, value))
    for value in (0, 6, 1 << 31, 2**32 - 1):
        add(f"{value} entries", ["entry count at byte 8", str(value)], field(2, value))
    for value in (0, 65_537, 1 << 31, 2**32 - 1):
        add(f"dimension {value}", ["dimension at byte 12", str(value)], field(3, value))
    add("hashes in disorder", ["hash 1 at byte 28"], lambda table: table.hashes.reverse())
    add("a hash twice", ["hash 3"], lambda table: table.hashes.__setitem__(3, 1 << 40))
    for value in (float("nan"), float("inf")):
        add(f"a number {value}", ["row 1, column 2", "a finite number"], lambda table: table.rows.__setitem__(6, value))
    for count in (1, 4, 103):
        add(f"{count} bytes behind", ["trailer at byte 160"], lambda table: setattr(table, "behind", bytes(count)))
    add("a trailer of zeros", ["trailer magic"], lambda table: setattr(table, "behind", bytes(200)))
    return cases
