"""The registers of the shop as an owner looks at them: who they are, how far they came, and what is not in order.

Times are UTC milliseconds, 0 where there is none. Nothing here reads the journal from end to end.
"""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from appliance.journal.trust_kinds import OriginKnown
from appliance.services import mirroring, origins, pairing
from appliance.services.desk import Desk, at_once
from appliance.store import shelf
from appliance.store.database import Database
from appliance.store.statements import Statement, slot
from appliance.store.tables import (
    ClosedOrigin,
    Entry,
    OriginLine,
    PairedDevice,
    Quarantined,
    RevokedDevice,
    Unapplied,
)

MOST_SHOWN: Final = 100
"""So many entries that could not be applied are read at most; how many there are is counted apart."""

_AUTHORS: Final = Statement(
    lambda: PairedDevice.select(PairedDevice.id, PairedDevice.fingerprint, PairedDevice.author)
)
_REVOKED: Final = Statement(
    lambda: RevokedDevice.select(
        RevokedDevice.id, RevokedDevice.fingerprint, RevokedDevice.why, RevokedDevice.author
    ).order_by(RevokedDevice.at_ms.desc(), RevokedDevice.id)
)
_WRITTEN_AT: Final = Statement(
    lambda: Entry.select(Entry.at_ms).where((Entry.origin == slot()) & (Entry.seq == slot()))
)
_LINES: Final = Statement(
    lambda: OriginLine.select(
        OriginLine.device, OriginLine.was, OriginLine.seq, OriginLine.why, OriginLine.at_ms
    ).order_by(OriginLine.at_ms, OriginLine.id)
)
_CLOSED: Final = Statement(
    lambda: ClosedOrigin.select(
        ClosedOrigin.id,
        ClosedOrigin.device,
        ClosedOrigin.seq,
        ClosedOrigin.successor,
        ClosedOrigin.author,
        ClosedOrigin.at_ms,
    ).order_by(ClosedOrigin.at_ms, ClosedOrigin.id)
)
_APART: Final = Statement(
    lambda: Quarantined.select(
        Quarantined.origin,
        Quarantined.sender,
        Quarantined.why,
        Quarantined.seq,
        Quarantined.came_at_ms,
    ).order_by(Quarantined.origin, Quarantined.seq)
)
_UNAPPLIED: Final = Statement(
    lambda: (
        Unapplied.select(
            Unapplied.origin, Unapplied.seq, Unapplied.kind, Unapplied.cause, Unapplied.why
        )
        .order_by(Unapplied.origin, Unapplied.seq)
        .limit(slot())
    )
)
_HOW_MANY_UNAPPLIED: Final = "SELECT count(*) FROM unapplied"


class Register(NamedTuple):
    """A device with a certificate, as it is called and where it stands now.

    `device` is the origin that it was paired with and `origins` all that it wrote under, of which `entries` are held,
    the newest of `written_at_ms`. `by` is who (id) let it in, empty for the console. A device that is let in no more
    has `revoked_at_ms`, with `why` and `revoked_by`.
    """

    device: str
    name: str
    place: str
    origins: tuple[str, ...]
    entries: int
    written_at_ms: int
    fingerprint: str
    paired_at_ms: int
    by: str
    revoked_at_ms: int = 0
    revoked_by: str = ""
    why: str = ""


class Begun(NamedTuple):
    """`origin` goes on where `was` ended, at `seq`; `why` as in `mirror_kinds.OriginBegun`."""

    origin: str
    was: str
    seq: int
    why: str
    at_ms: int


class Closed(NamedTuple):
    """Of `origin` nothing after `seq` is taken in; `successor` took its place, `by` (id) said so."""

    origin: str
    seq: int
    successor: str
    by: str
    at_ms: int


class Apart(NamedTuple):
    """`how_many` entries of `origin`, `first` to `last`, that `sender` handed over and that lie in quarantine."""

    origin: str
    sender: str
    why: str
    how_many: int
    first: int
    last: int
    came_at_ms: int


class NotApplied(NamedTuple):
    """An entry that is held and counts for nothing yet, see `tables.Unapplied`."""

    origin: str
    seq: int
    kind: str
    cause: str
    why: str


class Troubles(NamedTuple):
    """What an owner should know of; empty where all is in order. `unapplied` are the first of `unapplied_count`.

    `for_nothing` maps the origin of a register to its entries (ids) on other devices that only a server may record.
    """

    forks: tuple[mirroring.Fork, ...]
    apart: tuple[Apart, ...]
    unapplied: tuple[NotApplied, ...]
    unapplied_count: int
    strangers: tuple[origins.Stranger, ...]
    for_nothing: Mapping[str, Sequence[str]] = {}


