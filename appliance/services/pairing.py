"""Which devices may share the shop's journal: a device is let in, takes another one's place, or is let in no more."""

from dataclasses import dataclass
from typing import Final

from appliance.journal.mirror_kinds import OriginClosed, RegisterPaired, RegisterRevoked
from appliance.journal.trust_kinds import OriginKnown
from appliance.problems import Refusal
from appliance.services import mirroring
from appliance.services.desk import Desk, at_once
from appliance.services.origins import NoSuchOrigin, NoSuchPlace, is_origin
from appliance.store.database import Database

PAIRED_PLACES: Final = ("till", "door")
"""Where a device can stand that is paired with the server."""

LONGEST_NAME: Final = 40


class NoSuchDevice(Refusal):
    """No device that is let in has this origin: `device`."""

    code = "no_such_device"


class ReplacesItself(Refusal):
    """A device cannot take its own place: `device`."""

    code = "replaces_itself"


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A device that is let in: its origin, the SHA-256 of its certificate (hex), what it is called, where it stands.

    `replaces` is the origin of the device whose place it takes, or empty.
    """

    origin: str
    fingerprint: str
    name: str
    place: str
    replaces: str = ""


@at_once
def admit(desk: Desk, newcomer: Newcomer, actor: str) -> None:
    """The device may share the journal from now on; other certificates of its own count no more.

    The device that it replaces is closed at the last entry that is held here, and let in no more. Raises
    `NoSuchOrigin`, `NoSuchPlace`, `NoSuchDevice`, `ReplacesItself`.
    """
    origin = newcomer.origin
    if not is_origin(origin) or origin in mirroring.own_line(desk.db):
        raise NoSuchOrigin(origin=origin)
    refuse_place(newcomer.place)
    name = tidy(newcomer.name) or origin
    desk.book.record(
        actor,
        *_revoked(desk.db, origin, "paired again"),
        RegisterPaired(
            origin,
            name,
            newcomer.place,
            newcomer.fingerprint,
            # To a server that has nothing of the shop.
            brings=desk.book.heads.keys() <= mirroring.own_line(desk.db),
        ),
        OriginKnown(device=origin, place=newcomer.place, name=name),
    )
    if newcomer.replaces:
        _close(desk, newcomer.replaces, origin, actor)


@at_once
def admit_from_before(desk: Desk, origin: str, fingerprint: str) -> None:
    """A device has a certificate of this shop's authority, from a server whose journal is not here: it is let in.

    Only one of which nothing at all is known here: what this journal says of a device counts. Raises `NoSuchOrigin`.
    """
    if any(one.device == origin for one in mirroring.paired(desk.db)):
        raise NoSuchOrigin(origin=origin)
    admit(desk, Newcomer(origin, fingerprint, origin, PAIRED_PLACES[0]), "")


@at_once
def revoke(desk: Desk, device: str, why: str, actor: str) -> None:
    """The device is let in no more, from the next thing on that it asks. Raises `NoSuchDevice`."""
    revoked = _revoked(desk.db, device, why)
    if not revoked:
        raise NoSuchDevice(device=device)
    desk.book.record(actor, *revoked)


def devices(db: Database) -> tuple[mirroring.Paired, ...]:
    """The devices that are let in now, the first one first."""
    return tuple(one for one in mirroring.paired(db) if not one.revoked_at_ms)


def named(db: Database, device: str) -> mirroring.Paired:
    """The newest certificate of a device, let in or not. Raises `NoSuchDevice`."""
    for one in reversed(mirroring.paired(db)):
        if one.device == device:
            return one
    raise NoSuchDevice(device=device)


def tidy(name: str) -> str:
    """A device's name: what can be printed of it, `LONGEST_NAME` letters at most."""
    return "".join(letter for letter in name if letter.isprintable()).strip()[:LONGEST_NAME]


def refuse_place(place: str) -> None:
    """Raises `NoSuchPlace`."""
    if place not in PAIRED_PLACES:
        raise NoSuchPlace(place=place, known=", ".join(PAIRED_PLACES))


def _close(desk: Desk, device: str, by: str, actor: str) -> None:
    """All origins of a device end where they are held here."""
    line = mirroring.line(desk.db, device)
    if by in line:
        raise ReplacesItself(device=by)
    named(desk.db, device)
    closed = mirroring.closed(desk.db)
    for origin in sorted(line - closed.keys()):
        seq, head = desk.book.head(origin)
        desk.book.record(actor, OriginClosed(origin, seq, head.hex(), "replaced", by))
    desk.book.record(actor, *_revoked(desk.db, device, "replaced"))


def _revoked(db: Database, device: str, why: str) -> list[RegisterRevoked]:
    return [
        RegisterRevoked(device, one.fingerprint, why)
        for one in devices(db)
        if one.device == device
    ]  # fmt: skip
