"""Which devices share the journal of the shop, as the tables tell it.

A device is named by the origin that it was paired with. It may begin further origins (after a restore, or a fork): they
are its line, each naming the one before in its first entry.

Who may share is said by entries (`RegisterPaired`, `RegisterRevoked`, `OriginClosed`), and a paired device can record
any entry. So it is asked here whose word counts: that of this store's own line, of servers that share its database, of
the servers that this store's line named (a register names the one it is paired with), and of any origin that none of
these paired, for a server that was replaced had others. What a paired device's line recorded is stored and folded like
all else, and counts for nothing here, but for its word that its own certificate is gone. A store believes itself first
and the servers that it named next, so that no device can make a paired one out of a server.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from peewee import SQL

from appliance.services import origins
from appliance.store.database import Database
from appliance.store.statements import Statement, slot
from appliance.store.tables import (
    ClosedOrigin,
    FoundFork,
    MetaRow,
    OriginLine,
    OriginSaid,
    PairedDevice,
    Quarantined,
    RevokedDevice,
)

_PAIRED: Final = Statement(
    lambda: PairedDevice.select(
        PairedDevice.id,
        PairedDevice.device,
        PairedDevice.name,
        PairedDevice.place,
        PairedDevice.fingerprint,
        PairedDevice.at_ms,
    ).order_by(PairedDevice.at_ms, PairedDevice.id)
)
_BRINGS: Final = Statement(
    lambda: PairedDevice.select(PairedDevice.id).where(
        (PairedDevice.device == slot()) & (PairedDevice.brings > SQL("0"))
    )
)
_REVOKED: Final = Statement(
    lambda: RevokedDevice.select(RevokedDevice.id, RevokedDevice.fingerprint, RevokedDevice.at_ms)
)
_CLOSED: Final = Statement(
    lambda: ClosedOrigin.select(ClosedOrigin.id, ClosedOrigin.device, ClosedOrigin.seq)
)
_LINES: Final = Statement(
    lambda: OriginLine.select(OriginLine.id, OriginLine.device, OriginLine.was, OriginLine.why)
)
_SERVERS: Final = Statement(
    lambda: OriginSaid.select(OriginSaid.author, OriginSaid.device, OriginSaid.known).where(
        OriginSaid.place == slot()
    )
)
_SHARING: Final = Statement(
    lambda: MetaRow.select(MetaRow.value).where((MetaRow.key > slot()) & (MetaRow.key < slot()))
)
_ORIGINS: Final = ("origin/", "origin0")
"""Between these are the keys under which servers that share a database keep their origins."""
_FORKS: Final = Statement(
    lambda: FoundFork.select(
        FoundFork.device,
        FoundFork.seq,
        FoundFork.held,
        FoundFork.came,
        FoundFork.sender,
        FoundFork.why,
        FoundFork.at_ms,
    ).order_by(FoundFork.at_ms, FoundFork.id)
)
_QUARANTINED: Final = Statement(
    lambda: Quarantined.select(
        Quarantined.origin,
        Quarantined.seq,
        Quarantined.hash,
        Quarantined.sender,
        Quarantined.why,
        Quarantined.line,
        Quarantined.came_at_ms,
    ).order_by(Quarantined.origin, Quarantined.seq, Quarantined.hash)
)
_KEPT_DEVICES: Final = "paired devices"
_KEPT_CLOSED: Final = "closed origins"
_KEPT_VOICES: Final = "whose word counts"

_Pairs = Sequence[tuple[str, str]]


class Paired(NamedTuple):
    """A device with a certificate: `device` is the origin it was paired with; `revoked_at_ms` 0 while it counts."""

    device: str
    name: str
    place: str
    fingerprint: str
    paired_at_ms: int
    revoked_at_ms: int


class Voices(NamedTuple):
    """Whose word on the shop's devices counts: that of nobody in `unheard`, the origins of paired devices.

    `before` are others that let devices in: servers that were there before this one.
    """

    unheard: frozenset[str]
    goes_on: tuple[tuple[str, str], ...]
    before: frozenset[str]

    def counts(self, word: str) -> bool:
        """Whether the entry `word` (its id) may say who is paired, revoked or closed."""
        return _author_of(word) not in self.unheard

    def may_revoke(self, word: str, device: str) -> bool:
        """The same of a certificate of `device`, which may itself say that it is gone."""
        return self.counts(word) or _author_of(word) in _closure({device}, self.goes_on)


class Fork(NamedTuple):
    """Two entries known under one name, as `mirror_kinds.ForkFound`."""

    device: str
    seq: int
    held: str
    came: str
    sender: str
    why: str
    at_ms: int


class Apart(NamedTuple):
    """An entry in quarantine, as `tables.Quarantined`."""

    origin: str
    seq: int
    hash: str
    sender: str
    why: str
    line: str
    came_at_ms: int


def paired(db: Database) -> tuple[Paired, ...]:
    """Every certificate that was ever given, the oldest first."""
    return tuple(db.kept(_KEPT_DEVICES, _read_paired).values())


def by_fingerprint(db: Database, fingerprint: str) -> Paired | None:
    """The device of a certificate (SHA-256 of its DER form, hex), revoked or not; None for one of nobody's."""
    return db.kept(_KEPT_DEVICES, _read_paired).get(fingerprint)


def brings(db: Database, device: str) -> bool:
    """Whether this server let the device in when it had nothing of the shop: it brings what others recorded."""
    own = own_line(db)
    return any(_author_of(row[0]) in own for row in db.rows(_BRINGS, device))


