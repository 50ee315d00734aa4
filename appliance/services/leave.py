"""Paid leave: what was granted or earned by hours, what was taken, and what is left.

Leave is hours. It is granted from a day on (a year's at once, say), and some kinds are earned by hours worked besides,
once those are approved. It is paid at the rate of its day and is no hours worked (29 CFR 778.218).
"""

from collections.abc import Collection
from typing import Final

import msgspec

from appliance.domain.money import PPM, divide_half_up
from appliance.journal.pay_kinds import Accrued, LeaveCancelled, LeaveGranted, LeaveTaken
from appliance.problems import Refusal
from appliance.services import approvals, pay_rules, pay_terms, people
from appliance.services.catalogue_texts import refuse_signs
from appliance.services.desk import Desk, at_once
from appliance.services.pay_rules import UnknownPayRule
from appliance.services.timeclock import ReasonNeeded, refuse_locked_day
from appliance.store.database import Database
from appliance.store.statements import Statement, slot
from appliance.store.tables import LeaveRow

MOST_MS: Final = 24 * 3_600_000
MOST_DAYS: Final = 366
MOST_GRANTED_MS: Final = 366 * MOST_MS

_OF_EMPLOYEE: Final = Statement(
    lambda: (
        LeaveRow.select(LeaveRow.leave, LeaveRow.taken, LeaveRow.day, LeaveRow.length_ms)
        .where((LeaveRow.employee == slot()) & LeaveRow.removed.is_null())
        .order_by(LeaveRow.day, LeaveRow.id)
    )
)
_ENTRY: Final = Statement(
    lambda: (
        LeaveRow.select(LeaveRow.employee, LeaveRow.day, LeaveRow.taken, LeaveRow.removed)
        .where(LeaveRow.id == slot())
        .order_by(LeaveRow.day)
    )
)


class NotEnoughLeave(Refusal):
    """Less is left than was asked for: `name`, `leave`, `left_hours`, `asked_hours`. A manager may give a reason."""

    code = "not_enough_leave"


class NoSuchLeave(Refusal):
    """No leave was entered under this id, or it was cancelled."""

    code = "no_such_leave"


class LeaveTwice(Refusal):
    """A day has leave of this kind already: `day`."""

    code = "leave_twice"


class Balance(msgspec.Struct, frozen=True):
    """What is left of a kind of leave, in milliseconds: `granted_ms` and `accrued_ms` less `taken_ms`."""

    leave: str
    name: str
    granted_ms: int
    accrued_ms: int
    taken_ms: int

    @property
    def left_ms(self) -> int:
        """What may still be taken; below zero where more was taken."""
        return self.granted_ms + self.accrued_ms - self.taken_ms


def accrued(db: Database, worked_ms: int) -> tuple[Accrued, ...]:
    """What so many hours earn of each kind."""
    return tuple(
        Accrued(kind.code, accrued_ms(worked_ms, kind.accrual_ppm))
        for kind in pay_terms.leave_kinds(db).values()
        if kind.accrual_ppm
    )


def accrued_ms(worked_ms: int, accrual_ppm: int) -> int:
    """A share of the hours worked, half up: 33,333 ppm is an hour for every thirty."""
    return divide_half_up(worked_ms * accrual_ppm, PPM)


def balances(db: Database, employee: str, on_day: str) -> tuple[Balance, ...]:
    """What is left of each kind on a day, by what is granted until then; all that is taken counts, also later.

    Raises `NotADay`.
    """
    pay_rules.day(on_day)
    granted: dict[str, int] = {}
    taken: dict[str, int] = {}
    for leave, is_taken, day, length_ms in db.rows(_OF_EMPLOYEE, employee):
        if is_taken:
            taken[leave] = taken.get(leave, 0) + length_ms
        elif day <= on_day:
            granted[leave] = granted.get(leave, 0) + length_ms
    earned: dict[str, int] = {}
    for approval in approvals.of_employee(db, employee).counted:
        for one in () if approval.detail is None else approval.detail.accrued:
            earned[one.leave] = earned.get(one.leave, 0) + one.length_ms
    known = pay_terms.leave_kinds(db)
    codes = dict.fromkeys((*known, *granted, *taken, *earned))
    return tuple(
        Balance(
            code,
            known[code].name if code in known else "",
            granted.get(code, 0),
            earned.get(code, 0),
            taken.get(code, 0),
        )
        for code in codes
    )


