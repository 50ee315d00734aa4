"""An entry as a line of JSON: how journals are exported, mirrored and put apart."""

import re
from collections.abc import Callable
from typing import Annotated, Final

import msgspec

from appliance.journal.entry import ORIGIN_LETTERS, Entry
from appliance.problems import Refusal


class NotAJournal(Refusal):
    """A line of an import file is not a journal entry."""

    code = "not_a_journal"


MOST_DEEP: Final = 64
"""A body nested deeper is none of ours: a program runs out of stack on it, each at another depth."""

_TEXTS: Final = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"')
_NO_BRACKETS: Final = bytes(set(range(256)) - set(b"[]{}"))
_Origin = Annotated[str, msgspec.Meta(pattern=rf"\A[{ORIGIN_LETTERS}]{{4}}\Z")]
_Seq = Annotated[int, msgspec.Meta(ge=1, lt=1 << 31)]
_Whole = Annotated[int, msgspec.Meta(ge=-(1 << 62), lt=1 << 62)]
_Lamport = Annotated[int, msgspec.Meta(ge=1, lt=1 << 53)]
"""Whoever takes in an entry counts on from its Lamport time: at the end of the numbers nobody could record any more."""


class _Line(msgspec.Struct, forbid_unknown_fields=True):
    """An entry as a line of JSON; the body is carried as it is, byte for byte."""

    origin: _Origin
    seq: _Seq
    at_ms: _Whole
    clock_ok: bool
    lamport: _Lamport
    boot: str
    boot_ns: _Whole
    actor: str
    kind: str
    version: _Seq
    body: msgspec.Raw
    prev_hash: str
    hash: str


_LINES: Final = msgspec.json.Decoder(_Line)
_TO_LINE: Final[Callable[[object], bytes]] = msgspec.json.Encoder().encode


def to_line(entry: Entry) -> str:
    """One entry as a line of JSON."""
    fields = entry._asdict() | {
        "clock_ok": bool(entry.clock_ok),
        "body": msgspec.Raw(entry.body.encode()),
        "prev_hash": entry.prev_hash.hex(),
        "hash": entry.hash.hex(),
    }
    return _TO_LINE(fields).decode()


def from_line(line: str, number: int) -> Entry:
    """The entry of a line of JSON. Raises `NotAJournal` naming the line's `number`."""
    try:
        read = _LINES.decode(line)
        if _is_too_deep(bytes(read.body)):
            raise NotAJournal(line=number, why=f"the body is nested deeper than {MOST_DEEP}")
        return Entry(
            origin=read.origin,
            seq=read.seq,
            at_ms=read.at_ms,
            clock_ok=read.clock_ok,
            lamport=read.lamport,
            boot=read.boot,
            boot_ns=read.boot_ns,
            actor=read.actor,
            kind=read.kind,
            version=read.version,
            body=bytes(read.body).decode(),
            prev_hash=bytes.fromhex(read.prev_hash),
            hash=bytes.fromhex(read.hash),
        )
    except (msgspec.DecodeError, ValueError, RecursionError) as why:
        raise NotAJournal(line=number, why=str(why)) from why


def _is_too_deep(body: bytes) -> bool:
    if body.count(b"[") + body.count(b"{") <= MOST_DEEP:
        return False
    brackets = _TEXTS.sub(b"", body).translate(None, _NO_BRACKETS)
    # Each turn takes away the innermost ones.
    for _level in range(MOST_DEEP):
        brackets = brackets.replace(b"[]", b"").replace(b"{}", b"")
    return bool(brackets)


__all__ = ["NotAJournal", "from_line", "to_line"]
