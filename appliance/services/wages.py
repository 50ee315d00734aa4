"""Wages: from punches to what is owed, line by line; approved periods are locked, payments counted against them.

Straight time is paid in the period in which it was worked. Overtime belongs to a whole workweek, and is paid in the
period in which that workweek ends (29 CFR 778.106).
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, Final

import msgspec

from appliance.domain import calendar, timeclock
from appliance.domain.money import Minor
from appliance.domain.timeclock import Kind, Stretch
from appliance.domain.wages import (
    NO_OVERTIME,
    Earning,
    EarningKind,
    LineKind,
    Salary,
    WageLine,
    Work,
    week,
)
from appliance.journal.time_kinds import (
    EarningAdded,
    EarningRemoved,
    PaidFor,
    WagesApproved,
    WagesPaid,
)
from appliance.problems import Refusal
from appliance.services import doubts, pay_rules, people, shop
from appliance.services.desk import Desk, at_once
from appliance.services.pay_rules import PayRules, Rates
from appliance.services.timeclock import FOR_EVER, Place, punches, refuse_locked_day
from appliance.store.database import Database
from appliance.store.statements import Statement, slot
from appliance.store.tables import EarningRow, Employee, WagePayment, WagePeriod

_STAFF: Final = Statement(
    lambda: Employee.select(Employee.id, Employee.number, Employee.name).order_by(
        Employee.name, Employee.id
    )
)
_EARNINGS: Final = Statement(
    lambda: (
        EarningRow.select(EarningRow.day, EarningRow.kind, EarningRow.name, EarningRow.amount_minor)
        .where(
            (EarningRow.employee == slot())
            & (EarningRow.day >= slot())
            & (EarningRow.day <= slot())
            & EarningRow.removed.is_null()
        )
        .order_by(EarningRow.day, EarningRow.id)
    )
)
_EARNING: Final = Statement(
    lambda: EarningRow.select(EarningRow.employee, EarningRow.day, EarningRow.removed).where(
        EarningRow.id == slot()
    )
)
_APPROVED: Final = Statement(
    lambda: (
        WagePeriod.select(
            WagePeriod.id,
            WagePeriod.from_day,
            WagePeriod.to_day,
            WagePeriod.lamport,
            WagePeriod.origin,
            WagePeriod.total_minor,
        )
        .where(WagePeriod.employee == slot())
        .order_by(WagePeriod.lamport, WagePeriod.origin, WagePeriod.id)
    )
)
_LOCKED: Final = Statement(
    lambda: (
        WagePeriod.select(
            WagePeriod.id,
            WagePeriod.rules,
            WagePeriod.currency,
            WagePeriod.worked_ms,
            WagePeriod.lines,
            WagePeriod.total_minor,
        )
        .where(
            (WagePeriod.employee == slot())
            & (WagePeriod.from_day == slot())
            & (WagePeriod.to_day == slot())
        )
        .order_by(WagePeriod.lamport, WagePeriod.origin, WagePeriod.id)
    )
)
_LINES: Final = msgspec.json.Decoder(tuple[PaidFor, ...])
_PAID: Final = Statement(
    lambda: WagePayment.select(WagePayment.amount_minor).where(WagePayment.employee == slot())
)


class StillAtWork(Refusal):
    """Somebody has not clocked out in this period, or a punch waits to be put right: `name`, `count`."""

    code = "still_at_work"


class BadPeriod(Refusal):
    """A period ends before it begins, or runs into an approved one: `from_day`, `to_day`."""

    code = "bad_period"


class NoSuchEarning(Refusal):
    """No earning has this id, or it was removed."""

    code = "no_such_earning"


class NothingPaid(Refusal):
    """A payment of nothing."""

    code = "nothing_paid"


class Question(msgspec.Struct, frozen=True):
    """Something that a manager must put right before wages can be approved.

    `why` is a `timeclock.Fault`, `open` (still at work), `doubtful` (the clock could not be trusted), `unknown_device`
    (a device told of it that is not known as the shop's own) or `no_rate`.
    """

    why: str
    punch: str = ""
    day: str = ""
    job: str = ""


class Wages(msgspec.Struct, frozen=True):
    """What one employee is owed for a period; every line explains itself."""

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


class Owed(msgspec.Struct, frozen=True):
    """What was approved, what was paid, and what is still owed."""

    employee: str
    approved_minor: int
    paid_minor: int
    owed_minor: int


# --------------------------------------------------------------------------- reckoning


def report(db: Database, from_day: str, to_day: str, now_ms: int) -> tuple[Wages, ...]:
    """The wages of everybody who worked or earned in a period, by name. Raises `NotADay`, `BadPeriod`."""
    found = (
        of_employee(db, row[0], from_day, to_day, now_ms, number=row[1], name=row[2])
        for row in db.rows(_STAFF)
    )
    return tuple(one for one in found if one.lines or one.questions)


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

    Raises `NotADay`, `BadPeriod`.
    """
    first, last = pay_rules.day(from_day), pay_rules.day(to_day)
    if last < first:
        raise BadPeriod(from_day=from_day, to_day=to_day)
    locked = db.row(_LOCKED, employee, from_day, to_day)
    if locked is not None:
        return _as_approved(locked, employee, number, name, from_day, to_day)
    rules = pay_rules.read(db)
    rates = pay_rules.rates_of(db, employee)
    begin = calendar.week_begins(first, rules.week_starts)
    end = calendar.week_begins(last, rules.week_starts) + (calendar.DAYS - 1) * calendar.ONE_DAY
    stretches, questions = _worked(db, employee, begin, end, rules, now_ms)
    paid = [one for one in stretches if one.kind is not Kind.UNPAID_BREAK]
    days, unpriced = _days(paid, rates, rules)
    earned = _earnings(db, employee, begin, end)
    lines: list[PaidFor] = []
    overtime_ms = 0
    for monday in _weeks(begin, end):
        made, premium_ms = _week(monday, (first, last), days, earned, rates, rules)
        lines += made
        overtime_ms += premium_ms
    within = tuple(calendar.days_between(first, last))
    asked = [
        *(one for one in questions if not one.day or from_day <= one.day <= to_day),
        *(
            Question("no_rate", day=day.isoformat(), job=job)
            for day, job in unpriced
            if first <= day <= last
        ),
    ]
    return Wages(
        employee=employee,
        number=number,
        name=name,
        from_day=from_day,
        to_day=to_day,
        rules=rules.overtime.name,
        currency=shop.read(db).currency.code,
        worked_ms=sum(work.length_ms for day in within for work in days.get(day, ())),
        overtime_ms=overtime_ms,
        lines=tuple(lines),
        total_minor=sum(line.amount_minor for line in lines),
        questions=tuple(asked),
    )


def owed(db: Database, employee: str) -> Owed:
    """What an employee is still owed of approved wages. Of two approvals of the same days the first counts."""
    counted: list[tuple[str, str]] = []
    approved = 0
    for _, from_day, to_day, _, _, total in db.rows(_APPROVED, employee):
        if any(from_day <= other_to and to_day >= other_from for other_from, other_to in counted):
            continue
        counted.append((from_day, to_day))
        approved += total
    paid = sum(row[0] for row in db.rows(_PAID, employee))
    return Owed(employee, approved, paid, approved - paid)


# --------------------------------------------------------------------------- acts


@at_once
def approve(
    desk: Desk, employee: str, from_day: str, to_day: str, place: Place, actor: str, now_ms: int
) -> str:
    """Approve and lock an employee's wages for a period; answers the approval's id.

    Raises `NotHere`, `NoSuchEmployee`, `NotADay`, `BadPeriod`, `StillAtWork` while questions are open.
    """
    place.refuse_unless("approve")
    person = people.find(desk.db, employee)
    found = of_employee(desk.db, person.id, from_day, to_day, now_ms)
    for _, other_from, other_to, *_ in desk.db.rows(_APPROVED, person.id):
        if from_day <= other_to and to_day >= other_from:
            raise BadPeriod(from_day=from_day, to_day=to_day)
    if found.questions:
        raise StillAtWork(name=person.name, count=len(found.questions))
    body = WagesApproved(
        employee=person.id,
        from_day=from_day,
        to_day=to_day,
        rules=found.rules,
        currency=found.currency,
        worked_ms=found.worked_ms,
        lines=found.lines,
        total_minor=found.total_minor,
    )
    return desk.book.record(actor, body)[0].id


@at_once
def pay(
    desk: Desk, employee: str, amount_minor: int, day: str, place: Place, actor: str, note: str = ""
) -> None:
    """Note that wages were paid out. Raises `NotHere`, `NoSuchEmployee`, `NotADay`, `NothingPaid`."""
    place.refuse_unless("pay")
    person = people.find(desk.db, employee)
    pay_rules.day(day)
    if not amount_minor:
        raise NothingPaid
    desk.book.record(
        actor, WagesPaid(employee=person.id, amount_minor=amount_minor, day=day, note=note)
    )


@at_once
def add_earning(desk: Desk, earning: EarningAdded, actor: str) -> str:
    """Pay besides hours; answers its id. Raises `NoSuchEmployee`, `NotADay`, `PeriodLocked`, `UnknownPayRule`."""
    person = people.find(desk.db, earning.employee)
    day = pay_rules.day(earning.day)
    kinds = tuple(kind.value for kind in EarningKind)
    if earning.earning_kind not in kinds:
        known = ", ".join(kinds)
        raise pay_rules.UnknownPayRule(setting="kind", value=earning.earning_kind, known=known)
    refuse_locked_day(desk.db, person.id, day.isoformat())
    body = msgspec.structs.replace(earning, employee=person.id, day=day.isoformat())
    return desk.book.record(actor, body)[0].id


@at_once
def remove_earning(desk: Desk, earning: str, reason: str, actor: str) -> None:
    """An earning that was a mistake. Raises `NoSuchEarning`, `PeriodLocked`."""
    row = desk.db.row(_EARNING, earning)
    if row is None or row[2] is not None:
        raise NoSuchEarning(earning=earning)
    refuse_locked_day(desk.db, row[0], row[1])
    desk.book.record(actor, EarningRemoved(earning=earning, reason=reason))


# --------------------------------------------------------------------------- helpers

_Days = dict[datetime.date, list[Work]]


def _as_approved(
    row: Sequence[Any], employee: str, number: str, name: str, from_day: str, to_day: str
) -> Wages:
    approval, rules, currency, worked_ms, text, total_minor = row
    lines = _LINES.decode(text)
    return Wages(
        employee=employee,
        number=number,
        name=name,
        from_day=from_day,
        to_day=to_day,
        rules=rules,
        currency=currency,
        worked_ms=worked_ms,
        overtime_ms=sum(
            line.length_ms for line in lines if line.line_kind == LineKind.OVERTIME.value
        ),
        lines=lines,
        total_minor=total_minor,
        approved=approval,
    )


def _worked(
    db: Database,
    employee: str,
    begin: datetime.date,
    end: datetime.date,
    rules: PayRules,
    now_ms: int,
) -> tuple[list[Stretch], list[Question]]:
    """Stretches that touch these days, cut to them, and what does not fit."""
    from_ms = calendar.day_begins_ms(begin, rules.zone)
    to_ms = calendar.day_begins_ms(end + calendar.ONE_DAY, rules.zone)
    margin_ms = 2 * timeclock.LONGEST_SHIFT_MS
    told = punches(db, employee, from_ms - margin_ms, min(to_ms + margin_ms, FOR_EVER))
    rounded = [
        one._replace(at_ms=timeclock.round_punch(one.at_ms, rules.round_minutes)) for one in told
    ]
    record = timeclock.fold(rounded, now_ms)
    questions = [
        Question(odd.fault.value, odd.punch.id, _day(odd.punch.at_ms, rules))
        for odd in record.odd
        if from_ms <= odd.punch.at_ms < to_ms
    ]
    if record.since is not None and from_ms <= record.since.at_ms < to_ms:
        questions.append(Question("open", record.since.id, _day(record.since.at_ms, rules)))
    questions += [
        Question(one.why, one.punch, _day(one.at_ms, rules))
        for one in doubts.of_employee(db, employee, from_ms, to_ms)
    ]
    cut = [
        one._replace(begun_ms=max(one.begun_ms, from_ms), ended_ms=min(one.ended_ms, to_ms))
        for one in record.stretches
        if one.begun_ms < to_ms and one.ended_ms > from_ms
    ]
    return cut, questions


def _day(at_ms: int, rules: PayRules) -> str:
    return calendar.day_of(at_ms, rules.zone).isoformat()


def _days(
    stretches: Iterable[Stretch], rates: Rates, rules: PayRules
) -> tuple[_Days, list[tuple[datetime.date, str]]]:
    """What was worked on each day at which rate, and days whose work has no rate."""
    days: _Days = defaultdict(list)
    unpriced: dict[tuple[datetime.date, str], None] = {}
    for stretch in stretches:
        for day, length_ms in calendar.by_day(stretch.begun_ms, stretch.ended_ms, rules.zone):
            rate = rates.at(stretch.job, day)
            if rate is None:
                unpriced[day, stretch.job] = None
            hourly = Minor(0) if rate is None or rate.covers_ms else rate.rate_minor
            days[day].append(Work(stretch.job, hourly, length_ms))
    return days, list(unpriced)


def _weeks(begin: datetime.date, end: datetime.date) -> Iterable[datetime.date]:
    day = begin
    while day <= end:
        yield day
        day += calendar.DAYS * calendar.ONE_DAY


def _week(
    begins: datetime.date,
    period: tuple[datetime.date, datetime.date],
    days: _Days,
    earned: Sequence[tuple[str, Earning]],
    rates: Rates,
    rules: PayRules,
) -> tuple[list[PaidFor], int]:
    """The lines of one workweek that belong to a period, and its overtime."""
    seven = [begins + place * calendar.ONE_DAY for place in range(calendar.DAYS)]
    inside = [period[0] <= day <= period[1] for day in seven]
    all_work = [days.get(day, []) for day in seven]
    names = [day.isoformat() for day in seven]
    of_week = [earning for day, earning in earned if day in names]
    agreed = rates.at("", seven[-1])
    salary = (
        Salary(agreed.rate_minor, agreed.covers_ms)
        if agreed is not None and agreed.covers_ms and any(all_work)
        else None
    )
    whole = week(all_work, rules.overtime, of_week, salary)
    ends_here = inside[-1]
    if salary is not None:
        # A weekly salary is not cut in pieces: it is paid with the week's end.
        straight = [line for line in whole.lines if line.kind is not LineKind.OVERTIME]
        straight = straight if ends_here else []
    else:
        here = [
            earning
            for day, earning in earned
            if day in names and period[0].isoformat() <= day <= period[1].isoformat()
        ]
        worked = [work if own else [] for work, own in zip(all_work, inside, strict=True)]
        straight = list(week(worked, NO_OVERTIME, here).lines)
    premiums = [line for line in whole.lines if line.kind is LineKind.OVERTIME]
    premiums = premiums if ends_here else []
    lines = [_line(line, begins, names) for line in (*straight, *premiums)]
    return lines, sum(line.length_ms for line in premiums)


def _line(line: WageLine, begins: datetime.date, names: Sequence[str]) -> PaidFor:
    return PaidFor(
        week=begins.isoformat(),
        line_kind=line.kind.value,
        name=line.name,
        length_ms=line.length_ms,
        rate_minor=line.rate_minor,
        factor_ppm=line.factor_ppm,
        amount_minor=line.amount_minor,
        day="" if line.day is None else names[line.day],
    )


def _earnings(
    db: Database, employee: str, begin: datetime.date, end: datetime.date
) -> list[tuple[str, Earning]]:
    return [
        (day, Earning(EarningKind(kind), name, Minor(amount)))
        for day, kind, name, amount in db.rows(
            _EARNINGS, employee, begin.isoformat(), end.isoformat()
        )
    ]
