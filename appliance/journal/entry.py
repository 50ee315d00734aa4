"""One entry of the journal, its canonical bytes and its hash.

    hash = SHA-256(prev_hash ‖ canonical bytes)

The canonical bytes are the JSON array `[origin, seq, at_ms, clock_ok, lamport, boot, boot_ns, actor, kind, version,
body]` in UTF-8 without blanks, the body being a JSON object with its keys sorted at every level and no floats.
Anyone can check a chain with a JSON library and SHA-256.
"""

import hashlib
import re
from typing import Final, NamedTuple

import msgspec

ORIGIN_LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O, U, so that an origin can be read aloud and typed."""

GENESIS: Final = bytes(32)
"""The `prev_hash` of an origin's first entry."""

_ID: Final = re.compile(rf"([{ORIGIN_LETTERS}]{{4}})-([1-9][0-9]*)(?:\.(0|[1-9][0-9]*))?")
_ENCODER: Final = msgspec.json.Encoder(order="sorted")
_CLOCK_OK: Final = 3
_MOST_SEQ: Final = 1 << 31
_MOST_PART: Final = 1 << 12


class Entry(NamedTuple):
    """One entry. `body` is canonical JSON text; times as in `appliance.clock.Moment`."""

    origin: str
    seq: int
    at_ms: int
    clock_ok: bool
    lamport: int
    boot: str
    boot_ns: int
    actor: str
    kind: str
    version: int
    body: str
    prev_hash: bytes
    hash: bytes

    @property
    def id(self) -> str:
        """The name of this entry and of the thing it made: `K7Q2-1041`."""
        return f"{self.origin}-{self.seq}"


def canonical_body(body: msgspec.Struct) -> str:
    """The canonical JSON text of an entry's body."""
    return _ENCODER.encode(body).decode()


def canonical_json(value: object) -> str:
    """Any JSON value in canonical form, as tables keep lists and mappings."""
    return _ENCODER.encode(value).decode()


def chain_hash(entry: Entry) -> bytes:
    """The hash that `entry` should have, from its own fields and its `prev_hash`."""
    *head, body, prev_hash, _ = entry
    head[_CLOCK_OK] = bool(entry.clock_ok)
    canonical = _ENCODER.encode((*head, msgspec.Raw(body.encode())))
    return hashlib.sha256(prev_hash + canonical).digest()


def seal(entry: Entry) -> Entry:
    """The entry with its hash filled in."""
    return Entry._make((*entry[:-1], chain_hash(entry)))


def part_id(entry_id: str, part: int) -> str:
    """The id of the thing number `part` (from 0) that a batch entry made: `K7Q2-1041.17`."""
    return f"{entry_id}.{part}"


def number_of(thing_id: str) -> int:
    """A thing's id as one 63-bit integer, the same on every device; keeps the order within an origin.

    Raises `ValueError` for text that is no id, and for a sequence above 2³¹ or a part above 4,095.
    """
    match = _ID.fullmatch(thing_id)
    if match is None:
        message = f"expected an id like K7Q2-1041 or K7Q2-1041.17, got {thing_id!r}"
        raise ValueError(message)
    origin, seq, part = match[1], int(match[2]), int(match[3] or 0)
    if seq >= _MOST_SEQ or part >= _MOST_PART:
        message = f"sequence or part too large in {thing_id!r}"
        raise ValueError(message)
    number = 0
    for letter in origin:
        number = number * 32 + ORIGIN_LETTERS.index(letter)
    return (number * _MOST_SEQ + seq) * _MOST_PART + part
