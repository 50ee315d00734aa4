"""What was taken and paid: leave with its entries, payments, and what they settle."""

from typing import Final, NamedTuple

from appliance.services import approvals
from appliance.store.database import Database
from appliance.store.statements import Statement, slot
from appliance.store.tables import Employee, LeaveRow, WagePayment

NEWEST: Final = 12
"""So many payments of a person are listed."""

_STAFF: Final = Statement(
    lambda: Employee.select(Employee.id, Employee.number, Employee.name).order_by(
        Employee.name, Employee.id
    )
)
_PAYMENTS: Final = Statement(
    lambda: (
        WagePayment.select(
            WagePayment.id, WagePayment.day, WagePayment.amount_minor, WagePayment.note
        )
        .where(WagePayment.employee == slot())
        .order_by(WagePayment.day.desc(), WagePayment.at_ms.desc(), WagePayment.id.desc())
    )
)
_TAKEN: Final = Statement(
    lambda: (
        LeaveRow.select(LeaveRow.id, LeaveRow.leave, LeaveRow.day, LeaveRow.length_ms)
        .where(
            (LeaveRow.employee == slot()) & (LeaveRow.taken == slot()) & LeaveRow.removed.is_null()
        )
        .order_by(LeaveRow.id, LeaveRow.day)
    )
)


class Person(NamedTuple):
    """Somebody who works here or did."""

    id: str
    number: str
    name: str


class Taken(NamedTuple):
    """Paid leave that was taken on so many `days` from the first to the last, and so long in all."""

    id: str
    code: str
    from_day: str
    to_day: str
    days: int
    length_ms: int


class Payment(NamedTuple):
    """Wages that were paid out; below zero takes a payment back."""

    id: str
    day: str
    amount_minor: int
    note: str


def staff(db: Database) -> tuple[Person, ...]:
    """Everybody, those who left too, by name."""
    return tuple(Person(*row) for row in db.rows(_STAFF))


def payments(db: Database, employee: str) -> tuple[Payment, ...]:
    """The newest payments of an employee, newest first."""
    return tuple(Payment(*row) for row in db.rows(_PAYMENTS, employee)[:NEWEST])


def leave_taken(db: Database, employee: str, from_day: str, to_day: str) -> tuple[Taken, ...]:
    """The paid leave that touches a period, entry by entry, also with its days outside."""
    entries: dict[str, list[tuple[str, str, int]]] = {}
    for entry, code, day, length_ms in db.rows(_TAKEN, employee, 1):
        entries.setdefault(entry, []).append((code, day, length_ms))
    return tuple(
        Taken(entry, days[0][0], days[0][1], days[-1][1], len(days), sum(one[2] for one in days))
        for entry, days in entries.items()
        if any(from_day <= day <= to_day for _, day, _ in days)
    )


def is_paid(db: Database, employee: str, approval: str, net_minor: int) -> bool:
    """Whether an approved period is settled: payments count for the oldest periods first."""
    return sum(one for _, one in approvals.payments_for(db, employee, approval)) >= net_minor
