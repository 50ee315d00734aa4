"""Which devices are set up at a register, as its entries tell it: what a register that replaces it takes over.

Each change is an entry with the options of the device (`DeviceSet`, `DeviceRemoved`); what those of one origin say, in
their order, is what is set up there. What a hand wrote into the configuration file is noted when the register sees it.
"""

from collections.abc import Iterable
from typing import Final, NamedTuple

import msgspec

from appliance.config import DeviceConfig
from appliance.journal.body import Body
from appliance.journal.device_kinds import DeviceRemoved, DeviceSet
from appliance.services import mirroring, origins
from appliance.services.desk import Desk
from appliance.store import shelf
from appliance.store.database import Database
from appliance.store.statements import Statement, slot
from appliance.store.tables import ClosedOrigin, DeviceEvent

_EVENTS: Final = Statement(
    lambda: DeviceEvent.select(
        DeviceEvent.id, DeviceEvent.device, DeviceEvent.what, DeviceEvent.detail
    ).where(
        (DeviceEvent.origin == slot())
        & ((DeviceEvent.what == slot()) | (DeviceEvent.what == slot()))
    )
)
_CLOSED: Final = Statement(
    lambda: ClosedOrigin.select(
        ClosedOrigin.id,
        ClosedOrigin.device,
        ClosedOrigin.seq,
        ClosedOrigin.successor,
        ClosedOrigin.author,
    ).order_by(ClosedOrigin.device, ClosedOrigin.seq.desc())
)
_THERE_WAS: Final = Statement(
    lambda: DeviceEvent.select(DeviceEvent.origin).where(DeviceEvent.what == slot())
)

_Option = str | int | bool | tuple[str, ...]


class Inherited(NamedTuple):
    """What a register that was replaced had: its last origin, its name, its devices, and who (id) had it replaced."""

    origin: str
    name: str
    devices: tuple[DeviceConfig, ...]
    by: str


class _Detail(msgspec.Struct, frozen=True):
    """What is read of the detail of a device's event."""

    kind: str = ""
    type: str = ""
    was: str | None = None
    options: dict[str, _Option] = {}


def at(db: Database, origin: str) -> tuple[DeviceConfig, ...]:
    """The devices of one origin in the order in which they were set up; a new name keeps its place."""
    rows = sorted(
        db.rows(_EVENTS, origin, "set", "removed"), key=lambda row: int(row[0].rpartition("-")[2])
    )
    devices: dict[str, DeviceConfig] = {}
    for _id, name, what, detail in rows:
        if what == "removed":
            devices.pop(name, None)
            continue
        told = msgspec.json.decode(detail, type=_Detail)
        now = DeviceConfig(name, told.kind, told.type, told.options)
        was = name if told.was is None else told.was
        devices = {
            name if known == was else known: now if known == was else one
            for known, one in devices.items()
            if known != name or known == was
        }
        devices.setdefault(name, now)
    return tuple(devices.values())


def note(desk: Desk, devices: Iterable[DeviceConfig], actor: str = "") -> None:
    """Record what is otherwise than the entries of this register say; nothing where all is as they say."""
    noted = {one.name: one for one in at(desk.db, desk.origin)}
    now = {one.name: _plain(one) for one in devices}
    changes: list[Body] = [DeviceRemoved(name) for name in noted if name not in now]
    changes += [told(one) for one in now.values() if noted.get(one.name) != one]
    if changes:
        desk.book.record(actor, *changes)


def told(device: DeviceConfig, was: str | None = None) -> DeviceSet:
    """The entry about a device that was set up."""
    return DeviceSet(device.name, device.kind, device.type, was, _plain(device).options)


def inherited(db: Database) -> Inherited | None:
    """The devices of the register that this one replaces.

    None if it replaces none, if not all of the other's entries are here yet, or if it has taken them over already.
    """
    closed = db.rows(_CLOSED)
    if not closed:
        return None
    own, heard = mirroring.own_line(db), mirroring.voices(db)
    ends = {
        origin: (seq, by)
        for word, origin, seq, successor, by in closed
        if successor in own and heard.counts(word)
    }
    if not ends or own & {origin for (origin,) in db.rows(_THERE_WAS, "taken_over")}:
        return None
    heads = shelf.heads(db)
    if any(heads.get(origin, (0, b""))[0] < seq for origin, (seq, _) in ends.items()):
        return None
    gone_on = {was for was, now in heard.goes_on if now in ends}
    for origin in sorted(ends.keys() - gone_on):
        if devices := at(db, origin):
            known = origins.known(db).get(origin)
            return Inherited(origin, known.name if known else origin, devices, ends[origin][1])
    return None


def _plain(device: DeviceConfig) -> DeviceConfig:
    """The same with those options only that a driver could take: a file may hold anything."""
    kept: dict[str, _Option] = {}
    for key, value in device.options.items():
        if isinstance(value, (list, tuple)):
            kept[key] = tuple(map(str, value))
        elif isinstance(value, (str, int)):
            kept[key] = value
    return msgspec.structs.replace(device, options=kept)
