"""Approved wages: which approvals count, what they hold, and what became known after them.

An approval never changes. What is set later (rates, rules, holidays) does not touch it at all; what becomes known later
(a register that was offline brings a punch or a correction) is compared by a checksum of the facts, and the difference
that it makes is a question, until it is paid with a later period or let be.
"""

import datetime
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import msgspec

from appliance.domain import calendar
from appliance.journal.pay_kinds import ApprovedDetail
from appliance.journal.time_kinds import PaidFor
from appliance.services import locks, pay_rules, wage_facts
from appliance.services.reckoning import Question, Remark, reckon
from appliance.services.wage_facts import Settled
from appliance.store.database import Database
from appliance.store.statements import Statement, slot
from appliance.store.tables import WagePayment, WagePeriod

LOOK_BACK: Final = datetime.timedelta(days=366)
"""So long after its end an approved period is looked at when later ones are reckoned; its own report always is."""

_APPROVED: Final = Statement(
    lambda: (
        WagePeriod.select(
            WagePeriod.id,
            WagePeriod.from_day,
            WagePeriod.to_day,
            WagePeriod.rules,
            WagePeriod.currency,
            WagePeriod.worked_ms,
            WagePeriod.total_minor,
            WagePeriod.net_minor,
            WagePeriod.lines,
            WagePeriod.detail,
        )
        .where(WagePeriod.employee == slot())
        .order_by(WagePeriod.lamport, WagePeriod.origin, WagePeriod.id)
    )
)
_WHOSE: Final = Statement(
    lambda: WagePeriod.select(WagePeriod.employee).where(WagePeriod.id == slot())
)
_PAID: Final = Statement(
    lambda: (
        WagePayment.select(WagePayment.day, WagePayment.amount_minor)
        .where(WagePayment.employee == slot())
        .order_by(WagePayment.day, WagePayment.at_ms, WagePayment.id)
    )
)
_LINES: Final = msgspec.json.Decoder(tuple[PaidFor, ...])
_DETAIL: Final = msgspec.json.Decoder(ApprovedDetail)


class Approval(NamedTuple):
    """An approval as it is stored; `lines_json` and `detail_json` are read by `lines` and `detail`."""

    id: str
    from_day: str
    to_day: str
    rules: str
    currency: str
    worked_ms: int
    total_minor: int
    net_minor: int
    lines_json: str
    detail_json: str

    @property
    def lines(self) -> tuple[PaidFor, ...]:
        """The lines as they were reckoned."""
        return _LINES.decode(self.lines_json)

    @property
    def detail(self) -> ApprovedDetail | None:
        """What else was kept; None of an older program's approval."""
        return _DETAIL.decode(self.detail_json) if self.detail_json else None

    def overlaps(self, from_day: str, to_day: str) -> bool:
        """Whether some day is in both."""
        return self.from_day <= to_day and self.to_day >= from_day


class Approvals(NamedTuple):
    """The approvals of an employee: those that count, and those that came second for some of their days."""

    counted: tuple[Approval, ...]
    second: tuple[Approval, ...]


class Difference(NamedTuple):
    """What became known after an approval: other `facts`, and what they make of its pay, less what was settled."""

    approval: Approval
    facts: str
    amount_minor: int
    let_be: bool


class Owed(msgspec.Struct, frozen=True):
    """What was approved (wages, additions and deductions), what was paid, and what is still owed."""

    employee: str
    approved_minor: int
    paid_minor: int
    owed_minor: int


def of_employee(db: Database, employee: str) -> Approvals:
    """All approvals. Of two that share a day, the first by `(lamport, origin)` counts, in whatever order they came."""
    held = (Approval(*row) for row in db.rows(_APPROVED, employee))
    counted, second = locks.split(held, lambda one: (one.from_day, one.to_day))
    return Approvals(tuple(counted), tuple(second))


def whose(db: Database, approval: str) -> str:
    """The employee of an approval; empty where there is none."""
    row = db.row(_WHOSE, approval)
    return "" if row is None else str(row[0])


def owed(db: Database, employee: str) -> Owed:
    """What an employee is still owed of approved wages."""
    approved = sum(one.net_minor for one in of_employee(db, employee).counted)
    paid = sum(amount for _, amount in payments(db, employee))
    return Owed(employee, approved, paid, approved - paid)


def payments(db: Database, employee: str) -> list[tuple[str, int]]:
    """Day and amount of each payment, oldest first."""
    return [tuple(row) for row in db.rows(_PAID, employee)]


