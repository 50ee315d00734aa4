"""The wages of a period: what is approved as it was approved, everything else reckoned from what is known now."""

import datetime
from collections.abc import Sequence
from typing import Final

import msgspec

from appliance.domain.wages import LineKind
from appliance.journal.pay_kinds import Adjusted, DayWorked, Lacked, WeekWorked
from appliance.journal.time_kinds import PaidFor
from appliance.problems import Refusal
from appliance.services import approvals, pay_rules, wage_facts
from appliance.services.approvals import Approval, Approvals
from appliance.services.reckoning import Question, Remark, reckon
from appliance.services.wage_facts import Agreed
from appliance.store.database import Database
from appliance.store.statements import Statement, slot
from appliance.store.tables import Employee

_STAFF: Final = Statement(
    lambda: Employee.select(Employee.id, Employee.number, Employee.name, Employee.active).order_by(
        Employee.name, Employee.id
    )
)
_PERSON: Final = Statement(
    lambda: Employee.select(Employee.number, Employee.name, Employee.active).where(
        Employee.id == slot()
    )
)


class BadPeriod(Refusal):
    """A period ends before it begins, or runs into an approved one: `from_day`, `to_day`."""

    code = "bad_period"


class LockedPart(msgspec.Struct, frozen=True):
    """An approval that shares days with a period: those days are as they were approved.

    `left_out_minor` is what of it is not among the period's lines, because a week of it is cut in two.
    """

    approval: str
    from_day: str
    to_day: str
    total_minor: int
    left_out_minor: int


class Wages(msgspec.Struct, frozen=True):
    """What one employee is owed for a period; every line explains itself.

    `total_minor` are the wages, `net_minor` what is owed with the `adjustments`, which are no wages.
    """

    employee: str
    number: str
    name: str
    from_day: str
    to_day: str
    rules: str
    currency: str
    worked_ms: int
    overtime_ms: int
    lines: tuple[PaidFor, ...]
    total_minor: int
    questions: tuple[Question, ...] = ()
    approved: str = ""
    """The approval, where the period is locked: then the lines are those of that day and not reckoned anew."""
    net_minor: int = 0
    adjustments: tuple[Adjusted, ...] = ()
    remarks: tuple[Remark, ...] = ()
    days: tuple[DayWorked, ...] = ()
    weeks: tuple[WeekWorked, ...] = ()
    locked: tuple[LockedPart, ...] = ()
    round_minutes: int = 0
    week_starts: int = 0
    zone: str = ""


def report(db: Database, from_day: str, to_day: str, now_ms: int) -> tuple[Wages, ...]:
    """The wages of everybody who worked or earned in a period, by name. Raises `NotADay`, `BadPeriod`."""
    first, last = period(from_day, to_day)
    agreed = wage_facts.agreed(db, first, last)
    found = (
        _of(db, agreed, _Person(employee, number, name, bool(active)), first, last, now_ms)
        for employee, number, name, active in db.rows(_STAFF)
    )
    return tuple(
        one for one in found if one.lines or one.questions or one.adjustments or one.locked
    )


def of_employee(
    db: Database,
    employee: str,
    from_day: str,
    to_day: str,
    now_ms: int,
    *,
    number: str = "",
    name: str = "",
) -> Wages:
    """The wages of one employee: as they were approved for just this period, else as punches, rates and rules say now.

    Days of other approvals are shown as approved too, and named in `locked`. Raises `NotADay`, `BadPeriod`.
    """
    first, last = period(from_day, to_day)
    row = db.row(_PERSON, employee)
    told = ("", "", 1) if row is None else row
    person = _Person(employee, number or told[0], name or told[1], bool(told[2]))
    return _of(db, wage_facts.agreed(db, first, last), person, first, last, now_ms)


def period(from_day: str, to_day: str) -> tuple[datetime.date, datetime.date]:
    """The first and the last day of a period. Raises `NotADay`, `BadPeriod`."""
    first, last = pay_rules.day(from_day), pay_rules.day(to_day)
    if last < first:
        raise BadPeriod(from_day=from_day, to_day=to_day)
    return first, last


class _Person(msgspec.Struct, frozen=True):
    id: str
    number: str
    name: str
    active: bool