def all_of(db: Database) -> tuple[Register, ...]:
    """Every device that ever had a certificate, those that are let in first, then by name."""
    newest = {one.device: one for one in mirroring.paired(db)}
    known, heads = origins.known(db), shelf.heads(db)
    heard, devices = mirroring.voices(db), {one.fingerprint: one.device for one in newest.values()}
    authors = {
        fingerprint: author for word, fingerprint, author in db.rows(_AUTHORS) if heard.counts(word)
    }
    revoked = {
        fingerprint: (why, author)
        for word, fingerprint, why, author in db.rows(_REVOKED)
        if fingerprint in devices and heard.may_revoke(word, devices[fingerprint])
    }
    found = []
    for one in newest.values():
        line = tuple(sorted(mirroring.line(db, one.device)))
        held = [(origin, heads[origin][0]) for origin in line if origin in heads]
        named = known.get(one.device)
        why, revoked_by = revoked.get(one.fingerprint, ("", ""))
        found.append(
            Register(
                device=one.device,
                name=named.name if named and named.name else one.name,
                place=named.place if named and named.place else one.place,
                origins=line,
                entries=sum(seq for _, seq in held),
                written_at_ms=max((_written_at(db, *end) for end in held), default=0),
                fingerprint=one.fingerprint,
                paired_at_ms=one.paired_at_ms,
                by=authors.get(one.fingerprint, ""),
                revoked_at_ms=one.revoked_at_ms,
                revoked_by=revoked_by if one.revoked_at_ms else "",
                why=why if one.revoked_at_ms else "",
            )
        )
    return tuple(sorted(found, key=lambda it: (bool(it.revoked_at_ms), it.name.casefold())))


def find(db: Database, device: str) -> Register:
    """One device, let in or not. Raises `NoSuchDevice`."""
    for one in all_of(db):
        if one.device == device:
            return one
    raise pairing.NoSuchDevice(device=device)


@at_once
def rename(desk: Desk, device: str, name: str, place: str, actor: str) -> None:
    """The device is called so and stands there from now on, under every origin of its that is not closed.

    Raises `NoSuchDevice` for one that is not let in, `NoSuchPlace`.
    """
    if all(one.device != device for one in pairing.devices(desk.db)):
        raise pairing.NoSuchDevice(device=device)
    pairing.refuse_place(place)
    named = pairing.tidy(name) or device
    line = mirroring.line(desk.db, device) - mirroring.closed(desk.db).keys()
    desk.book.record(actor, *(OriginKnown(one, place, named) for one in sorted(line)))


def length(db: Database) -> int:
    """How many entries the journal has, of all devices."""
    return sum(seq for seq, _head in shelf.heads(db).values())


def size_bytes(db: Database) -> int:
    """How large the store is on this machine's disk; 0 where its tables are on a database server."""
    files = (db.folder / "shop.db", db.folder / "shop.db-wal")
    return sum(file.stat().st_size for file in files if file.exists())


def begun(db: Database) -> tuple[Begun, ...]:
    """Every origin that goes on where another ended, the oldest first."""
    return tuple(Begun(*row) for row in db.rows(_LINES))


def closed(db: Database) -> tuple[Closed, ...]:
    """Every origin that was closed, the oldest first; of each the word that counts."""
    found: dict[str, Closed] = {}
    heard = mirroring.voices(db)
    words = [row for row in db.rows(_CLOSED) if heard.counts(row[0])]
    for one in (Closed._make(row[1:]) for row in words):
        if one.origin not in found or one.seq < found[one.origin].seq:
            found[one.origin] = one
    return tuple(found.values())


def troubles(db: Database) -> Troubles:
    """What is not in order between the devices."""
    apart: dict[tuple[str, str, str], list[tuple[int, int]]] = {}
    for origin, sender, why, seq, came_at_ms in db.rows(_APART):
        apart.setdefault((origin, sender, why), []).append((seq, came_at_ms))
    for_nothing: dict[str, list[str]] = {}
    for author, word in mirroring.for_nothing(db):
        for_nothing.setdefault(author, []).append(word)
    return Troubles(
        forks=mirroring.forks(db),
        apart=tuple(
            Apart(*key, len(held), held[0][0], held[-1][0], max(at_ms for _, at_ms in held))
            for key, held in apart.items()
        ),
        unapplied=tuple(NotApplied(*row) for row in db.rows(_UNAPPLIED, MOST_SHOWN)),
        unapplied_count=db.sql(_HOW_MANY_UNAPPLIED)[0][0],
        strangers=origins.waiting(db),
        for_nothing=for_nothing,
    )


def _written_at(db: Database, origin: str, seq: int) -> int:
    row = db.row(_WRITTEN_AT, origin, seq)
    return 0 if row is None else int(row[0])