def servers_before(db: Database) -> frozenset[str]:
    """The origins of servers that let devices in before this one was there: they themselves say nothing any more."""
    return voices(db).before


def closed(db: Database) -> Mapping[str, int]:
    """The last `seq` of each origin that was closed: the lowest that was ever said."""
    return db.kept(_KEPT_CLOSED, _read_closed)


def voices(db: Database) -> Voices:
    """Whose word on the shop's devices counts here."""
    return db.kept(_KEPT_VOICES, _read_voices)


def for_nothing(db: Database) -> tuple[tuple[str, str], ...]:
    """The words of paired devices on who may share that count for nothing: author (origin) and entry (id)."""
    heard, devices = voices(db), {one.fingerprint: one.device for one in paired(db)}
    words = [row[0] for row in (*db.rows(_PAIRED), *db.rows(_CLOSED)) if not heard.counts(row[0])]
    words += [
        word
        for word, fingerprint, _at_ms in db.rows(_REVOKED)
        # That a certificate is gone which nobody was given says nothing.
        if fingerprint in devices and not heard.may_revoke(word, devices[fingerprint])
    ]
    return tuple((_author_of(word), word) for word in words)


def line(db: Database, device: str) -> frozenset[str]:
    """The origins of one device: the one it was paired with, and those that go on where one of them ended."""
    return _closure({device}, _forward(_begun(db)))


def own_line(db: Database) -> frozenset[str]:
    """The origins of this store: its own, and those that it goes on from."""
    return _closure({origins.own(db)}, _backward(_begun(db)))


def own_branches(db: Database) -> frozenset[str]:
    """Its own line, and whatever began in it and was lost with a disk: a store may be restored more than once."""
    return _closure(own_line(db), _forward(_begun(db)))


def left_behind(db: Database) -> frozenset[str]:
    """Origins whose device was restored from a backup and went on in another one: it may lack how they ended.

    None that was left because of a fork: what its device had recorded there is recorded again elsewhere.
    """
    whys = {(was, why) for _now, was, why in _begun(db)}
    return frozenset(was for was, why in whys if why == "restored" and (was, "forked") not in whys)


def forks(db: Database) -> tuple[Fork, ...]:
    """All forks that were ever found, the oldest first."""
    return tuple(Fork(*row) for row in db.rows(_FORKS))


def quarantined(db: Database) -> tuple[Apart, ...]:
    """Every entry in quarantine."""
    return tuple(Apart(*row) for row in db.rows(_QUARANTINED))


def _author_of(word: str) -> str:
    """The origin that recorded an entry, by the entry's id."""
    return word.rpartition("-")[0]


def _begun(db: Database) -> list[tuple[str, str, str]]:
    """Origin, the one it goes on from, and why. An entry that is not its origin's first says nothing about that."""
    return [(now, was, why) for word, now, was, why in db.rows(_LINES) if word == f"{now}-1"]


def _forward(begun: Iterable[tuple[str, str, str]]) -> _Pairs:
    return [(was, now) for now, was, _why in begun]


def _backward(begun: Iterable[tuple[str, str, str]]) -> _Pairs:
    return [(now, was) for now, was, _why in begun]


def _closure(begin: Iterable[str], steps: _Pairs) -> frozenset[str]:
    found = set(begin)
    while more := {to for from_, to in steps if from_ in found} - found:
        found |= more
    return frozenset(found)


def _read_paired(db: Database) -> dict[str, Paired]:
    heard = voices(db)
    found = {
        fingerprint: Paired(device, name, place, fingerprint, at_ms, 0)
        for word, device, name, place, fingerprint, at_ms in db.rows(_PAIRED)
        if heard.counts(word)
    }
    for word, fingerprint, at_ms in db.rows(_REVOKED):
        one = found.get(fingerprint)
        if one is not None and heard.may_revoke(word, one.device):
            first = min(at_ms, one.revoked_at_ms or at_ms)
            found[fingerprint] = one._replace(revoked_at_ms=first)
    return found


def _read_closed(db: Database) -> dict[str, int]:
    heard = voices(db)
    found: dict[str, int] = {}
    for word, device, seq in db.rows(_CLOSED):
        if heard.counts(word):
            found[device] = min(seq, found.get(device, seq))
    return found


def _read_voices(db: Database) -> Voices:
    begun = _begun(db)
    goes_on, goes_back = _forward(begun), _backward(begun)
    said = [(_author_of(word), device) for word, device, *_ in db.rows(_PAIRED)]
    sharing = {row[0] for row in db.rows(_SHARING, *_ORIGINS)}
    first = _closure({origins.own(db), *sharing}, goes_back)
    unheard = _paired_by(first, said, goes_on) - first
    named = {
        device for author, device, known in db.rows(_SERVERS, "web") if known and author in first
    }
    second = _closure(_closure(named - unheard, goes_back), goes_on) - unheard
    unheard |= _paired_by(second, said, goes_on) - first - second
    others = {author for author, _ in said} - unheard - first - second
    # Where two of these paired each other nobody can tell which is the server: then neither counts.
    unheard |= _paired_by(others, said, goes_on) - first - second
    before = frozenset(author for author, _ in said) - unheard - first
    return Voices(unheard, tuple(goes_on), before)


def _paired_by(authors: Iterable[str], said: _Pairs, goes_on: _Pairs) -> frozenset[str]:
    """The lines of all devices that these authors paired."""
    return _closure({device for author, device in said if author in authors}, goes_on)
