"""What a register and the LAN server say to each other, and how it is written down.

    POST /mirror/v1/hello    Hello    → Welcome     "where are you?", and what each lacks
    POST /mirror/v1/up       a batch  → Mark        entries of one origin, contiguous
    POST /mirror/v1/down     Wanting  → a batch     entries of other origins; waits for them if there are none
    POST /mirror/v1/at       Asking   → Hashes      where two histories of one origin part
    POST /mirror/v1/apart    a batch  → Mark        entries that the server cannot take in: into quarantine
    POST /mirror/v1/software         nothing   → Shelf       the bundles of software that lie at the server
    POST /mirror/v1/software/piece   Wanted    → bytes       of one of them, `PIECE_BYTES` or what is left, as they are

A batch is entries as lines of JSON (`book.to_line`), compressed with gzip. Everything else is JSON. Hashes are hex. A
device is known by its certificate; nothing in a message says who it is.

The rules (DESIGN §1 rule 9): the server takes only what follows its own mark, and answers with that mark: seq *and*
hash. A register moves its own only if its entry at that seq has that hash. What was lost on the way is asked for by the
next hello. Sending anything twice changes nothing.
"""

import gzip
import zlib
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from appliance.journal.entry import Entry
from appliance.journal.lines import NotAJournal, from_line, to_line
from appliance.problems import Refusal

BATCH_ENTRIES: Final = 500
BATCH_BYTES: Final = 1 << 20
"""A batch ends after so many entries, or after the entry that exceeds so many bytes of JSON."""

MOST_BYTES: Final = 32 << 20
"""More than this, unpacked, is no batch: the largest entry is an import of some hundred products."""

PIECE_BYTES: Final = 1_000_000
"""A bundle of software is handed over in pieces of so many bytes, so that nothing else waits for long."""

_PACKING: Final = 5
_CHUNK: Final = 1 << 16


class BatchTooLarge(Refusal):
    """A batch unpacks to more than `most` bytes."""

    code = "batch_too_large"


class Mark(msgspec.Struct, frozen=True, forbid_unknown_fields=False):
    """How far an origin is held: the last `seq` and its hash; `sealed` is the server's signature over both (hex).

    `trouble` is empty, or says why no more was taken: `gap` (send from `seq` + 1), `forked` (another entry is held at
    `fork_seq`), `closed` (nothing is taken after `seq`) or `not_yours`.
    """

    origin: str
    seq: int
    head: str
    sealed: str = ""
    trouble: str = ""
    fork_seq: int = 0


class Range(msgspec.Struct, frozen=True):
    """Entries of an origin, from the first to the last `seq`."""

    origin: str
    first: int
    last: int


class Hello(msgspec.Struct, frozen=True):
    """Who a device is and how far it holds every origin: `{origin: (seq, head)}`.

    `peppers` are the fingerprints of the keys that it can check PINs with.
    """

    origin: str
    program: str
    marks: dict[str, tuple[int, str]]
    peppers: tuple[str, ...] = ()


class Welcome(msgspec.Struct, frozen=True):
    """How far the server holds every origin, what it lacks and the device has (`wanted`), and which are closed.

    `closed` maps an origin to its last `seq`. `server` is the server's own origin, `shop` the name of the shop, and
    `peppers` are the fingerprints of the server's keys for PINs.
    """

    server: str
    shop: str
    program: str
    marks: dict[str, tuple[int, str]]
    wanted: tuple[Range, ...] = ()
    closed: dict[str, int] = {}
    peppers: tuple[str, ...] = ()
    now_ms: int = 0


class Wanting(msgspec.Struct, frozen=True):
    """How far a device holds every origin: it asks for what comes after, `most` entries or a whole batch (0).

    Waits for news for `wait_ms` at most.
    """

    have: dict[str, int]
    wait_ms: int = 0
    most: int = 0


class Asking(msgspec.Struct, frozen=True):
    """Which hashes are asked for: `seqs` of one origin."""

    origin: str
    seqs: tuple[int, ...]


class Hashes(msgspec.Struct, frozen=True):
    """The hashes asked for, in that order; empty where no entry is held."""

    origin: str
    hashes: tuple[str, ...]


class Offered(msgspec.Struct, frozen=True):
    """A bundle of software at the server: its file's name, what that says, its bytes, and their SHA-256 (hex)."""

    file: str
    version: str
    target: str
    size: int
    sha256: str


class Shelf(msgspec.Struct, frozen=True):
    """The bundles that lie at the server. One that was just put there may not be among them yet."""

    bundles: tuple[Offered, ...] = ()


class Wanted(msgspec.Struct, frozen=True):
    """A piece of a bundle, from the byte `offset` on. It is no other bundle's, whose SHA-256 would be another one."""

    file: str
    sha256: str
    offset: int


def pack(entries: Iterable[Entry]) -> bytes:
    """A batch as it crosses the network."""
    text = "".join(to_line(entry) + "\n" for entry in entries)
    return gzip.compress(text.encode(), _PACKING, mtime=0)


def unpack(packed: bytes) -> tuple[Entry, ...]:
    """The entries of a batch. Raises `NotAJournal` for anything else, `BatchTooLarge`."""
    text = _unzipped(packed).removesuffix("\n")
    # Counted first: a few bytes of gzip can be millions of empty lines.
    if text.count("\n") >= BATCH_ENTRIES:
        raise NotAJournal(
            line=BATCH_ENTRIES + 1, why=f"a batch has {BATCH_ENTRIES} entries at most"
        )
    lines = text.split("\n")
    return tuple(from_line(line, number) for number, line in enumerate(lines, 1) if line)


def cut(entries: Sequence[Entry]) -> Sequence[Entry]:
    """As many of these as belong into one batch; at least one."""
    size = 0
    for place, entry in enumerate(entries, 1):
        size += len(entry.body)
        if place == BATCH_ENTRIES or size >= BATCH_BYTES:
            return entries[:place]
    return entries


def sealing(mark: Mark) -> bytes:
    """The bytes that the server signs (Ed25519) when it answers with a mark."""
    return f"open-pos mark {mark.origin} {mark.seq} {mark.head}".encode()


def _unzipped(packed: bytes) -> str:
    found = bytearray()
    unzip = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        rest = packed
        while rest and not unzip.eof:
            found += unzip.decompress(rest, _CHUNK)
            rest = unzip.unconsumed_tail
            if len(found) > MOST_BYTES:
                raise BatchTooLarge(most=MOST_BYTES)
        if not unzip.eof or unzip.unused_data:
            raise NotAJournal(line=0, why="the batch is cut off, or not gzip")
        return found.decode()
    except (zlib.error, UnicodeDecodeError) as why:
        raise NotAJournal(line=0, why=str(why)) from why


__all__ = [
    "BATCH_BYTES",
    "BATCH_ENTRIES",
    "MOST_BYTES",
    "PIECE_BYTES",
    "Asking",
    "BatchTooLarge",
    "Hashes",
    "Hello",
    "Mark",
    "Offered",
    "Range",
    "Shelf",
    "Wanted",
    "Wanting",
    "Welcome",
    "cut",
    "pack",
    "sealing",
    "unpack",
]
