"""What was entered, approved and paid: extra pay with its ids, payments, and which period is settled by them."""

from typing import Final, NamedTuple

from appliance.domain.money import Minor
from appliance.services import wages
from appliance.store.database import Database
from appliance.store.statements import Statement, slot
from appliance.store.tables import EarningRow, Employee, WagePayment, WagePeriod

NEWEST: Final = 12
"""So many payments of a person are listed."""

_STAFF: Final = Statement(
    lambda: Employee.select(Employee.id, Employee.number, Employee.name).order_by(
        Employee.name, Employee.id
    )
)
_EARNINGS: Final = Statement(
    lambda: (
        EarningRow.select(
            EarningRow.id, EarningRow.day, EarningRow.kind, EarningRow.name, EarningRow.amount_minor
        )
        .where(
            (EarningRow.employee == slot())
            & (EarningRow.day >= slot())
            & (EarningRow.day <= slot())
            & EarningRow.removed.is_null()
        )
        .order_by(EarningRow.day, EarningRow.id)
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
_LATER: Final = Statement(
    lambda: (
        WagePeriod.select(WagePeriod.from_day, WagePeriod.to_day, WagePeriod.total_minor)
        .where((WagePeriod.employee == slot()) & (WagePeriod.from_day > slot()))
        .order_by(WagePeriod.lamport, WagePeriod.origin, WagePeriod.id)
    )
)


class Person(NamedTuple):
    """Somebody who works here or did."""

    id: str
    number: str
    name: str


class Earned(NamedTuple):
    """Pay besides hours, as it was entered and not removed."""

    id: str
    day: str
    kind: str
    name: str
    amount_minor: int


class Payment(NamedTuple):
    """Wages that were paid out; below zero takes a payment back."""

    id: str
    day: str
    amount_minor: int
    note: str


def staff(db: Database) -> tuple[Person, ...]:
    """Everybody, those who left too, by name."""
    return tuple(Person(*row) for row in db.rows(_STAFF))


def earnings(db: Database, employee: str, from_day: str, to_day: str) -> tuple[Earned, ...]:
    """The extra pay of an employee for the days of a period."""
    return tuple(Earned(*row) for row in db.rows(_EARNINGS, employee, from_day, to_day))


def payments(db: Database, employee: str) -> tuple[Payment, ...]:
    """The newest payments of an employee, newest first."""
    return tuple(Payment(*row) for row in db.rows(_PAYMENTS, employee)[:NEWEST])


def unpaid_of_period(db: Database, employee: str, to_day: str, total_minor: int) -> Minor:
    """What is still to be paid of the approved wages of a period that ends on `to_day` and comes to `total_minor`.

    Payments count for the oldest periods first, so what is owed is owed for the newest ones. Of two approvals of the
    same days the first counts, as in `wages.owed`.
    """
    counted: list[tuple[str, str]] = []
    later = 0
    for from_day, last_day, minor in db.rows(_LATER, employee, to_day):
        if any(from_day <= other_to and last_day >= other for other, other_to in counted):
            continue
        counted.append((from_day, last_day))
        later += minor
    owed = wages.owed(db, employee).owed_minor - later
    return Minor(max(0, min(total_minor, owed)))