@at_once
def grant(desk: Desk, body: LeaveGranted, actor: str) -> str:
    """Leave that is somebody's from a day on, below zero to take some back; answers its id.

    Raises `NoSuchEmployee`, `NotADay`, `UnknownPayRule`.
    """
    person = people.known(desk.db, body.employee)
    pay_rules.day(body.day)
    _refuse_unknown(desk.db, body.leave)
    if not body.length_ms or abs(body.length_ms) > MOST_GRANTED_MS:
        raise UnknownPayRule(
            setting="length_ms", value=str(body.length_ms), known=f"1 … {MOST_GRANTED_MS}"
        )
    return desk.book.record(actor, msgspec.structs.replace(body, employee=person.id))[0].id


@at_once
def take(desk: Desk, body: LeaveTaken, actor: str) -> str:
    """Paid leave on some days, so long on each; answers its id. With a reason also where not enough is left.

    Raises `NoSuchEmployee`, `NotADay`, `UnknownPayRule`, `PeriodLocked`, `LeaveTwice`, `NotEnoughLeave`.
    """
    person = people.known(desk.db, body.employee)
    days = tuple(sorted({pay_rules.day(day).isoformat() for day in body.days}))
    _refuse_unknown(desk.db, body.leave)
    if not 0 < body.length_ms <= MOST_MS:
        raise UnknownPayRule(setting="length_ms", value=str(body.length_ms), known=f"1 … {MOST_MS}")
    if not 0 < len(days) <= MOST_DAYS:
        raise UnknownPayRule(setting="days", value=str(len(days)), known=f"1 … {MOST_DAYS}")
    has_leave = {
        day
        for leave, is_taken, day, _ in desk.db.rows(_OF_EMPLOYEE, person.id)
        if is_taken and leave == body.leave
    }
    for day in days:
        refuse_locked_day(desk.db, person.id, day)
        if day in has_leave:
            raise LeaveTwice(day=day)
    asked_ms = body.length_ms * len(days)
    left_ms = _left_ms(desk.db, person.id, body.leave, days[-1])
    refuse_signs(body.reason.strip(), "reason")
    if asked_ms > left_ms and not body.reason.strip():
        raise NotEnoughLeave(
            name=person.name,
            leave=body.leave,
            left_hours=_hours(left_ms),
            asked_hours=_hours(asked_ms),
        )
    told = msgspec.structs.replace(body, employee=person.id, days=days, reason=body.reason.strip())
    return desk.book.record(actor, told)[0].id


@at_once
def cancel(desk: Desk, leave: str, reason: str, actor: str) -> None:
    """Leave that was not taken after all, or a grant that was a mistake; `leave` is its id.

    Raises `NoSuchLeave`, `ReasonNeeded`, `PeriodLocked` where a day of it was approved.
    """
    rows = desk.db.rows(_ENTRY, leave)
    if not rows or rows[0][3] is not None:
        raise NoSuchLeave(leave=leave)
    refuse_signs(reason.strip(), "reason")
    if not reason.strip():
        raise ReasonNeeded
    for employee, day, is_taken, _ in rows:
        if is_taken:
            refuse_locked_day(desk.db, employee, day)
    desk.book.record(actor, LeaveCancelled(leave=leave, reason=reason.strip()))


def _left_ms(db: Database, employee: str, leave: str, on_day: str) -> int:
    return next((one.left_ms for one in balances(db, employee, on_day) if one.leave == leave), 0)


def _refuse_unknown(db: Database, leave: str) -> None:
    known: Collection[str] = pay_terms.leave_kinds(db)
    if leave not in known:
        raise UnknownPayRule(setting="leave", value=leave, known=", ".join(known))


def _hours(length_ms: int) -> str:
    """Hours and minutes, `-` before a debt: 7:30."""
    sign = "-" if length_ms < 0 else ""
    minutes = abs(length_ms) // 60_000
    return f"{sign}{minutes // 60}:{minutes % 60:02d}"
