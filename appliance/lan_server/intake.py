"""What the server takes in of the registers, and what it gives them: the rules, without a network.

The server takes only what follows its own mark of an origin, and answers with that mark. What it cannot take it keeps
apart, in quarantine, and notes as an entry (`ForkFound`): a wrong entry blocks nothing and is never dropped.

A device may send what its own line of origins recorded. What others recorded it may hand on only where they cannot do
it themselves: origins that were closed (up to the entry at which they were), those whose device was restored from a
backup and goes on in another one, and those of this server, which was then restored itself.
"""

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from appliance.journal.book import JournalDamaged, UnknownKind, typed
from appliance.journal.entry import GENESIS, Entry, chain_hash
from appliance.journal.lines import NotAJournal, to_line
from appliance.journal.mirror_kinds import ForkFound, OriginBegun
from appliance.journal.trust_kinds import OriginKnown
from appliance.journal.wire import (
    BATCH_ENTRIES,
    Asking,
    Hashes,
    Hello,
    Mark,
    Range,
    Wanting,
    Welcome,
    cut,
)
from appliance.services import mirroring, origins, shop
from appliance.services.desk import Desk
from appliance.store import fork, schema, shelf
from appliance.store.database import Database
from appliance.store.statements import Statement, insert, slot
from appliance.store.tables import Entry as EntryRow
from appliance.store.tables import FoundFork, Quarantined

log = logging.getLogger(__name__)

MOST_ASKED: Final = 64
"""How many hashes are given at once."""

MOST_OF_A_LINE: Final = 64
"""So many origins that go on from one device are taken in: it began anew that often. Also of the server's own."""

FORKED: Final = "forked"
CLOSED: Final = "closed"
NOT_YOURS: Final = "not_yours"
GAP: Final = "gap"

_ADD_ENTRY: Final = insert(EntryRow)
_ADD_APART: Final = insert(Quarantined)
_IS_APART: Final = Statement(
    lambda: Quarantined.select(Quarantined.seq).where(
        (Quarantined.origin == slot()) & (Quarantined.seq == slot()) & (Quarantined.hash == slot())
    )
)
_IS_NOTED: Final = Statement(
    lambda: FoundFork.select(FoundFork.id).where(
        (FoundFork.device == slot()) & (FoundFork.seq == slot()) & (FoundFork.came == slot())
    )
)
_COUNTS: Final = """
    SELECT origin, count(*), max(seq) FROM entry GROUP BY origin ORDER BY origin
"""
_HOLES: Final = """
    SELECT e.seq, (SELECT min(f.seq) FROM entry AS f WHERE f.origin = e.origin AND f.seq > e.seq)
    FROM entry AS e WHERE e.origin = ? AND e.seq < ?
    AND NOT EXISTS (SELECT 1 FROM entry AS f WHERE f.origin = e.origin AND f.seq = e.seq + 1)
    ORDER BY e.seq
"""
_FIRST: Final = "SELECT min(seq) FROM entry WHERE origin = ?"


def hello(
    desk: Desk,
    sender: str,
    said: Hello,
    now_ms: int,
    program: str,
    missing: Sequence[Range] = (),
) -> Welcome:
    """How far everything is held here, and what of it the device shall send.

    `sender` is the origin that the device was paired with, `missing` what an `audit` found. A device that holds more of
    this server's own origin than the server itself says that the server was restored: it goes on in a new origin. Once
    while the program runs: nobody can hold more of the origin that was begun then, so who says so again is wrong.
    """
    theirs = said.marks.get(desk.origin, (0, ""))[0]
    if theirs > desk.book.head(desk.origin)[0]:
        if desk.book.has_begun_anew:
            log.warning("%s says it holds %d entries of %s", sender, theirs, desk.origin)
        else:
            desk.book.begin_anew("restored")
    ends = mirroring.closed(desk.db)
    held = desk.book.heads
    known = _known_origins(desk, sender)
    wanted = [
        Range(origin, held.get(origin, (0, b""))[0] + 1, min(seq, ends.get(origin, seq)))
        for origin, (seq, _head) in said.marks.items()
        # Whose a new origin is nobody can tell yet; what it begins with must say so.
        if origin in known or origin not in held or _brings(desk, sender, origin)
    ]
    holes = [one for one in missing if one.last <= said.marks.get(one.origin, (0, ""))[0]]
    return Welcome(
        server=desk.origin,
        shop=shop.read(desk.db).name,
        program=program,
        marks={origin: (seq, head.hex()) for origin, (seq, head) in held.items()},
        wanted=(*(one for one in wanted if one.first <= one.last), *holes),
        closed=dict(ends),
        now_ms=now_ms,
    )


