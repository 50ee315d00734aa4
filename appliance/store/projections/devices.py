"""What happened to devices, and whose badges are whose."""

from collections.abc import Mapping
from typing import Any, Final

from appliance.journal.device_kinds import (
    BadgeGiven,
    BadgeTaken,
    DeviceRemoved,
    DevicesChecked,
    DeviceSet,
    DevicesTakenOver,
    DrawerForced,
)
from appliance.journal.entry import Entry, canonical_json
from appliance.store.database import Database
from appliance.store.projections import sums
from appliance.store.statements import Statement, insert, slot
from appliance.store.tables import Badge, DeviceEvent

_NOTE: Final = insert(DeviceEvent)
_FIND_BADGE: Final = Statement(
    lambda: Badge.select(Badge.lamport, Badge.origin).where(Badge.mark == slot())
)
_ADD_BADGE: Final = insert(
    Badge, "as_read", "employee", "given", "given_at_ms", "lamport", "origin", "mark"
)
_SET_BADGE: Final = Statement(
    lambda: Badge.update(
        {
            Badge.as_read: slot(),
            Badge.employee: slot(),
            Badge.given: slot(),
            Badge.given_at_ms: slot(),
            Badge.lamport: slot(),
            Badge.origin: slot(),
        }
    ).where(Badge.mark == slot())
)


def drawer_forced(db: Database, entry: Entry, body: DrawerForced) -> None:
    """The drawer came open unasked."""
    _note(db, entry, body.device, "drawer_forced", {})
    sums.odd(db, entry, "drawer_forced")


def device_set(db: Database, entry: Entry, body: DeviceSet) -> None:
    """A device was set up."""
    detail = {
        "kind": body.device_kind,
        "type": body.type,
        "was": body.was,
        "options": body.options,
    }
    _note(db, entry, body.device, "set", detail)


def device_removed(db: Database, entry: Entry, body: DeviceRemoved) -> None:
    """A device was removed."""
    _note(db, entry, body.device, "removed", {})


def devices_taken_over(db: Database, entry: Entry, body: DevicesTakenOver) -> None:
    """Another register's devices were set up here."""
    detail = {"was": body.was, "devices": body.devices, "left": body.left}
    _note(db, entry, "", "taken_over", detail)


def devices_checked(db: Database, entry: Entry, body: DevicesChecked) -> None:
    """A self-test."""
    _note(db, entry, "", "checked", {"results": body.results})


def badge_given(db: Database, entry: Entry, body: BadgeGiven) -> None:
    """The newest owner of a badge counts."""
    for place, mark in enumerate(body.marks):
        _set_badge(db, entry, mark, body.employee, as_read=int(place == 0))


def badge_taken(db: Database, entry: Entry, body: BadgeTaken) -> None:
    """Nobody's badge, unless it was given anew since."""
    for mark in body.marks:
        _set_badge(db, entry, mark, None, as_read=0)


def _note(db: Database, entry: Entry, device: str, what: str, detail: Mapping[str, object]) -> None:
    at_ms = entry.at_ms
    text = canonical_json(detail)
    db.run(_NOTE, entry.id, entry.origin, at_ms, device, what, text, entry.actor)


def _set_badge(
    db: Database, entry: Entry, mark: str, employee: str | None, *, as_read: int
) -> None:
    held = db.row(_FIND_BADGE, mark)
    if held is not None and (entry.lamport, entry.origin) < tuple(held):
        return
    statement = _ADD_BADGE if held is None else _SET_BADGE
    given, given_at_ms = ("", 0) if employee is None else (entry.id, entry.at_ms)
    db.run(statement, as_read, employee, given, given_at_ms, entry.lamport, entry.origin, mark)


APPLY: Final[Mapping[type, Any]] = {
    DrawerForced: drawer_forced,
    DeviceSet: device_set,
    DeviceRemoved: device_removed,
    DevicesChecked: devices_checked,
    DevicesTakenOver: devices_taken_over,
    BadgeGiven: badge_given,
    BadgeTaken: badge_taken,
}