def _of(
    db: Database,
    agreed: Agreed,
    person: _Person,
    first: datetime.date,
    last: datetime.date,
    now_ms: int,
) -> Wages:
    held = approvals.of_employee(db, person.id)
    from_day, to_day = first.isoformat(), last.isoformat()
    for one in held.counted:
        if (one.from_day, one.to_day) == (from_day, to_day):
            return _as_approved(db, one, held, person, now_ms)
    parts = [one for one in held.counted if one.overlaps(from_day, to_day)]
    facts = wage_facts.of_employee(db, person.id, first, last, agreed.rules, active=person.active)
    found = reckon(
        facts, agreed, first, last, now_ms, [(one.from_day, one.to_day) for one in parts]
    )
    earlier = approvals.in_look_back(held.counted, first, last)
    changed = approvals.differences(db, person.id, earlier, now_ms)
    kept = _Kept(parts, from_day, to_day)
    lines = tuple(sorted((*kept.lines, *found.lines), key=lambda line: line.week))
    adjustments = (*kept.adjustments, *found.adjustments)
    total = sum(line.amount_minor for line in lines)
    return Wages(
        employee=person.id,
        number=person.number,
        name=person.name,
        from_day=from_day,
        to_day=to_day,
        rules=agreed.rules.overtime.name,
        currency=agreed.currency,
        worked_ms=found.worked_ms + sum(one.worked_ms for one in kept.days),
        overtime_ms=_overtime_ms(lines),
        lines=lines,
        total_minor=total,
        questions=(*found.questions, *approvals.asked(changed)),
        net_minor=total + sum(one.amount_minor for one in adjustments),
        adjustments=adjustments,
        remarks=(
            *_lacked(kept.lacked),
            *found.remarks,
            *approvals.remarked(changed),
            *_approved_twice(held, from_day, to_day),
        ),
        days=tuple(sorted((*kept.days, *found.days), key=lambda one: one.day)),
        weeks=_weeks((*kept.weeks, *found.weeks)),
        locked=kept.parts,
        round_minutes=agreed.rules.round_minutes,
        week_starts=agreed.rules.week_starts,
        zone=agreed.rules.zone.key,
    )


class _Kept:
    """What of some approvals lies within a period."""

    def __init__(self, parts: Sequence[Approval], from_day: str, to_day: str) -> None:
        self.lines: list[PaidFor] = []
        self.days: list[DayWorked] = []
        self.weeks: list[WeekWorked] = []
        self.lacked: list[Lacked] = []
        self.adjustments: list[Adjusted] = []
        locked: list[LockedPart] = []
        for one in sorted(parts, key=lambda part: part.from_day):
            lines = approvals.inside(one, from_day, to_day)
            self.lines += lines
            left_out = one.total_minor - sum(line.amount_minor for line in lines)
            locked.append(LockedPart(one.id, one.from_day, one.to_day, one.total_minor, left_out))
            detail = one.detail
            if detail is not None:
                self.days += [each for each in detail.days if from_day <= each.day <= to_day]
                self.lacked += [each for each in detail.lacked if from_day <= each.day <= to_day]
                self.weeks += [
                    each
                    for each in detail.weeks
                    if approvals.is_inside(each.week, one, from_day, to_day)
                ]
                self.adjustments += [
                    each for each in detail.adjustments if from_day <= each.day <= to_day
                ]
        self.parts = tuple(locked)


def _as_approved(
    db: Database, approval: Approval, held: Approvals, person: _Person, now_ms: int
) -> Wages:
    detail = approval.detail
    changed = approvals.differences(db, person.id, [approval], now_ms)
    lines = approval.lines
    rules = pay_rules.read(db) if detail is None else pay_rules.from_told(detail.terms)
    return Wages(
        employee=person.id,
        number=person.number,
        name=person.name,
        from_day=approval.from_day,
        to_day=approval.to_day,
        rules=approval.rules,
        currency=approval.currency,
        worked_ms=approval.worked_ms,
        overtime_ms=_overtime_ms(lines),
        lines=lines,
        total_minor=approval.total_minor,
        questions=tuple(approvals.asked(changed)),
        approved=approval.id,
        net_minor=approval.net_minor,
        adjustments=() if detail is None else detail.adjustments,
        remarks=(
            *_lacked(() if detail is None else detail.lacked),
            *approvals.remarked(changed),
            *_approved_twice(held, approval.from_day, approval.to_day),
        ),
        days=() if detail is None else detail.days,
        weeks=() if detail is None else detail.weeks,
        round_minutes=rules.round_minutes,
        week_starts=rules.week_starts,
        zone=rules.zone.key,
    )


def _lacked(found: Sequence[Lacked]) -> list[Remark]:
    return [Remark(one.why, one.day, one.length_ms, one.taken_ms) for one in found]


def _approved_twice(held: Approvals, from_day: str, to_day: str) -> list[Remark]:
    return [
        Remark("approved_twice", one.from_day, approval=one.id)
        for one in held.second
        if one.overlaps(from_day, to_day)
    ]


def _weeks(found: Sequence[WeekWorked]) -> tuple[WeekWorked, ...]:
    """Workweeks in order; of one that lies in two periods the later word, which knows all of it."""
    return tuple(sorted({one.week: one for one in found}.values(), key=lambda one: one.week))


def _overtime_ms(lines: Sequence[PaidFor]) -> int:
    return sum(line.length_ms for line in lines if line.line_kind == LineKind.OVERTIME.value)
