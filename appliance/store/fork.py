"""Two histories under one name: this store's own entries after a point are recorded again under a new origin.

It happens when a device goes on from an older state (a card was copied, a backup was put in by hand) and the shop holds
other entries under the same numbers. What the shop lacks must not be lost, and what it has must not be doubled. So the
entries after the last common one leave the journal for the quarantine, where everything can be seen for ever, and are
recorded again, in the same order and as of the same times, by the origin that this store has from now on. Ids of things
that they made are other ids then, wherever these entries name them.

All of it is one transaction, and the tables are folded anew in it.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from typing import Any, Final, Protocol

import msgspec

from appliance.clock import Clock, Moment
from appliance.journal.book import Book
from appliance.journal.entry import (
    GENESIS,
    ORIGIN_LETTERS,
    Entry,
    canonical_body,
    canonical_json,
    seal,
)
from appliance.journal.lines import to_line
from appliance.journal.mirror_kinds import OriginBegun
from appliance.store import anew, held, schema
from appliance.store.anew import Shelf
from appliance.store.database import Database
from appliance.store.schema import Progress
from appliance.store.statements import Statement, insert, slot
from appliance.store.tables import Entry as EntryRow
from appliance.store.tables import Quarantined

AT_ONCE: Final = 500
_SALTS: Final = 64
_SET_APART: Final = insert(Quarantined)
_ADD: Final = insert(EntryRow)
_TAKE_OUT: Final = Statement(
    lambda: EntryRow.delete().where((EntryRow.origin == slot()) & (EntryRow.seq > slot()))
)
_HELD: Final = Statement(
    lambda: Quarantined.select(Quarantined.seq, Quarantined.hash).where(
        Quarantined.origin == slot()
    )
)


def set_apart_as_asked(shelf: Shelf, clock: Clock, progress: Progress) -> str | None:
    """Do what `anew.request_apart` asked for, in the caller's transaction; the new origin, if it was this store's own.

    A request about entries that are not here is done by doing nothing.
    """
    own = schema.meta(shelf.db, "origin") or ""
    asked = anew.requested(shelf.db)
    for origin, after_seq in asked.items():
        if origin != own:
            set_apart(shelf, clock, origin, after_seq, progress)
    began = fork_off(shelf, clock, asked[own], progress) if own in asked else None
    if asked:
        anew.drop_requests(shelf.db)
    return began


def set_apart(shelf: Shelf, clock: Clock, origin: str, after_seq: int, progress: Progress) -> int:
    """Another device's entries after `after_seq` go into quarantine; how many there were."""
    with shelf.transaction():
        moved = _quarantine(shelf.db, clock, origin, after_seq)
        if moved:
            shelf.rebuild(progress)
    return moved


def fork_off(
    shelf: Shelf, clock: Clock, after_seq: int, progress: Progress, *, origin: str = ""
) -> str:
    """Record this store's own entries after `after_seq` again, under a new origin; answers it.

    Entry `n` of the new origin is what entry `after_seq + n - 1` of the old one was. Whichever copy of a disk does it,
    and however often, the same entries become the same ones again, and are sold once: what is here already in such an
    origin is passed over, and the new one goes on where that one and this store part. `origin` gives it a name of the
    caller's, and passes nothing over. Blocks for a rebuild.
    """
    db = shelf.db
    was = own = schema.meta(db, "origin") or ""
    with shelf.transaction():
        after_seq = min(max(0, after_seq), shelf.heads().get(own, (0, GENESIS))[0])
        before = next(_tail(db, own, after_seq - 1), None) if after_seq else None
        tail = list(_tail(db, own, after_seq))
        made: list[Entry] = []
        while tail and not origin:
            made = alike(shelf, was, before, tail)
            known = _known(shelf, made)
            if not known:
                break
            was, before, tail, made = made[0].origin, made[known - 1], made[known:], []
        if not made:
            name = origin or anew.fresh_origin(db)
            made = _chain(name, was, before, tail, clock.now(), len(tail))
        origin = anew.take_origin(db, own, was, made[0].origin)
        for place in range(0, len(made), AT_ONCE):
            db.run_many(_ADD, made[place : place + AT_ONCE])
        _quarantine(db, clock, own, after_seq)
        shelf.rebuild(progress)
        anew.take_over_ticket(db, Book(shelf, clock, origin), own)
    return origin


class Held(Protocol):
    """What is held of the journal."""

    def heads(self) -> dict[str, tuple[int, bytes]]:
        """The last `seq` and hash of each origin."""
        ...

    def hash_at(self, origin: str, seq: int) -> bytes | None:
        """The hash of one entry, None where it is not held."""
        ...


