"""The record that an employer keeps of an employee's pay for a period: the fields of 29 CFR 516.2(a)."""

import datetime
from typing import Final

import msgspec

from appliance.domain.wages import NOT_STRAIGHT, LineKind
from appliance.journal.pay_kinds import Adjusted, DayWorked, WeekWorked
from appliance.journal.time_kinds import PaidFor
from appliance.problems import Refusal
from appliance.services import approvals, pay_rules, staff, wage_report
from appliance.services.reckoning import Question, Remark
from appliance.services.wage_report import Wages
from appliance.store.database import Database

ADULT: Final = 19
"""The birth date belongs into the record of who is younger: 516.2(a)(3)."""


class NoWages(Refusal):
    """Nobody worked or earned anything, so there is no record to write down: `from_day`, `to_day`."""

    code = "no_wages"


class Paid(msgspec.Struct, frozen=True):
    """A payment, or the part of it that settled this period."""

    day: str
    amount_minor: int


class WageRecord(msgspec.Struct, frozen=True):
    """One employee's pay for a period. The comments name the paragraphs of 29 CFR 516.2(a).

    Details that nobody has entered are empty. `week_starts` is 0 for Monday to 6 for Sunday; workweeks begin at
    midnight of the shop's time zone `zone`. `other_minor` are all others: leave, holidays (and the premium for work on
    one), missed meals, back pay.
    """

    employee: str
    name: str  # (1)
    number: str  # (1)
    address: str  # (2)
    born_day: str  # (3)
    sex: str  # (4)
    occupation: str  # (4)
    week_starts: int  # (5)
    zone: str
    from_day: str  # (12)
    to_day: str  # (12)
    currency: str
    rules: str
    round_minutes: int
    days: tuple[DayWorked, ...]  # (7)
    weeks: tuple[WeekWorked, ...]  # (6) the regular rate, (7) total hours
    worked_ms: int
    overtime_ms: int
    lines: tuple[PaidFor, ...]
    straight_minor: int  # (8)
    premium_minor: int  # (9)
    other_minor: int
    adjustments: tuple[Adjusted, ...]  # (10)
    additions_minor: int  # (10)
    deductions_minor: int  # (10), above zero
    total_minor: int  # (11)
    net_minor: int
    payments: tuple[Paid, ...]  # (12)
    paid_minor: int
    approved: str
    questions: tuple[Question, ...] = ()
    remarks: tuple[Remark, ...] = ()

    @property
    def owed_minor(self) -> int:
        """What is still owed for this period."""
        return self.net_minor - self.paid_minor


def record(db: Database, employee: str, from_day: str, to_day: str, now_ms: int) -> WageRecord:
    """The record of one employee for a period. Raises `NotADay`, `BadPeriod`."""
    return of_wages(db, wage_report.of_employee(db, employee, from_day, to_day, now_ms))


def records(db: Database, from_day: str, to_day: str, now_ms: int) -> tuple[WageRecord, ...]:
    """The records of everybody who worked or earned in a period, by name. Raises `NotADay`, `BadPeriod`."""
    return tuple(of_wages(db, one) for one in wage_report.report(db, from_day, to_day, now_ms))


def of_wages(db: Database, wages: Wages) -> WageRecord:
    """Wages with the details of the person and the payments that settled them."""
    person = staff.details(db, wages.employee)
    paid = approvals.payments_for(db, wages.employee, wages.approved) if wages.approved else ()
    premium = sum(
        line.amount_minor for line in wages.lines if line.line_kind == LineKind.OVERTIME.value
    )
    straight = sum(line.amount_minor for line in wages.lines if line.line_kind not in NOT_STRAIGHT)
    amounts = [one.amount_minor for one in wages.adjustments]
    return WageRecord(
        employee=wages.employee,
        name=wages.name,
        number=wages.number,
        address=person.address,
        born_day=_if_young(person.born_day, wages.from_day),
        sex=person.sex,
        occupation=person.occupation,
        week_starts=wages.week_starts,
        zone=wages.zone,
        from_day=wages.from_day,
        to_day=wages.to_day,
        currency=wages.currency,
        rules=wages.rules,
        round_minutes=wages.round_minutes,
        days=wages.days,
        weeks=wages.weeks,
        worked_ms=wages.worked_ms,
        overtime_ms=wages.overtime_ms,
        lines=wages.lines,
        straight_minor=straight,
        premium_minor=premium,
        other_minor=wages.total_minor - straight - premium,
        adjustments=wages.adjustments,
        additions_minor=sum(one for one in amounts if one > 0),
        deductions_minor=-sum(one for one in amounts if one < 0),
        total_minor=wages.total_minor,
        net_minor=wages.net_minor,
        payments=tuple(Paid(*one) for one in paid),
        paid_minor=sum(amount for _, amount in paid),
        approved=wages.approved,
        questions=wages.questions,
        remarks=wages.remarks,
    )


def _if_young(born_day: str, from_day: str) -> str:
    """The birth date where somebody is not 19 yet when the period begins, else nothing."""
    try:
        born = datetime.date.fromisoformat(born_day)
    except ValueError:
        return ""
    first = pay_rules.day(from_day)
    years = first.year - born.year - ((first.month, first.day) < (born.month, born.day))
    return born_day if years < ADULT else ""
