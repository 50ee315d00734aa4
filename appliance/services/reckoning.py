"""Reckoning wages: from what is known of an employee to the lines of a period, and what must be asked or remarked.

Straight time is paid in the period in which it was worked, and so are leave, holidays and bonuses of a day. Overtime
and what else needs the regular rate belong to a whole workweek, and are paid in the period in which that workweek ends
(29 CFR 778.106). Days that are locked by an approval are left out: they were paid.
"""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import msgspec

from appliance.domain import calendar, timeclock
from appliance.domain.money import PPM, Minor
from appliance.domain.timeclock import Record
from appliance.domain.wages import NO_OVERTIME, LineKind, Salary, WageLine, paid_hours, week
from appliance.journal.pay_kinds import Adjusted, DayWorked, WeekWorked
from appliance.journal.time_kinds import PaidFor
from appliance.services import worked_hours
from appliance.services.pay_rules import PayRules
from appliance.services.wage_facts import Agreed, Facts
from appliance.services.worked_hours import Worked, day_of

OF_THE_WEEK: Final = frozenset({LineKind.OVERTIME, LineKind.MISSED_MEAL})
"""Lines that need the whole workweek, and are paid where it ends."""

_SALARIED: Final = frozenset({LineKind.SALARY, LineKind.TIME})


class Question(msgspec.Struct, frozen=True):
    """Something that a manager must put right before wages can be approved.

    `why` is a `timeclock.Fault`, `open` (still at work), `doubtful` (the clock could not be trusted), `no_rate`,
    `unknown_device` (a device told of it that is not known as the shop's own), `asked` (a request of theirs waits), or
    `changed`: what became known after the `approval` of the period from `day` makes a difference of `amount_minor`.
    """

    why: str
    punch: str = ""
    day: str = ""
    job: str = ""
    approval: str = ""
    amount_minor: int = 0


class Remark(msgspec.Struct, frozen=True):
    """Something to know that keeps nobody from approving.

    `why` is a `breaks.Missing` with its lengths, `changed` (facts of an approved period changed, its pay did not), or
    `approved_twice` (two registers approved the same days; the first counts).
    """

    why: str
    day: str
    length_ms: int = 0
    taken_ms: int = 0
    approval: str = ""


@dataclass(slots=True)
class Reckoned:
    """What a period comes to for one employee."""

    lines: list[PaidFor] = field(default_factory=list)
    days: list[DayWorked] = field(default_factory=list)
    weeks: list[WeekWorked] = field(default_factory=list)
    adjustments: list[Adjusted] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    overtime_ms: int = 0

    @property
    def worked_ms(self) -> int:
        """All hours of its days."""
        return sum(one.worked_ms for one in self.days)

    @property
    def total_minor(self) -> int:
        """All wages."""
        return sum(line.amount_minor for line in self.lines)

    @property
    def net_minor(self) -> int:
        """Wages, additions and deductions."""
        return self.total_minor + sum(one.amount_minor for one in self.adjustments)


def reckon(
    facts: Facts,
    agreed: Agreed,
    first: datetime.date,
    last: datetime.date,
    now_ms: int,
    locked: Sequence[tuple[str, str]] = (),
) -> Reckoned:
    """The wages of a period without the days that are `locked`."""
    rules = agreed.rules
    mine = frozenset(
        day.isoformat()
        for day in calendar.days_between(first, last)
        if not any(begin <= day.isoformat() <= end for begin, end in locked)
    )
    found = Reckoned()
    record = timeclock.fold(facts.punches, now_ms)
    worked = worked_hours.of_record(record, facts, agreed)
    found.remarks = [
        Remark(lack.what.value, day, lack.length_ms, lack.taken_ms)
        for day, lack in worked.lacks
        if day in mine
    ]
    monday = facts.begin
    while monday <= facts.end:
        _week(monday, mine, worked, facts, agreed, found)
        monday += calendar.DAYS * calendar.ONE_DAY
    for day in sorted(mine):
        length_ms = sum(one.length_ms for one in worked.work.get(day, ()))
        if length_ms:
            found.days.append(DayWorked(day, length_ms))
    found.adjustments = [one for one in facts.adjustments if one.day in mine]
    found.questions = [
        *(one for one in _questions(facts, record, rules) if one.day in mine),
        *(Question("no_rate", day=day, job=job) for day, job in worked.unpriced if day in mine),
    ]
    return found


# --------------------------------------------------------------------------- workweeks