def take(desk: Desk, sender: str, entries: Sequence[Entry], now_ms: int) -> Mark:
    """Take in entries of one origin, in their order, and answer how far it is held now.

    Raises `NotAJournal` for a batch that is none, `JournalDamaged` for an entry that does not fit its own hash.
    """
    origin = _origin_of(entries)
    if not _may_send(desk, sender, entries[0]):
        return _mark(desk, origin, NOT_YOURS)
    end = mirroring.closed(desk.db).get(origin)
    fresh: list[Entry] = []
    seq, head = desk.book.head(origin)
    for place, entry in enumerate(entries):
        if end is not None and entry.seq > end:
            desk.book.receive(fresh)
            return _keep_apart(desk, sender, entries[place:], now_ms, CLOSED)
        if entry.seq <= seq:
            held = shelf.hash_at(desk.db, origin, entry.seq)
            if held is None:
                _fill(desk, entry)
            elif held != entry.hash:
                return _keep_apart(desk, sender, entries[place:], now_ms, FORKED)
            continue
        if entry.seq > seq + 1:
            return _mark(desk, origin, GAP)
        if entry.prev_hash != head:
            return _keep_apart(desk, sender, entries[place:], now_ms, FORKED)
        fresh.append(entry)
        seq, head = entry.seq, entry.hash
    is_new = not desk.book.head(origin)[0]
    desk.book.receive(fresh)
    if is_new and fresh and origin in mirroring.line(desk.db, sender):
        _vouch(desk, sender, origin)
    return _mark(desk, origin)


def apart(desk: Desk, sender: str, entries: Sequence[Entry], now_ms: int) -> Mark:
    """Keep entries that the device had to put aside, since another history of their origin is held here.

    What this server itself recorded and lost (it went on from an old copy of its disk) is recorded again, in another
    origin. What is held here just so, or came before, is passed over. Raises as `take`.
    """
    origin = _origin_of(entries)
    lost = [
        entry
        for entry in entries
        if shelf.hash_at(desk.db, origin, entry.seq) != entry.hash
        and desk.db.row(_IS_APART, origin, entry.seq, entry.hash.hex()) is None
    ]
    if not lost:
        return _mark(desk, origin)
    mark = _keep_apart(desk, sender, lost, now_ms, FORKED)
    if origin in mirroring.own_branches(desk.db):
        for run in _runs(lost):
            _record_again(desk, run)
    return mark


def give(db: Database, wanting: Wanting) -> tuple[Entry, ...]:
    """Entries of one origin that a device lacks, as many as one batch has; none where it has them all.

    The origin of which it lacks the fewest comes first: edits of the back office before a year of sales.
    """
    lacking = sorted(
        (seq - wanting.have.get(origin, 0), origin)
        for origin, (seq, _head) in shelf.heads(db).items()
        if seq > wanting.have.get(origin, 0)
    )
    for _count, origin in lacking:
        after = wanting.have.get(origin, 0)
        most = min(wanting.most, BATCH_ENTRIES) if wanting.most > 0 else BATCH_ENTRIES
        found = shelf.span(db, origin, after, most)
        whole = [entry for place, entry in enumerate(found, 1) if entry.seq == after + place]
        if whole:
            return tuple(cut(whole))
    return ()


def hashes(db: Database, asking: Asking) -> Hashes:
    """The hashes of some entries, for finding where two histories part."""
    held = (shelf.hash_at(db, asking.origin, seq) for seq in asking.seqs[:MOST_ASKED])
    return Hashes(asking.origin, tuple((one or b"").hex() for one in held))


def audit(db: Database) -> tuple[Range, ...]:
    """What is missing among the entries that should be here: count = highest seq, for each origin.

    Reads the index of the whole journal; a database cluster that was recovered wrongly can lack some.
    """
    missing = []
    for origin, count, highest in db.sql(_COUNTS):
        if count == highest:
            continue
        first = db.sql(_FIRST, (origin,))[0][0]
        if first > 1:
            missing.append(Range(origin, 1, first - 1))
        missing += [
            Range(origin, before + 1, after - 1)
            for before, after in db.sql(_HOLES, (origin, highest))
        ]
    return tuple(missing)


# --------------------------------------------------------------------------- who may send what


def _known_origins(desk: Desk, sender: str) -> frozenset[str]:
    """The origins of which the device may send entries: its own, and those that cannot do it themselves."""
    return frozenset().union(
        mirroring.line(desk.db, sender),
        mirroring.closed(desk.db),
        mirroring.left_behind(desk.db),
        mirroring.own_branches(desk.db) - {desk.origin},
        mirroring.servers_before(desk.db),
    )


def _may_send(desk: Desk, sender: str, first: Entry) -> bool:
    """Whether the device may send entries of an origin, beginning with this one."""
    if first.origin in _known_origins(desk, sender) or _brings(desk, sender, first.origin):
        return True
    return not desk.book.head(first.origin)[0] and _goes_on(desk, sender, first)


def _brings(desk: Desk, sender: str, origin: str) -> bool:
    """Whether the device hands over what the shop recorded before there was this server.

    Not what another device that is paired here recorded: that one does so itself. And not origins without end.
    """
    if not mirroring.brings(desk.db, sender) or origin in mirroring.own_branches(desk.db):
        return False
    if not desk.book.head(origin)[0] and len(desk.book.heads) >= MOST_OF_A_LINE:
        return False
    return not any(
        origin in mirroring.line(desk.db, one.device) for one in mirroring.paired(desk.db)
    )


