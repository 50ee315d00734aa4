"""What the tables say about one employee's pay (punches, earnings, leave, rates …), and what is agreed for everybody.

Nothing is reckoned here; `reckoning` makes lines of it.
"""

import datetime
import hashlib
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from appliance.domain import calendar, timeclock
from appliance.domain.money import Minor
from appliance.domain.shift_bonus import ShiftBonuses
from appliance.domain.timeclock import Punch
from appliance.domain.wages import Earning, EarningKind
from appliance.journal.entry import canonical_json
from appliance.journal.pay_kinds import Adjusted, ApprovedDetail
from appliance.services import (
    doubts,
    extra_pay,
    holiday_days,
    locks,
    pay_rules,
    pay_terms,
    shop,
    staff,
)
from appliance.services.doubts import Doubt
from appliance.services.holiday_days import Holiday
from appliance.services.pay_rules import PayRules, Rates
from appliance.services.timeclock import FOR_EVER, punches
from appliance.store.database import Database
from appliance.store.statements import Statement, slot
from appliance.store.tables import (
    BackPay,
    LeaveRow,
    WagePeriod,
)

MARGIN_MS: Final = 2 * timeclock.LONGEST_SHIFT_MS
"""So far beyond its days punches may matter to a period: a shift that began before, or ends after it."""

_LEAVE: Final = Statement(
    lambda: (
        LeaveRow.select(LeaveRow.day, LeaveRow.leave, LeaveRow.length_ms)
        .where(
            (LeaveRow.employee == slot())
            & (LeaveRow.taken == slot())
            & (LeaveRow.day >= slot())
            & (LeaveRow.day <= slot())
            & LeaveRow.removed.is_null()
        )
        .order_by(LeaveRow.day, LeaveRow.id)
    )
)
_BACK_PAY: Final = Statement(
    lambda: (
        BackPay.select(
            BackPay.approval,
            BackPay.facts,
            BackPay.day,
            BackPay.amount_minor,
            WagePeriod.from_day,
            WagePeriod.to_day,
        )
        .join(WagePeriod, on=(WagePeriod.id == BackPay.approval))
        .where(BackPay.employee == slot())
        .order_by(BackPay.day, BackPay.id)
    )
)


class LeaveDay(NamedTuple):
    """Paid leave on a day."""

    day: str
    leave: str
    length_ms: int


class Settled(NamedTuple):
    """A difference that was paid, or let be, after the approval of a period."""

    approval: str
    facts: str
    day: str
    amount_minor: int
    from_day: str
    to_day: str


