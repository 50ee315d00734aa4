"""Wages: what managers do about them. Approved periods are locked, and payments are counted against them.

What is owed is reckoned in `reckoning`, put together in `wage_report`; both are called by the names here. Who has left
is paid as well: approvals and payments know people who may no longer sign in.
"""

import datetime
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from appliance.domain import calendar
from appliance.domain.breaks import Missing
from appliance.domain.wages import EarningKind
from appliance.journal.pay_kinds import (
    AdjustmentAdded,
    AdjustmentRemoved,
    ApprovedDetail,
    BackPaySettled,
    Lacked,
)
from appliance.journal.time_kinds import EarningAdded, EarningRemoved, WagesApproved, WagesPaid
from appliance.problems import Refusal
from appliance.services import approvals, leave, pay_rules, people, wage_facts
from appliance.services.approvals import Owed, owed
from appliance.services.catalogue_texts import refuse_signs
from appliance.services.desk import Desk, at_once
from appliance.services.reckoning import Question, Remark
from appliance.services.timeclock import Place, ReasonNeeded, refuse_locked_day
from appliance.services.wage_record import WageRecord, record
from appliance.services.wage_report import (
    BadPeriod,
    LockedPart,
    Wages,
    of_employee,
    period,
    report,
)
from appliance.store.database import Database
from appliance.store.statements import Statement, slot
from appliance.store.tables import AdjustmentRow, EarningRow

ADJUSTMENT_KINDS: Final = ("expenses", "advance", "tools", "other")
"""What an addition or deduction may be for."""

LONGEST_PERIOD: Final = datetime.timedelta(days=366)

_EARNING: Final = Statement(
    lambda: EarningRow.select(EarningRow.employee, EarningRow.day, EarningRow.removed).where(
        EarningRow.id == slot()
    )
)
_ADJUSTMENT: Final = Statement(
    lambda: AdjustmentRow.select(
        AdjustmentRow.employee, AdjustmentRow.day, AdjustmentRow.removed
    ).where(AdjustmentRow.id == slot())
)


class StillAtWork(Refusal):
    """Somebody has not clocked out in this period, or a punch waits to be put right: `name`, `count`."""

    code = "still_at_work"


class NotThisPeriod(Refusal):
    """What is approved stays so: a slip in the year must not lock years. `from_day`, `to_day`."""

    code = "not_this_period"


class PeriodNotOver(Refusal):
    """The last day of a period has not ended in the shop's time zone, so more may be worked in it: `to_day`."""

    code = "period_not_over"


class NoSuchEarning(Refusal):
    """No earning has this id, or it was removed."""

    code = "no_such_earning"


class NoSuchAdjustment(Refusal):
    """No addition or deduction has this id, or it was removed."""

    code = "no_such_adjustment"


class NothingPaid(Refusal):
    """A payment, an addition or a deduction of nothing."""

    code = "nothing_paid"


class NothingChanged(Refusal):
    """Nothing that is not settled became known after this approval."""

    code = "nothing_changed"


@at_once
def approve(
    desk: Desk, employee: str, from_day: str, to_day: str, place: Place, actor: str, now_ms: int
) -> str:
    """Approve and lock an employee's wages for a period; answers the approval's id.

    Raises `NotHere`, `NoSuchEmployee`, `NotADay`, `BadPeriod`, `NotThisPeriod`, `PeriodNotOver`, and `StillAtWork`
    while questions are open.
    """
    place.refuse_unless("approve")
    person = people.known(desk.db, employee)
    found = of_employee(desk.db, person.id, from_day, to_day, now_ms)
    if found.approved or found.locked:
        raise BadPeriod(from_day=from_day, to_day=to_day)
    if found.questions:
        raise StillAtWork(name=found.name, count=len(found.questions))
    _refuse_before_end(desk, from_day, to_day, ZoneInfo(found.zone), now_ms)
    body = WagesApproved(
        employee=found.employee,
        from_day=from_day,
        to_day=to_day,
        rules=found.rules,
        currency=found.currency,
        worked_ms=found.worked_ms,
        lines=found.lines,
        total_minor=found.total_minor,
        detail=_detail(desk.db, found),
    )
    return desk.book.record(actor, body)[0].id


def _refuse_before_end(desk: Desk, from_day: str, to_day: str, zone: ZoneInfo, now_ms: int) -> None:
    """Raises `NotThisPeriod`, `PeriodNotOver`. A wrong clock may show any day, and keeps nobody from approving."""
    first, last = period(from_day, to_day)
    if last - first > LONGEST_PERIOD:
        raise NotThisPeriod(from_day=from_day, to_day=to_day)
    ends_ms = calendar.day_begins_ms(last + calendar.ONE_DAY, zone)
    if desk.book.clock_ok and now_ms < ends_ms:
        raise PeriodNotOver(to_day=to_day)


def _detail(db: Database, found: Wages) -> ApprovedDetail:
    """What else is kept, so that nothing that is set later changes what was approved."""
    told = pay_rules.told(db)
    window = wage_facts.window_of(found.from_day, found.to_day, pay_rules.from_told(told))
    return ApprovedDetail(
        begins_ms=window.begins_ms,
        ends_ms=window.ends_ms,
        facts=wage_facts.checksums(db, found.employee, [window])[0],
        net_minor=found.net_minor,
        days=found.days,
        weeks=found.weeks,
        adjustments=found.adjustments,
        accrued=leave.accrued(db, found.worked_ms),
        lacked=tuple(
            Lacked(one.day, one.why, one.length_ms, one.taken_ms)
            for one in found.remarks
            if one.why in set(Missing)
        ),
        terms=told,
    )


