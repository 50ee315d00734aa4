"""Which approvals lock which days: of two that share a day, the first by `(lamport, origin)` counts, everywhere."""

from collections.abc import Callable, Iterable
from typing import Any, Final, TypeVar

from appliance.store.database import Database
from appliance.store.statements import Statement, slot
from appliance.store.tables import WagePeriod

_Held = TypeVar("_Held")

_PERIODS: Final = Statement(
    lambda: (
        WagePeriod.select(WagePeriod.from_day, WagePeriod.to_day, WagePeriod.id)
        .where(WagePeriod.employee == slot())
        .order_by(WagePeriod.lamport, WagePeriod.origin, WagePeriod.id)
    )
)


def is_locked(db: Database, employee: str, day: str) -> bool:
    """Whether the wages of a day are approved."""
    return any(row[0] <= day <= row[1] for row in _counted(db, employee))


def counted(db: Database, employee: str) -> frozenset[str]:
    """The approvals of an employee that count, by id."""
    return frozenset(row[2] for row in _counted(db, employee))


def split(
    held: Iterable[_Held], days: Callable[[_Held], tuple[str, str]]
) -> tuple[list[_Held], list[_Held]]:
    """Approvals in their order, by their first and last days: those that count, and those that came second."""
    first_ones: list[_Held] = []
    second: list[_Held] = []
    for one in held:
        first, last = days(one)
        shares = any(first <= days(other)[1] and last >= days(other)[0] for other in first_ones)
        (second if shares else first_ones).append(one)
    return first_ones, second


def _counted(db: Database, employee: str) -> list[tuple[Any, ...]]:
    held, _ = split(db.rows(_PERIODS, employee), lambda row: (row[0], row[1]))
    return held