def alike(shelf: Held, was: str, before: Entry | None, tail: Sequence[Entry]) -> list[Entry]:
    """The new origin, of which name, times and so all hashes follow from the entries that are recorded again.

    `tail` are entries of `was` that follow each other, `before` the one before them. Empty where no name is free.
    """
    first = tail[0]
    moment = Moment(first.at_ms, bool(first.clock_ok), first.boot, first.boot_ns)
    heads = shelf.heads()
    for salt in range(_SALTS):
        origin = _named_after(first, salt)
        made = _chain(origin, was, before, tail, moment, 0)
        if origin not in heads or shelf.hash_at(origin, 1) == made[0].hash:
            return made
    return []


def _known(shelf: Shelf, made: list[Entry]) -> int:
    """How many of these entries, from the first on, are here already."""
    return next(
        (n for n, one in enumerate(made) if shelf.hash_at(one.origin, one.seq) != one.hash),
        len(made),
    )


def _named_after(entry: Entry, salt: int) -> str:
    """Four letters that follow from an entry; a `salt` gives others, should a device have these."""
    number = int.from_bytes(hashlib.sha256(bytes([salt]) + entry.hash).digest())
    return "".join(ORIGIN_LETTERS[number >> 5 * place & 31] for place in range(4))


def _chain(
    origin: str, was: str, before: Entry | None, tail: Sequence[Entry], at: Moment, count: int
) -> list[Entry]:
    """The entries of `was` after `before`, as those of a new origin that begins there."""
    after_seq = 0 if before is None else before.seq
    made = [_begun(at, origin, before, was, after_seq, count)]
    for entry in tail:
        made.append(again(entry, origin, after_seq, made[-1].hash))
    return made


def _begun(
    moment: Moment, origin: str, before: Entry | None, was: str, seq: int, count: int
) -> Entry:
    """The first entry. Its Lamport time is that of the first one that follows, for those keep theirs."""
    body = OriginBegun(
        was=was,
        seq=seq,
        head=(GENESIS if before is None else before.hash).hex(),
        why="forked",
        again=count,
    )
    return seal(
        Entry(
            origin=origin,
            seq=1,
            at_ms=moment.at_ms,
            clock_ok=moment.ok,
            lamport=1 if before is None else before.lamport + 1,
            boot=moment.boot,
            boot_ns=moment.boot_ns,
            actor="",
            kind=body.kind,
            version=body.version,
            body=canonical_body(body),
            prev_hash=GENESIS,
            hash=b"",
        )
    )


def again(entry: Entry, origin: str, after_seq: int, prev_hash: bytes) -> Entry:
    """An entry as it stands in another origin, whose second entry was the one after `after_seq`."""
    names = _Names(entry.origin, origin, after_seq)
    return seal(
        entry._replace(
            origin=origin,
            seq=entry.seq - after_seq + 1,
            actor=names.new(entry.actor),
            body=names.in_body(entry.body),
            prev_hash=prev_hash,
            hash=b"",
        )
    )


class _Names:
    """The new ids of things that the moved entries made."""

    def __init__(self, was: str, origin: str, after_seq: int) -> None:
        self._id = re.compile(rf"{was}-([1-9][0-9]*)((?:\.[0-9]+)?)")
        self._mark = f'"{was}-'
        self._origin = origin
        self._after_seq = after_seq

    def new(self, text: str) -> str:
        """The text, or the new id if it is the id of something that was moved."""
        found = self._id.fullmatch(text)
        if found is None or int(found[1]) <= self._after_seq:
            return text
        return f"{self._origin}-{int(found[1]) - self._after_seq + 1}{found[2]}"

    def in_body(self, body: str) -> str:
        """A body with the new ids, in canonical form; byte for byte the same if it names nothing that was moved."""
        if self._mark not in body:
            return body
        return canonical_json(self._in(msgspec.json.decode(body)))

    def _in(self, value: Any) -> Any:  # noqa: ANN401 - any JSON
        match value:
            case str():
                return self.new(value)
            case list():
                return [self._in(one) for one in value]
            case dict():
                return {self.new(key): self._in(one) for key, one in value.items()}
        return value


def _quarantine(db: Database, clock: Clock, origin: str, after_seq: int) -> int:
    """Move the tail of an origin out of the journal. The triggers let go of what lies in the quarantine only."""
    at_ms = clock.now().at_ms
    held = {tuple(row) for row in db.rows(_HELD, origin)}
    moved = 0
    for entry in _tail(db, origin, after_seq):
        moved += 1
        if (entry.seq, entry.hash.hex()) not in held:
            db.run(
                _SET_APART, origin, entry.seq, entry.hash.hex(), "", "forked", to_line(entry), at_ms
            )
    db.run(_TAKE_OUT, origin, after_seq)
    return moved


def _tail(db: Database, origin: str, after_seq: int) -> Iterator[Entry]:
    """The entries of an origin after one of them."""
    return held.of_origin(db, origin, after_seq, AT_ONCE)
