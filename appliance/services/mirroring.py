"""Which devices share the journal of the shop, as the tables tell it.

A device is named by the origin that it was paired with. It may begin further origins (after a restore, or a fork): they
are its line, each naming the one before.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from appliance.services import origins
from appliance.store.database import Database
from appliance.store.statements import Statement
from appliance.store.tables import (
    ClosedOrigin,
    FoundFork,
    OriginLine,
    PairedDevice,
    Quarantined,
    RevokedDevice,
)

_PAIRED: Final = Statement(
    lambda: PairedDevice.select(
        PairedDevice.device,
        PairedDevice.name,
        PairedDevice.place,
        PairedDevice.fingerprint,
        PairedDevice.at_ms,
    ).order_by(PairedDevice.at_ms, PairedDevice.id)
)
_REVOKED: Final = Statement(
    lambda: RevokedDevice.select(RevokedDevice.fingerprint, RevokedDevice.at_ms)
)
_CLOSED: Final = Statement(lambda: ClosedOrigin.select(ClosedOrigin.device, ClosedOrigin.seq))
_LINES: Final = Statement(lambda: OriginLine.select(OriginLine.device, OriginLine.was))
_LEFT: Final = Statement(lambda: OriginLine.select(OriginLine.was, OriginLine.why))
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


class Paired(NamedTuple):
    """A device with a certificate: `device` is the origin it was paired with; `revoked_at_ms` 0 while it counts."""

    device: str
    name: str
    place: str
    fingerprint: str
    paired_at_ms: int
    revoked_at_ms: int


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


def closed(db: Database) -> Mapping[str, int]:
    """The last `seq` of each origin that was closed: the lowest that was ever said."""
    return db.kept(_KEPT_CLOSED, _read_closed)


def line(db: Database, device: str) -> frozenset[str]:
    """The origins of one device: the one it was paired with, and those that go on where one of them ended."""
    return _closure({device}, [(was, now) for now, was in db.rows(_LINES)])


def own_line(db: Database) -> frozenset[str]:
    """The origins of this store: its own, and those that it goes on from."""
    return _closure({origins.own(db)}, [(now, was) for now, was in db.rows(_LINES)])


def own_branches(db: Database) -> frozenset[str]:
    """Its own line, and whatever began in it and was lost with a disk: a store may be restored more than once."""
    return _closure(set(own_line(db)), [(was, now) for now, was in db.rows(_LINES)])


def left_behind(db: Database) -> frozenset[str]:
    """Origins whose device was restored from a backup and went on in another one: it may lack how they ended.

    None that was left because of a fork: what its device had recorded there is recorded again elsewhere.
    """
    whys = {(was, why) for was, why in db.rows(_LEFT)}
    return frozenset(was for was, why in whys if why == "restored" and (was, "forked") not in whys)


def forks(db: Database) -> tuple[Fork, ...]:
    """All forks that were ever found, the oldest first."""
    return tuple(Fork(*row) for row in db.rows(_FORKS))


def quarantined(db: Database) -> tuple[Apart, ...]:
    """Every entry in quarantine."""
    return tuple(Apart(*row) for row in db.rows(_QUARANTINED))


def _closure(found: set[str], steps: list[tuple[str, str]]) -> frozenset[str]:
    while more := {to for from_, to in steps if from_ in found} - found:
        found |= more
    return frozenset(found)


def _read_paired(db: Database) -> dict[str, Paired]:
    revoked: dict[str, int] = {}
    for fingerprint, at_ms in db.rows(_REVOKED):
        revoked[fingerprint] = min(at_ms, revoked.get(fingerprint, at_ms))
    return {
        fingerprint: Paired(
            device, name, place, fingerprint, at_ms, revoked.get(fingerprint, 0)
        )
        for device, name, place, fingerprint, at_ms in db.rows(_PAIRED)
    }  # fmt: skip


def _read_closed(db: Database) -> dict[str, int]:
    found: dict[str, int] = {}
    for device, seq in db.rows(_CLOSED):
        found[device] = min(seq, found.get(device, seq))
    return found