def _week(
    monday: datetime.date,
    mine: frozenset[str],
    worked: Worked,
    facts: Facts,
    agreed: Agreed,
    found: Reckoned,
) -> None:
    """The lines of one workweek that belong to the period."""
    seven = [monday + place * calendar.ONE_DAY for place in range(calendar.DAYS)]
    names = [day.isoformat() for day in seven]
    inside = [name in mine for name in names]
    if not any(inside):
        return
    all_work = [worked.work.get(name, []) for name in names]
    salary = _salary(facts, seven[-1], names, any(all_work))
    on_top = [
        one._replace(day=place)
        for place, name in enumerate(names)
        for one in worked.supplements.get(name, ())
    ]
    missed = [place for place, name in enumerate(names) if name in worked.missed_meals]
    of_week = [earning for day, earning in facts.earnings if names[0] <= day <= names[-1]]
    whole = week(all_work, agreed.rules.overtime, of_week, salary, on_top, missed)
    if all(inside):
        lines = list(whole.lines)
    else:
        # A weekly salary is not cut in pieces: it is paid with the week's end.
        whole_ones = OF_THE_WEEK if salary is None else OF_THE_WEEK | _SALARIED
        own = [
            work if is_in and salary is None else []
            for work, is_in in zip(all_work, inside, strict=True)
        ]
        here = [earning for day, earning in facts.earnings if day in mine and day in names]
        bonuses = [one for one in on_top if inside[one.day]]
        lines = list(week(own, NO_OVERTIME, here, supplements=bonuses).lines)
        if inside[-1]:
            lines += [line for line in whole.lines if line.kind in whole_ones]
    lines += _days_off(seven, inside, worked, facts, agreed)
    found.lines += [_line(line, monday, names) for line in lines]
    found.lines += _back_pay(facts, names, mine)
    found.overtime_ms += sum(line.length_ms for line in lines if line.kind is LineKind.OVERTIME)
    if whole.worked_ms:
        found.weeks.append(
            WeekWorked(names[0], whole.worked_ms, whole.overtime_ms, whole.regular_rate_minor)
        )


def _salary(
    facts: Facts,
    week_ends: datetime.date,
    names: Sequence[str],
    is_worked: bool,  # noqa: FBT001 - one of the facts
) -> Salary | None:
    """The weekly salary that counts when the week ends, where somebody worked in it or was on paid leave."""
    agreed = facts.rates.at("", week_ends)
    if agreed is None or not agreed.covers_ms:
        return None
    if not is_worked and not any(names[0] <= one.day <= names[-1] for one in facts.leave):
        return None
    return Salary(agreed.rate_minor, agreed.covers_ms)


def _days_off(
    seven: Sequence[datetime.date],
    inside: Sequence[bool],
    worked: Worked,
    facts: Facts,
    agreed: Agreed,
) -> Iterator[WageLine]:
    """Paid leave, and pay for holidays on which somebody was off. A weekly salary covers both."""
    of_week = facts.rates.at("", seven[-1])
    is_salaried = of_week is not None and of_week.covers_ms > 0
    is_worked = any(day.isoformat() in worked.work for day in seven)
    for place, day in enumerate(seven):
        name = day.isoformat()
        if not inside[place]:
            continue
        rate = facts.rates.usual(day)
        off_ms = 0
        for leave in facts.leave:
            if leave.day != name:
                continue
            off_ms += leave.length_ms
            if rate is None:
                worked.unpriced[name, ""] = None
            own = Minor(0) if rate is None or is_salaried else worked_hours.hourly(rate)
            kind = agreed.leave_names.get(leave.leave, leave.leave)
            yield paid_hours(LineKind.LEAVE, kind, own, leave.length_ms)._replace(day=place)
        holiday = agreed.holidays.get(name)
        if holiday is None or rate is None or is_salaried:
            continue
        if not _is_here(facts, name, is_worked=is_worked):
            continue
        at_work_ms = sum(one.length_ms for one in worked.work.get(name, ()))
        due_ms = holiday.hours_ms - at_work_ms - off_ms
        if due_ms > 0:
            own = worked_hours.hourly(rate)
            yield paid_hours(LineKind.HOLIDAY_PAY, holiday.name, own, due_ms)._replace(day=place)


def _is_here(facts: Facts, day: str, *, is_worked: bool) -> bool:
    """Whether somebody works for the shop on a day: by their first and last day.

    Of whom it is only known that they have left, it is so in workweeks in which they still worked.
    """
    if facts.hired_day and day < facts.hired_day:
        return False
    if facts.left_day:
        return day <= facts.left_day
    return facts.active or is_worked


def _back_pay(facts: Facts, names: Sequence[str], mine: frozenset[str]) -> Iterator[PaidFor]:
    """Differences of approved periods that are paid with this one."""
    for one in facts.settled:
        if one.amount_minor and names[0] <= one.day <= names[-1] and one.day in mine:
            yield PaidFor(
                week=names[0],
                line_kind=LineKind.BACK_PAY.value,
                name=f"{one.from_day} – {one.to_day}",
                length_ms=0,
                rate_minor=0,
                factor_ppm=PPM,
                amount_minor=one.amount_minor,
                day=one.day,
            )


# --------------------------------------------------------------------------- parts


def _questions(facts: Facts, record: Record, rules: PayRules) -> Iterator[Question]:
    """What does not fit, who is still at work, whose clock was wrong, what strangers told of, and what is asked for."""
    for odd in record.odd:
        yield Question(odd.fault.value, odd.punch.id, day_of(odd.punch.at_ms, rules))
    if record.since is not None:
        yield Question("open", record.since.id, day_of(record.since.at_ms, rules))
    for doubt in facts.doubts:
        yield Question(doubt.why, doubt.punch, day_of(doubt.at_ms, rules))


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
