"""The business day of a register: opened and closed by people."""

from dataclasses import dataclass
from typing import Final

from peewee import SQL

from appliance.journal.kinds import DayClosed, DayOpened
from appliance.problems import Refusal
from appliance.services.desk import Desk
from appliance.store.database import Database
from appliance.store.statements import Statement, slot
from appliance.store.tables import Day

_LAST: Final = Statement(
    lambda: (
        Day.select(Day.id, Day.number, Day.opened_at_ms, Day.closed_at_ms)
        .where(Day.origin == slot())
        .order_by(Day.number.desc())
        .limit(SQL("1"))
    )
)


class DayAlreadyOpen(Refusal):
    """A business day is open."""

    code = "day_already_open"


class NoDayOpen(Refusal):
    """No business day is open."""

    code = "no_day_open"


@dataclass(frozen=True, slots=True)
class OpenDay:
    """The business day that is open."""

    id: str
    number: int
    opened_at_ms: int


def current(db: Database, origin: str) -> OpenDay | None:
    """The open business day of a register."""
    row = db.row(_LAST, origin)
    if row is None or row[3] is not None:
        return None
    return OpenDay(row[0], row[1], row[2])


def open_day(desk: Desk, actor: str) -> None:
    """Open the next business day. Raises `DayAlreadyOpen`."""
    row = desk.db.row(_LAST, desk.origin)
    if row is not None and row[3] is None:
        raise DayAlreadyOpen(number=row[1])
    desk.book.record(actor, DayOpened(number=1 if row is None else row[1] + 1))


def close_day(desk: Desk, actor: str) -> None:
    """Close the open business day. Raises `NoDayOpen`."""
    day = current(desk.db, desk.origin)
    if day is None:
        raise NoDayOpen
    desk.book.record(actor, DayClosed(day=day.id))