@at_once
def pay(
    desk: Desk, employee: str, amount_minor: int, day: str, place: Place, actor: str, note: str = ""
) -> None:
    """Note that wages were paid out. Raises `NotHere`, `NoSuchEmployee`, `NotADay`, `NothingPaid`, `Unprintable`."""
    place.refuse_unless("pay")
    person = people.known(desk.db, employee).id
    pay_rules.day(day)
    if not amount_minor:
        raise NothingPaid
    refuse_signs(note, "note")
    desk.book.record(
        actor, WagesPaid(employee=person, amount_minor=amount_minor, day=day, note=note)
    )


@at_once
def settle(
    desk: Desk,
    approval: str,
    day: str,
    place: Place,
    actor: str,
    now_ms: int,
    *,
    let_be: bool = False,
    reason: str = "",
) -> int:
    """Pay what changed after an approval with the period of `day`, or let it be; answers the amount in minor units.

    Raises `NotHere`, `NotADay`, `PeriodLocked` for the day, `NothingChanged`, `Unprintable`, and `ReasonNeeded` to
    let it be.
    """
    place.refuse_unless("approve")
    pay_rules.day(day)
    employee = approvals.whose(desk.db, approval)
    found = [one for one in approvals.of_employee(desk.db, employee).counted if one.id == approval]
    changed = approvals.differences(desk.db, employee, found, now_ms)
    if not approvals.asked(changed):
        raise NothingChanged
    if let_be and not reason.strip():
        raise ReasonNeeded
    refuse_signs(reason.strip(), "reason")
    refuse_locked_day(desk.db, employee, day)
    amount = 0 if let_be else changed[0].amount_minor
    body = BackPaySettled(employee, approval, changed[0].facts, day, amount, reason.strip())
    desk.book.record(actor, body)
    return amount


# --------------------------------------------------------------------------- besides hours


@at_once
def add_earning(desk: Desk, earning: EarningAdded, actor: str) -> str:
    """Pay besides hours; answers its id.

    Raises `NoSuchEmployee`, `NotADay`, `PeriodLocked`, `UnknownPayRule`, `Unprintable`.
    """
    person = people.known(desk.db, earning.employee).id
    day = pay_rules.day(earning.day)
    kinds = tuple(kind.value for kind in EarningKind)
    if earning.earning_kind not in kinds:
        known = ", ".join(kinds)
        raise pay_rules.UnknownPayRule(setting="kind", value=earning.earning_kind, known=known)
    refuse_signs(earning.name, "name")
    refuse_locked_day(desk.db, person, day.isoformat())
    body = msgspec.structs.replace(earning, employee=person, day=day.isoformat())
    return desk.book.record(actor, body)[0].id


@at_once
def remove_earning(desk: Desk, earning: str, reason: str, actor: str) -> None:
    """An earning that was a mistake. Raises `NoSuchEarning`, `PeriodLocked`, `Unprintable`."""
    row = desk.db.row(_EARNING, earning)
    if row is None or row[2] is not None:
        raise NoSuchEarning(earning=earning)
    refuse_signs(reason, "reason")
    refuse_locked_day(desk.db, row[0], row[1])
    desk.book.record(actor, EarningRemoved(earning=earning, reason=reason))


@at_once
def add_adjustment(desk: Desk, adjustment: AdjustmentAdded, actor: str) -> str:
    """An addition or (below zero) a deduction that is no wage; answers its id.

    Raises `NoSuchEmployee`, `NotADay`, `PeriodLocked`, `UnknownPayRule`, `NothingPaid`, `Unprintable`.
    """
    person = people.known(desk.db, adjustment.employee).id
    pay_rules.day(adjustment.day)
    if adjustment.adjustment_kind not in ADJUSTMENT_KINDS:
        known = ", ".join(ADJUSTMENT_KINDS)
        raise pay_rules.UnknownPayRule(
            setting="kind", value=adjustment.adjustment_kind, known=known
        )
    if not adjustment.amount_minor:
        raise NothingPaid
    refuse_signs(adjustment.name, "name")
    refuse_locked_day(desk.db, person, adjustment.day)
    body = msgspec.structs.replace(adjustment, employee=person)
    return desk.book.record(actor, body)[0].id


@at_once
def remove_adjustment(desk: Desk, adjustment: str, reason: str, actor: str) -> None:
    """An adjustment that was a mistake. Raises `NoSuchAdjustment`, `PeriodLocked`, `Unprintable`."""
    row = desk.db.row(_ADJUSTMENT, adjustment)
    if row is None or row[2] is not None:
        raise NoSuchAdjustment(adjustment=adjustment)
    refuse_signs(reason, "reason")
    refuse_locked_day(desk.db, row[0], row[1])
    desk.book.record(actor, AdjustmentRemoved(adjustment=adjustment, reason=reason))


__all__ = [
    "ADJUSTMENT_KINDS",
    "BadPeriod",
    "LockedPart",
    "NoSuchAdjustment",
    "NoSuchEarning",
    "NotThisPeriod",
    "NothingChanged",
    "NothingPaid",
    "Owed",
    "PeriodNotOver",
    "Question",
    "Remark",
    "StillAtWork",
    "WageRecord",
    "Wages",
    "add_adjustment",
    "add_earning",
    "approve",
    "of_employee",
    "owed",
    "pay",
    "period",
    "record",
    "remove_adjustment",
    "remove_earning",
    "report",
    "settle",
]
