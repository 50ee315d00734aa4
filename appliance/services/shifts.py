"""Planned shifts: finding them, and whether it is too early to clock in for one."""

from typing import Final, NamedTuple

from appliance.domain import attendance, calendar
from appliance.domain.timeclock import HOUR_MS, LONGEST_SHIFT_MS
from appliance.problems import Refusal
from appliance.services import pay_rules
from appliance.store.database import Database
from appliance.store.statements import Statement, slot
from appliance.store.tables import PlannedShift

AHEAD_MS: Final = 12 * HOUR_MS
"""Whoever comes longer than this before a shift has not come for it."""

_COLUMNS: Final = (
    PlannedShift.id,
    PlannedShift.employee,
    PlannedShift.begins_ms,
    PlannedShift.ends_ms,
    PlannedShift.job,
    PlannedShift.note,
    PlannedShift.early_allowed,
    PlannedShift.dropped,
)
_BETWEEN: Final = Statement(
    lambda: (
        PlannedShift.select(*_COLUMNS)
        .where(
            (PlannedShift.begins_ms > slot())
            & (PlannedShift.begins_ms < slot())
            & (PlannedShift.dropped == slot())
        )
        .order_by(PlannedShift.begins_ms, PlannedShift.id)
    )
)
_ONE: Final = Statement(lambda: PlannedShift.select(*_COLUMNS).where(PlannedShift.id == slot()))


class TooEarly(Refusal):
    """Nobody clocks in so long before their shift: `begins` and `earliest`, by the clock on the wall."""

    code = "too_early"


class Planned(NamedTuple):
    """A planned shift. `early_allowed`: a manager lets them clock in before the limit."""

    id: str
    employee: str
    begins_ms: int
    ends_ms: int
    job: str
    note: str
    early_allowed: bool
    dropped: bool

    @property
    def shift(self) -> attendance.Shift:
        """What counts for attendance."""
        return attendance.Shift(self.id, self.begins_ms, self.ends_ms)


def between(db: Database, from_ms: int, to_ms: int) -> tuple[Planned, ...]:
    """The shifts of which some part lies from `from_ms` to before `to_ms`, by their begin."""
    rows = db.rows(_BETWEEN, from_ms - LONGEST_SHIFT_MS - 1, to_ms, 0)
    return tuple(one for row in rows if (one := Planned._make(row)).ends_ms > from_ms)


def of_employee(db: Database, employee: str, from_ms: int, to_ms: int) -> tuple[Planned, ...]:
    """The same, of one employee."""
    return tuple(one for one in between(db, from_ms, to_ms) if one.employee == employee)


def one(db: Database, shift: str) -> Planned | None:
    """A shift by its id, also one that was dropped."""
    row = db.row(_ONE, shift)
    return None if row is None else Planned._make(row)


def next_early(db: Database, employee: str, now_ms: int) -> Planned | None:
    """The shift for which it is too early to clock in now; None where one may.

    It is not where the shop has no limit, nothing is planned soon, a shift is going on, or a manager allows it.
    """
    limit = pay_rules.read(db).early_minutes
    if limit == pay_rules.NO_LIMIT:
        return None
    near = of_employee(db, employee, now_ms, now_ms + AHEAD_MS)
    if not near or near[0].early_allowed or near[0].begins_ms - limit * 60_000 <= now_ms:
        return None
    return near[0]


def refuse_early(db: Database, employee: str, now_ms: int) -> None:
    """Raises `TooEarly` where somebody may not clock in yet."""
    shift = next_early(db, employee, now_ms)
    if shift is not None:
        rules = pay_rules.read(db)
        earliest_ms = shift.begins_ms - rules.early_minutes * 60_000
        raise TooEarly(
            begins=clock_text(calendar.minute_of(shift.begins_ms, rules.zone)),
            earliest=clock_text(calendar.minute_of(earliest_ms, rules.zone)),
        )


def clock_text(minute: int) -> str:
    """A minute of the day as the clock on the wall shows it: 545 is `09:05`."""
    return f"{minute // 60:02}:{minute % 60:02}"