@dataclass(frozen=True, slots=True)
class Agreed:
    """What counts for everybody: the rules as they were told and as they are read, bonuses, holidays, leave."""

    told: Mapping[str, Any]
    rules: PayRules
    bonuses: ShiftBonuses
    holidays: Mapping[str, Holiday]
    leave_names: Mapping[str, str]
    currency: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one employee for some whole workweeks.

    `active` is whether they may still sign in; `hired_day` and `left_day` are their first and last one, if told.
    """

    employee: str
    active: bool
    hired_day: str
    left_day: str
    begin: datetime.date
    end: datetime.date
    punches: Sequence[Punch]
    doubts: Sequence[Doubt]
    earnings: Sequence[tuple[str, Earning]]
    leave: Sequence[LeaveDay]
    adjustments: Sequence[Adjusted]
    settled: Sequence[Settled]
    rates: Rates


@dataclass(frozen=True, slots=True)
class Window:
    """A period whose facts are summed up: its days, and the moments between which they lie.

    Where it begins within a workweek, its overtime depends on the days before it: `week` is the first of them.
    """

    week: str
    from_day: str
    to_day: str
    begins_ms: int
    ends_ms: int

    @property
    def from_ms(self) -> int:
        """When punches begin to matter: a shift may go into its workweek."""
        before = datetime.date.fromisoformat(self.from_day) - datetime.date.fromisoformat(self.week)
        return self.begins_ms - before.days * 24 * timeclock.HOUR_MS - timeclock.LONGEST_SHIFT_MS

    @property
    def to_ms(self) -> int:
        """When they no longer do: a shift may go beyond its end."""
        return self.ends_ms + timeclock.LONGEST_SHIFT_MS


def agreed(
    db: Database,
    first: datetime.date,
    last: datetime.date,
    told: Mapping[str, Any] | None = None,
) -> Agreed:
    """What counts for everybody from one day to another: by the rules that were `told`, else by those of now."""
    told = pay_rules.told(db) if told is None else told
    rules = pay_rules.from_told(told)
    begin, end = whole_weeks(first, last, rules)
    years = range(begin.year, end.year + 1)
    return Agreed(
        told,
        rules,
        pay_terms.shift_bonuses(db),
        holiday_days.of_years(db, rules, years),
        {
            code: kind.name or code
            for code, kind in pay_terms.leave_kinds(db, also_archived=True).items()
        },
        shop.read(db).currency.code,
    )


def whole_weeks(
    first: datetime.date, last: datetime.date, rules: PayRules
) -> tuple[datetime.date, datetime.date]:
    """The first day of the workweek in which `first` lies, and the last day of that of `last`."""
    begin = calendar.week_begins(first, rules.week_starts)
    end = calendar.week_begins(last, rules.week_starts)
    return begin, end + (calendar.DAYS - 1) * calendar.ONE_DAY


def of_employee(
    db: Database,
    employee: str,
    first: datetime.date,
    last: datetime.date,
    rules: PayRules,
    *,
    active: bool = True,
) -> Facts:
    """What the tables say of an employee for the workweeks from one day to another."""
    begin, end = whole_weeks(first, last, rules)
    from_ms = calendar.day_begins_ms(begin, rules.zone)
    to_ms = calendar.day_begins_ms(end + calendar.ONE_DAY, rules.zone)
    days = (begin.isoformat(), end.isoformat())
    person = staff.details(db, employee)
    return Facts(
        employee=employee,
        active=active,
        hired_day=person.hired_day,
        left_day=person.left_day,
        begin=begin,
        end=end,
        punches=punches(db, employee, from_ms - MARGIN_MS, min(to_ms + MARGIN_MS, FOR_EVER)),
        doubts=doubts.of_employee(db, employee, from_ms, to_ms),
        earnings=[
            (one.day, Earning(EarningKind(one.kind), one.name, Minor(one.amount_minor)))
            for one in extra_pay.earnings(db, employee, *days)
        ],
        leave=[LeaveDay(*row) for row in db.rows(_LEAVE, employee, 1, *days)],
        adjustments=[Adjusted(*one[1:]) for one in extra_pay.adjustments(db, employee, *days)],
        settled=settled(db, employee),
        rates=pay_rules.rates_of(db, employee),
    )


def settled(db: Database, employee: str) -> list[Settled]:
    """The differences of an employee that were paid or let be.

    Of an approval that came second for its days nothing is settled: those days are looked at by the first one.
    """
    rows = db.rows(_BACK_PAY, employee)
    counted = locks.counted(db, employee) if rows else frozenset()
    return [Settled(*row) for row in rows if row[0] in counted]


def checksums(db: Database, employee: str, windows: Sequence[Window]) -> list[str]:
    """A checksum of the facts of each period: any other punch, earning, leave, adjustment or back pay changes it.

    What lies beyond the period's edges counts where a shift or the overtime of its first workweek could reach it.
    """
    if not windows:
        return []
    first = min(one.week for one in windows)
    last = max(one.to_day for one in windows)
    from_ms = min(one.from_ms for one in windows)
    to_ms = max(one.to_ms for one in windows)
    punched = punches(db, employee, from_ms, to_ms)
    times = [one.at_ms for one in punched]
    of_days = [
        *(("earning", *one[1:]) for one in extra_pay.earnings(db, employee, first, last)),
        *(("leave", *row) for row in db.rows(_LEAVE, employee, 1, first, last)),
        *(("adjustment", *one[1:]) for one in extra_pay.adjustments(db, employee, first, last)),
    ]
    settled_rows = [
        (one.day, one.approval, one.facts, one.amount_minor)
        for one in settled(db, employee)
        if one.amount_minor
    ]
    found: list[str] = []
    for one in windows:
        begin, end = bisect_left(times, one.from_ms), bisect_left(times, one.to_ms)
        facts = [
            [(one.at_ms, one.what.value, one.job, int(one.paid)) for one in punched[begin:end]],
            [row for row in of_days if one.week <= row[1] <= one.to_day],
        ]
        # Of back pay only where there is some, so that what older programs approved stays as it was.
        paid = [row for row in settled_rows if one.from_day <= row[0] <= one.to_day]
        facts += [paid] if paid else []
        found.append(hashlib.sha256(canonical_json(facts).encode()).hexdigest()[:32])
    return found


def window_of(from_day: str, to_day: str, rules: PayRules) -> Window:
    """A period's window, by the shop's time zone. Raises `NotADay`."""
    first, last = pay_rules.day(from_day), pay_rules.day(to_day)
    return Window(
        calendar.week_begins(first, rules.week_starts).isoformat(),
        from_day,
        to_day,
        calendar.day_begins_ms(first, rules.zone),
        calendar.day_begins_ms(last + calendar.ONE_DAY, rules.zone),
    )


def window_as_approved(from_day: str, to_day: str, detail: ApprovedDetail) -> Window:
    """The window of a period that was approved, by the rules and the moments of that time."""
    first = datetime.date.fromisoformat(from_day)
    week = calendar.week_begins(first, pay_rules.from_told(detail.terms).week_starts)
    return Window(week.isoformat(), from_day, to_day, detail.begins_ms, detail.ends_ms)
