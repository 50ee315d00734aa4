"""What pay is made of besides rates and punches: leave, additions and deductions, differences that were paid.

Terms, shift bonuses, the shop's own holidays and kinds of leave live in the edits themselves.
"""

from collections.abc import Mapping
from typing import Any, Final

from appliance.journal.entry import Entry
from appliance.journal.pay_kinds import (
    AdjustmentAdded,
    AdjustmentRemoved,
    BackPaySettled,
    HolidaySet,
    LeaveCancelled,
    LeaveGranted,
    LeaveKindDefined,
    LeaveTaken,
    PayTermsChanged,
    ShiftBonusSet,
)
from appliance.store.database import Database
from appliance.store.projections import edits
from appliance.store.projections.timeclock import RULES
from appliance.store.statements import Statement, insert, slot
from appliance.store.tables import AdjustmentRow, BackPay, LeaveRow

SHIFT_BONUS: Final = "shift_bonus:"
HOLIDAYS: Final = "holidays"
LEAVE: Final = "leave:"
"""Things of the edits: `shift_bonus:CODE` with a field for each day, `holidays` likewise, and `leave:CODE`."""

_REMOVED: Final = "removed"

_LEAVE: Final = insert(LeaveRow)
_CANCEL: Final = Statement(
    lambda: LeaveRow.update({LeaveRow.removed: slot()}).where(LeaveRow.id == slot())
)
_ADJUST: Final = insert(AdjustmentRow)
_UNADJUST: Final = Statement(
    lambda: AdjustmentRow.update({AdjustmentRow.removed: slot()}).where(AdjustmentRow.id == slot())
)
_SETTLE: Final = insert(BackPay)


def change_terms(db: Database, entry: Entry, body: PayTermsChanged) -> None:
    """What else is agreed for the whole shop; the same thing as the rules of pay."""
    for field, value in edits.given(body, besides=""):
        edits.wins(db, entry, RULES, field, value)


def set_shift_bonus(db: Database, entry: Entry, body: ShiftBonusSet) -> None:
    """A bonus from a day on."""
    value = None
    if body.amount_minor is not None:
        value = {
            name: given for name, given in edits.given(body, besides="code") if name != "from_day"
        }
    edits.wins(db, entry, SHIFT_BONUS + body.code, body.from_day, value)


def set_holiday(db: Database, entry: Entry, body: HolidaySet) -> None:
    """What a day is to the shop."""
    edits.wins(db, entry, HOLIDAYS, body.day, body.holiday)


def define_leave(db: Database, entry: Entry, body: LeaveKindDefined) -> None:
    """A kind of leave."""
    for field, value in edits.given(body, besides="code"):
        edits.wins(db, entry, LEAVE + body.code, field, value)


def granted(db: Database, entry: Entry, body: LeaveGranted) -> None:
    """Leave that is somebody's from a day on."""
    _add_leave(db, entry, body.employee, body.leave, (body.day,), 0, body.length_ms, body.reason)


def taken(db: Database, entry: Entry, body: LeaveTaken) -> None:
    """Leave on some days; a day that is named twice is one day."""
    days = tuple(dict.fromkeys(body.days))
    _add_leave(db, entry, body.employee, body.leave, days, 1, body.length_ms, body.reason)


def cancelled(db: Database, entry: Entry, body: LeaveCancelled) -> None:
    """Leave that is none."""
    if edits.wins(db, entry, body.leave, _REMOVED, entry.id):
        db.run(_CANCEL, entry.id, body.leave)


def adjusted(db: Database, entry: Entry, body: AdjustmentAdded) -> None:
    """An addition or a deduction."""
    removed = edits.of_thing(db, entry.id).get(_REMOVED)
    db.run(
        _ADJUST,
        entry.id,
        body.employee,
        body.day,
        body.adjustment_kind,
        body.name,
        body.amount_minor,
        removed,
    )


def adjustment_removed(db: Database, entry: Entry, body: AdjustmentRemoved) -> None:
    """An adjustment that was a mistake."""
    if edits.wins(db, entry, body.adjustment, _REMOVED, entry.id):
        db.run(_UNADJUST, entry.id, body.adjustment)


def settled(db: Database, entry: Entry, body: BackPaySettled) -> None:
    """A difference that is paid later."""
    db.run(
        _SETTLE,
        entry.id,
        body.employee,
        body.approval,
        body.facts,
        body.day,
        body.amount_minor,
        body.reason,
    )


def _add_leave(
    db: Database,
    entry: Entry,
    employee: str,
    leave: str,
    days: tuple[str, ...],
    taken: int,
    length_ms: int,
    reason: str,
) -> None:
    removed = edits.of_thing(db, entry.id).get(_REMOVED)
    rows = [(entry.id, day, employee, leave, taken, length_ms, reason, removed) for day in days]
    db.run_many(_LEAVE, rows)


APPLY: Final[Mapping[type, Any]] = {
    PayTermsChanged: change_terms,
    ShiftBonusSet: set_shift_bonus,
    HolidaySet: set_holiday,
    LeaveKindDefined: define_leave,
    LeaveGranted: granted,
    LeaveTaken: taken,
    LeaveCancelled: cancelled,
    AdjustmentAdded: adjusted,
    AdjustmentRemoved: adjustment_removed,
    BackPaySettled: settled,
}
