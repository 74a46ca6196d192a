"""The shapes of what `explain` and `compare` return: those of `anneal explain --json` and `anneal compare --json`."""

from __future__ import annotations

from typing import TypedDict


class Token(TypedDict):
    """One token of the text and the bytes that it stands for; an unknown one adds nothing."""

    id: int
    piece: str
    start: int
    end: int
    unknown: bool


class _Instruction(TypedDict):
    token: int
    piece: str
    position: int
    opcode: str
    operand1: int
    operand2: int
    operand3: int
    gain: float
    assembly: str
    share: float


class Instruction(_Instruction, total=False):
    """One instruction of a program; `share` is its share of the vector and `constant` what a rule gave it."""

    constant: str


class Rewrite(TypedDict):
    """One step of the rewriting: what was done, and the instructions before and after.

    `kind` is "rule", or "gains" where gains were set: `rule` then says from what, `rule_id` is -1 and `score` 0.
    """

    number: int
    kind: str
    rule_id: int
    rule: str
    score: int
    committed: bool
    before: list[Instruction]
    after: list[Instruction]


class LookedUp(TypedDict):
    """A row of a lookup table that stands for bytes which the vocabulary does not know.

    `position` is the token's number in the text, `entry` the row's in the table; the table's rows have no token.
    """

    position: int
    start: int
    end: int
    entry: int
    norm: float
    share: float


class Side(TypedDict):
    """A text and everything between it and its vector.

    `unknown_tokens` of `tokens` add nothing, because the vocabulary does not know them; `unknown_byte_share` is the share
    of the text's bytes that they stand for, 0 to 1. A text of nothing else is `empty`.
    """

    text: str
    empty: bool
    windows: int
    unknown_tokens: int
    unknown_byte_share: float
    tokens: list[Token]
    naive: list[Instruction]
    steps: list[Rewrite]
    final: list[Instruction]
    looked_up: list[LookedUp]
    stop_reason: str
    norm: float


class Explanation(Side):
    """As `Side`, and the mode that it was rewritten in."""

    mode: str


class Pair(TypedDict):
    """What an instruction of the left text and one of the right add to the cosine; indices into their `final`."""

    left: int
    right: int
    part: float


class Comparison(TypedDict):
    """The cosine of two texts; the parts of all pairs sum to it."""

    mode: str
    cosine: float
    pairs: list[Pair]
    left: Side
    right: Side
