"""What the shop has taken so far today, at each register."""

from dataclasses import dataclass
from typing import Final

from peewee import JOIN, fn

from appliance.domain import calendar
from appliance.services import origins, pay_rules
from appliance.store.database import Database
from appliance.store.statements import Statement, slot
from appliance.store.tables import Day, Sale

_TAKEN: Final = Statement(
    lambda: (
        Day.select(
            Day.origin,
            fn.MAX(Day.closed_at_ms.is_null()),
            fn.COUNT(Sale.id),
            fn.SUM(Sale.total_minor),
            fn.MAX(Sale.at_ms),
        )
        .join(Sale, JOIN.LEFT_OUTER, on=(Sale.day == Day.id))
        .where((Day.opened_at_ms >= slot()) | Day.closed_at_ms.is_null())
        .group_by(Day.origin)
        .order_by(Day.origin)
    )
)


@dataclass(frozen=True, slots=True)
class Taken:
    """One register's sales since its day was opened; `last_at_ms` is 0 where there was none."""

    origin: str
    name: str
    is_open: bool
    sales: int
    total_minor: int
    last_at_ms: int


def taken(db: Database, now_ms: int) -> tuple[Taken, ...]:
    """Of each register whose business day is open or was opened today, in the order of their names."""
    zone = pay_rules.read(db).zone
    since_ms = calendar.day_begins_ms(calendar.day_of(now_ms, zone), zone)
    known = origins.known(db)
    found = [
        Taken(
            origin,
            (known[origin].name if origin in known else "") or origin,
            bool(is_open),
            count,
            int(total_minor or 0),
            int(last_at_ms or 0),
        )
        for origin, is_open, count, total_minor, last_at_ms in db.rows(_TAKEN, since_ms)
    ]
    return tuple(sorted(found, key=lambda one: (one.name, one.origin)))
