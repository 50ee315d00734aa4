"""The schedule: planned shifts, and what was changed about them."""

from collections.abc import Mapping
from typing import Any, Final

from appliance.journal.entry import Entry
from appliance.journal.plan_kinds import EarlyAllowed, ShiftChanged, ShiftDropped, ShiftPlanned
from appliance.store.database import Database
from appliance.store.projections import edits
from appliance.store.statements import Statement, insert, set_column, slot
from appliance.store.tables import PlannedShift

SHIFT: Final = "shift:"
"""How the edits of shifts are named, apart from other things: an edit that names no shift harms nothing else."""

_TIMES: Final = "times"
_DROPPED: Final = "dropped"
_ALLOWED: Final = "early_allowed"

_ADD: Final = insert(PlannedShift)
_SET: Final = {
    name: set_column(PlannedShift, name, PlannedShift.id)
    for name in ("employee", "job", "note", _DROPPED, _ALLOWED)
}
_SET_TIMES: Final = Statement(
    lambda: PlannedShift.update(
        {PlannedShift.begins_ms: slot(), PlannedShift.ends_ms: slot()}
    ).where(PlannedShift.id == slot())
)


def planned(db: Database, entry: Entry, body: ShiftPlanned) -> None:
    """A shift, with edits that arrived before it."""
    db.run(
        _ADD,
        entry.id,
        body.employee,
        body.begins_ms,
        body.ends_ms,
        body.job,
        body.note,
        0,
        0,
    )
    for field, value in edits.of_thing(db, SHIFT + entry.id).items():
        _set(db, entry.id, field, value)


def changed(db: Database, entry: Entry, body: ShiftChanged) -> None:
    """The winning fields of an edit."""
    for field, value in edits.given(body, besides="shift"):
        if edits.wins(db, entry, SHIFT + body.shift, field, value):
            _set(db, body.shift, field, value)


def dropped(db: Database, entry: Entry, body: ShiftDropped) -> None:
    """A shift that is not to be worked."""
    if edits.wins(db, entry, SHIFT + body.shift, _DROPPED, 1):
        _set(db, body.shift, _DROPPED, 1)


def allowed(db: Database, entry: Entry, body: EarlyAllowed) -> None:
    """A shift to which one may come early."""
    if edits.wins(db, entry, SHIFT + body.shift, _ALLOWED, 1):
        _set(db, body.shift, _ALLOWED, 1)


def _set(db: Database, shift: str, field: str, value: Any) -> None:  # noqa: ANN401 - JSON
    if field == _TIMES:
        begins_ms, ends_ms = value
        db.run(_SET_TIMES, begins_ms, ends_ms, shift)
    else:
        db.run(_SET[field], value, shift)


APPLY: Final[Mapping[type, Any]] = {
    ShiftPlanned: planned,
    ShiftChanged: changed,
    ShiftDropped: dropped,
    EarlyAllowed: allowed,
}