def payments_for(db: Database, employee: str, approval: str) -> tuple[tuple[str, int], ...]:
    """The payments that settle an approval: money goes to the oldest period that is not wholly paid yet."""
    paid = _standing(payments(db, employee))
    before = 0
    for one in sorted(of_employee(db, employee).counted, key=lambda each: each.from_day):
        if one.id == approval:
            return tuple(_shares(paid, before, before + max(0, one.net_minor)))
        before += max(0, one.net_minor)
    return ()


def _standing(paid: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
    """Payments without what was taken back: that comes off the newest ones before it."""
    found: list[tuple[str, int]] = []
    for day, amount in paid:
        left = amount
        while left < 0 and found:
            before, held = found.pop()
            left += held
            if left > 0:
                found.append((before, left))
        if amount > 0:
            found.append((day, amount))
    return found


def _shares(
    paid: Sequence[tuple[str, int]], from_minor: int, to_minor: int
) -> Iterator[tuple[str, int]]:
    """Which part of each payment lies between two sums of all that was owed."""
    done = 0
    for day, amount in paid:
        share = min(done + amount, to_minor) - max(done, from_minor)
        if share > 0:
            yield day, share
        done += amount


def differences(
    db: Database, employee: str, approvals: Sequence[Approval], now_ms: int
) -> list[Difference]:
    """The approvals after which other facts became known."""
    known = [(one, detail) for one in approvals if (detail := one.detail) is not None]
    windows = [
        wage_facts.window_as_approved(one.from_day, one.to_day, detail) for one, detail in known
    ]
    settled = wage_facts.settled(db, employee) if known else []
    sums = wage_facts.checksums(db, employee, windows)
    found: list[Difference] = []
    for (one, detail), facts in zip(known, sums, strict=True):
        mine = [each for each in settled if each.approval == one.id]
        if facts != detail.facts or mine:
            found.append(_difference(db, employee, one, detail, facts, mine, now_ms))
    return found


def _difference(
    db: Database,
    employee: str,
    approval: Approval,
    detail: ApprovedDetail,
    facts: str,
    settled: Sequence[Settled],
    now_ms: int,
) -> Difference:
    """By the rules as they were approved, and rates as they are agreed now."""
    first, last = pay_rules.day(approval.from_day), pay_rules.day(approval.to_day)
    agreed = wage_facts.agreed(db, first, last, detail.terms)
    known = wage_facts.of_employee(db, employee, first, last, agreed.rules)
    amount = reckon(known, agreed, first, last, now_ms).net_minor - approval.net_minor
    amount -= sum(one.amount_minor for one in settled)
    let_be = any(not one.amount_minor and one.facts == facts for one in settled)
    return Difference(approval, facts, amount, let_be)


def in_look_back(
    approvals: Sequence[Approval], first: datetime.date, last: datetime.date
) -> list[Approval]:
    """The approvals whose changes concern a period: those that end before its last day, up to a year ago."""
    since, until = (first - LOOK_BACK).isoformat(), last.isoformat()
    return [one for one in approvals if since <= one.to_day <= until]


def asked(found: Sequence[Difference]) -> list[Question]:
    """Differences that somebody must decide on."""
    return [
        Question(
            "changed",
            day=one.approval.from_day,
            approval=one.approval.id,
            amount_minor=one.amount_minor,
        )
        for one in found
        if one.amount_minor and not one.let_be
    ]


def remarked(found: Sequence[Difference]) -> list[Remark]:
    """Facts that changed and make no difference, or one that was let be."""
    return [
        Remark("changed", one.approval.from_day, approval=one.approval.id)
        for one in found
        if one.let_be or (not one.amount_minor and _has_other_facts(one))
    ]


def _has_other_facts(one: Difference) -> bool:
    detail = one.approval.detail
    return detail is not None and detail.facts != one.facts


def inside(approval: Approval, from_day: str, to_day: str) -> tuple[PaidFor, ...]:
    """The lines of an approval that belong to days of another period: where that cuts a week in two, no line does."""
    return tuple(line for line in approval.lines if _lies_in(line, approval, from_day, to_day))


def _lies_in(line: PaidFor, approval: Approval, from_day: str, to_day: str) -> bool:
    if line.day:
        return from_day <= line.day <= to_day
    return is_inside(line.week, approval, from_day, to_day)


def is_inside(week: str, approval: Approval, from_day: str, to_day: str) -> bool:
    """Whether what an approval has of a workweek lies within other days."""
    monday = datetime.date.fromisoformat(week)
    sunday = (monday + (calendar.DAYS - 1) * calendar.ONE_DAY).isoformat()
    first, last = max(week, approval.from_day), min(sunday, approval.to_day)
    return from_day <= first and last <= to_day
