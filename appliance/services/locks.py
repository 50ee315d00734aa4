"""Which approvals lock which days: of two that share a day, the first by `(lamport, origin)` counts, everywhere."""

from collections.abc import Callable, Iterable
from typing import Final, TypeVar

from appliance.store.database import Database
from appliance.store.statements import Statement, slot
from appliance.store.tables import WagePeriod

_Held = TypeVar("_Held")

_PERIODS: Final = Statement(
    lambda: (
        WagePeriod.select(WagePeriod.from_day, WagePeriod.to_day)
        .where(WagePeriod.employee == slot())
        .order_by(WagePeriod.lamport, WagePeriod.origin, WagePeriod.id)
    )
)


def is_locked(db: Database, employee: str, day: str) -> bool:
    """Whether the wages of a day are approved."""
    counted, _ = split(db.rows(_PERIODS, employee), lambda row: (row[0], row[1]))
    return any(row[0] <= day <= row[1] for row in counted)


def split(
    held: Iterable[_Held], days: Callable[[_Held], tuple[str, str]]
) -> tuple[list[_Held], list[_Held]]:
    """Approvals in their order, by their first and last days: those that count, and those that came second."""
    counted: list[_Held] = []
    second: list[_Held] = []
    for one in held:
        first, last = days(one)
        shares = any(first <= days(other)[1] and last >= days(other)[0] for other in counted)
        (second if shares else counted).append(one)
    return counted, second
