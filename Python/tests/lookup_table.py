"""Writes lookup tables as Docs/Lookup.md describes them, for tests: a second program that knows the format."""
import struct
from pathlib import Path

_PRIMES = (0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0x85EBCA77C2B2AE63, 0x27D4EB2F165667C5)
_MASK = (1 << 64) - 1


def _turned(value, bits):
    return (value << bits | value >> 64 - bits) & _MASK


def _round(sum_, lane):
    return _turned((sum_ + lane * _PRIMES[1]) & _MASK, 31) * _PRIMES[0] & _MASK


def xxh64(data, seed=0):
    """XXH64, as https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md has it."""
    one, two, three, four, five = _PRIMES
    at = 0
    if len(data) >= 32:
        sums = [(seed + one + two) & _MASK, (seed + two) & _MASK, seed, (seed - one) & _MASK]
        while at + 32 <= len(data):
            sums = [_round(*pair) for pair in zip(sums, struct.unpack_from("<4Q", data, at))]
            at += 32
        hash_ = sum(_turned(value, bits) for value, bits in zip(sums, (1, 7, 12, 18))) & _MASK
        for value in sums:
            hash_ = ((hash_ ^ _round(0, value)) * one + four) & _MASK
    else:
        hash_ = (seed + five) & _MASK
    hash_ = (hash_ + len(data)) & _MASK
    while at + 8 <= len(data):
        hash_ ^= _round(0, struct.unpack_from("<Q", data, at)[0])
        hash_ = (_turned(hash_, 27) * one + four) & _MASK
        at += 8
    if at + 4 <= len(data):
        hash_ ^= struct.unpack_from("<I", data, at)[0] * one & _MASK
        hash_ = (_turned(hash_, 23) * two + three) & _MASK
        at += 4
    for byte in data[at:]:
        hash_ = _turned(hash_ ^ byte * five & _MASK, 11) * one & _MASK
    for shift, prime in ((33, two), (29, three)):
        hash_ = (hash_ ^ hash_ >> shift) * prime & _MASK
    return hash_ ^ hash_ >> 32


def write_table(path, rows, content_hash):
    """Writes a table of mapped rows, all of weight 1.

    Args:
        rows: for each piece, as a vocabulary has it, the numbers of its row; all of one length.
        content_hash: the hexadecimal digits of the hash of the engine's model.
    """
    entries = sorted((xxh64(piece.encode()), row) for piece, row in rows.items())
    dimension = len(entries[0][1])
    header = struct.pack("<5I", 0x454D4244, 1, len(entries), dimension, 1)
    body = b"".join(struct.pack("<Q", hash_) for hash_, _ in entries)
    body += b"".join(struct.pack(f"<{dimension}f", *row) for _, row in entries)
    body += bytes(4 * len(entries))
    chained = xxh64(header)
    for start in range(0, len(body), 65_536):
        chained = xxh64(body[start:start + 65_536], chained)
    longest = max(len(piece.encode()) for piece in rows)
    # A map of models with one number a row, to nothing: no row is ever mapped by it.
    map_ = struct.pack("<f", 0) + bytes(2 * dimension) + bytes(4 * dimension)
    trailer = struct.pack(
        "<IIQQfIQQIfII", 0x454D4258, 1, 96 + len(map_) + 8, 1_000, 0.001, longest, chained, 0, 1, 1.0, 0, 2)
    trailer += bytes.fromhex(content_hash) + map_
    Path(path).write_bytes(header + body + trailer + struct.pack("<Q", xxh64(trailer)))
    return path