def _goes_on(desk: Desk, sender: str, first: Entry) -> bool:
    """Whether an origin that begins so is of the sender's line, or this server's: one that it lost with its disk."""
    if first.seq != 1 or first.kind != OriginBegun.kind or chain_hash(first) != first.hash:
        return False
    try:
        begun = typed(first)
    except (UnknownKind, ValueError):
        return False
    lines = (mirroring.line(desk.db, sender), mirroring.own_branches(desk.db))
    return isinstance(begun, OriginBegun) and any(
        begun.was in line and len(line) < MOST_OF_A_LINE for line in lines
    )


def _vouch(desk: Desk, sender: str, origin: str) -> None:
    """A device of the shop began a new origin: the server says so to all."""
    known = origins.known(desk.db)
    if origin not in known and sender in known:
        device = known[sender]
        desk.book.record("", OriginKnown(device=origin, place=device.place, name=device.name))


# --------------------------------------------------------------------------- parts


def _origin_of(entries: Sequence[Entry]) -> str:
    """The one origin of a batch, whose entries follow each other and fit their hashes."""
    if not entries:
        raise NotAJournal(line=0, why="the batch is empty")
    first = entries[0]
    for place, entry in enumerate(entries):
        if entry.origin != first.origin or entry.seq != first.seq + place:
            raise NotAJournal(line=place + 1, why="a batch is of one origin and has no gaps")
        if chain_hash(entry) != entry.hash:
            raise JournalDamaged(entry=entry.id)
        if place and entry.prev_hash != entries[place - 1].hash:
            raise JournalDamaged(entry=entry.id)
    return first.origin


def _mark(desk: Desk, origin: str, trouble: str = "", fork_seq: int = 0) -> Mark:
    seq, head = desk.book.head(origin)
    return Mark(origin, seq, head.hex(), trouble=trouble, fork_seq=fork_seq)


def _keep_apart(
    desk: Desk, sender: str, entries: Iterable[Entry], now_ms: int, why: str
) -> Mark:  # fmt: skip
    first: Entry | None = None
    for entry in entries:
        first = first or entry
        came = entry.hash.hex()
        if desk.db.row(_IS_APART, entry.origin, entry.seq, came) is None:
            desk.db.run(
                _ADD_APART, entry.origin, entry.seq, came, sender, why, to_line(entry), now_ms
            )
    assert first is not None, "nothing to keep apart"
    came = first.hash.hex()
    if desk.db.row(_IS_NOTED, first.origin, first.seq, came) is None:
        held = shelf.hash_at(desk.db, first.origin, first.seq) or b""
        desk.book.record(
            "", ForkFound(first.origin, first.seq, held.hex(), came, sender, why)
        )  # fmt: skip
    return _mark(desk, first.origin, why, first.seq)


def _runs(entries: Sequence[Entry]) -> Iterator[Sequence[Entry]]:
    """The entries in parts that follow each other without a gap."""
    begin = 0
    for place in range(1, len(entries) + 1):
        if place == len(entries) or entries[place].seq != entries[place - 1].seq + 1:
            yield entries[begin:place]
            begin = place


def _record_again(desk: Desk, lost: Sequence[Entry]) -> None:
    """Own entries that only others still held, in an origin that follows from them: however often, they are there once.

    Ids of what they made are other ids then. What does not follow an entry that is held stays in quarantine only, as
    does all after `MOST_OF_A_LINE` such origins.
    """
    first = lost[0]
    before = shelf.span(desk.db, first.origin, first.seq - 2, 1) if first.seq > 1 else []
    if first.seq > 1 and (not before or before[0].seq != first.seq - 1):
        return
    if len(mirroring.own_branches(desk.db)) >= MOST_OF_A_LINE:
        return
    made = fork.alike(_Held(desk), first.origin, before[0] if before else None, lost)
    fresh = [one for one in made if shelf.hash_at(desk.db, one.origin, one.seq) != one.hash]
    if not fresh:
        return
    desk.book.receive(fresh)
    if made[0].origin not in origins.known(desk.db):
        name = shop.read(desk.db).name
        desk.book.record("", OriginKnown(device=made[0].origin, place="web", name=name))


@dataclass(frozen=True, slots=True)
class _Held:
    desk: Desk

    def heads(self) -> dict[str, tuple[int, bytes]]:
        return self.desk.book.heads

    def hash_at(self, origin: str, seq: int) -> bytes | None:
        return shelf.hash_at(self.desk.db, origin, seq)


def _fill(desk: Desk, entry: Entry) -> None:
    """An entry that was lost from within: taken only if it links its neighbours. The tables are made anew later."""
    before = shelf.hash_at(desk.db, entry.origin, entry.seq - 1) if entry.seq > 1 else GENESIS
    after = shelf.span(desk.db, entry.origin, entry.seq, 1)
    links = before == entry.prev_hash and (
        not after or after[0].seq > entry.seq + 1 or after[0].prev_hash == entry.hash
    )
    if not links:
        raise JournalDamaged(entry=entry.id)
    desk.db.run(_ADD_ENTRY, *entry)
    schema.apply_or_set_aside(desk.db, [entry])
    schema.ask_for_rebuild(desk.db)
