"""Employees, and their wrong PINs."""

from collections.abc import Mapping
from typing import Any, Final

from appliance.journal.clock_kinds import PinProved
from appliance.journal.entry import Entry
from appliance.journal.kinds import EmployeeAdded, EmployeeChanged, PinTried, SignedIn
from appliance.store.database import Database
from appliance.store.projections import edits
from appliance.store.statements import Statement, insert, set_column, slot
from appliance.store.tables import Employee, PinTry

_ADD: Final = insert(Employee, "id", "number", "name", "role", "pin_hash", "language", "active")
_SET: Final = {
    name: set_column(Employee, name, Employee.id)
    for name in ("number", "name", "role", "pin_hash", "language", "active")
}
_TRIES: Final = Statement(
    lambda: PinTry.select(PinTry.tries).where(
        (PinTry.employee == slot()) & (PinTry.origin == slot())
    )
)
_ADD_TRY: Final = insert(PinTry, "tries", "last_at_ms", "employee", "origin")
_SET_TRIES: Final = Statement(
    lambda: PinTry.update({PinTry.tries: slot(), PinTry.last_at_ms: slot()}).where(
        (PinTry.employee == slot()) & (PinTry.origin == slot())
    )
)


def add(db: Database, entry: Entry, body: EmployeeAdded) -> None:
    """An employee, with edits that arrived before them."""
    db.run(_ADD, entry.id, body.number, body.name, body.role, body.pin_hash, body.language, 1)
    for field, value in edits.of_thing(db, entry.id).items():
        # Whoever names this entry as something that it is not (a punch) has edited nothing of it.
        if field in _SET:
            db.run(_SET[field], value, entry.id)


def change(db: Database, entry: Entry, body: EmployeeChanged) -> None:
    """The winning fields of an edit."""
    for field, value in edits.given(body, besides="employee"):
        if edits.wins(db, entry, body.employee, field, value):
            stored = int(bool(value)) if field == "active" else value
            db.run(_SET[field], stored, body.employee)


def pin_tried(db: Database, entry: Entry, body: PinTried) -> None:
    """One more try, wrong until a sign-in clears it."""
    held = db.row(_TRIES, body.employee, entry.origin)
    if held is None:
        db.run(_ADD_TRY, 1, entry.at_ms, body.employee, entry.origin)
    else:
        db.run(_SET_TRIES, held[0] + 1, entry.at_ms, body.employee, entry.origin)


def signed_in(db: Database, entry: Entry, body: SignedIn) -> None:
    """The right PIN clears the tries on this register."""
    pin_was_right(db, entry, body.employee)


def pin_proved(db: Database, entry: Entry, body: PinProved) -> None:
    """The right PIN at the time clock does, too."""
    pin_was_right(db, entry, body.employee)


def pin_was_right(db: Database, entry: Entry, employee: str) -> None:
    """Whatever the right PIN was for."""
    if db.row(_TRIES, employee, entry.origin) is not None:
        db.run(_SET_TRIES, 0, entry.at_ms, employee, entry.origin)


APPLY: Final[Mapping[type, Any]] = {
    EmployeeAdded: add,
    EmployeeChanged: change,
    PinTried: pin_tried,
    SignedIn: signed_in,
    PinProved: pin_proved,
}
