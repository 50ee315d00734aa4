"""The Z reports of business days: what each came to, and the head of the journal with which it was closed.

A closed day never changes: its sales name it, and none can be added. So its report is made anew whenever it is asked
for and says the same each time; the hash of the entry that closed it vouches for all of that register's entries before.
"""

from typing import Final, NamedTuple

from appliance.problems import Refusal
from appliance.services import figures
from appliance.services.figures import Item, Paid, Sold, Tax
from appliance.store.database import Database

PAGE: Final = 50

_DAYS: Final = """
    SELECT day.id, day.origin, day.number, day.opened_at_ms, day.closed_at_ms,
    COALESCE((SELECT SUM(sales) FROM sold_quarter WHERE sold_quarter.day = day.id), 0),
    COALESCE((SELECT SUM(total_minor) FROM sold_quarter WHERE sold_quarter.day = day.id), 0)
    FROM day {where} ORDER BY day.opened_at_ms DESC, day.id DESC LIMIT ?
"""
_DAY: Final = (
    "SELECT id, origin, number, opened_at_ms, opened_by, closed_at_ms, closed_by, closed_entry "
    "FROM day WHERE id = ?"
)
_SOLD: Final = """
    SELECT COALESCE(SUM(sales), 0), COALESCE(SUM(line_count), 0), COALESCE(SUM(subtotal_minor), 0),
    COALESCE(SUM(total_minor), 0), COALESCE(SUM(rounding_minor), 0) FROM sold_quarter WHERE day = ?
"""
_NUMBERS: Final = "SELECT MIN(number), MAX(number) FROM sale WHERE day = ?"
_TAXES: Final = """
    SELECT code, name, rate_ppm, included, sales, net_minor, tax_minor FROM sold_tax WHERE day = ?
    ORDER BY rate_ppm DESC, code, name
"""
_TENDERS: Final = "SELECT tender, times, amount_minor FROM sold_tender WHERE day = ? ORDER BY amount_minor DESC, tender"
_ITEMS: Final = """
    SELECT product, category, unit, line_count, qty_milli, amount_minor, net_minor, cost_minor, costed_minor
    FROM sold_item WHERE day = ?
"""
_HASH: Final = "SELECT hash FROM entry WHERE origin = ? AND seq = ?"


class DayRow(NamedTuple):
    """A business day in the list; `closed_at_ms` is None while it is open."""

    id: str
    origin: str
    number: int
    opened_at_ms: int
    closed_at_ms: int | None
    sales: int
    total_minor: int


class NoSuchBusinessDay(Refusal):
    """There is no such business day: `day`."""

    code = "no_such_business_day"


class ZReport(NamedTuple):
    """A business day. `first` and `last` are its receipts' numbers, 0 without any.

    `head` is the hash of the entry that closed it, in hex, and `closed_entry` its id; both are empty while it is open.
    """

    id: str
    origin: str
    number: int
    opened_at_ms: int
    opened_by: str
    closed_at_ms: int | None
    closed_by: str
    closed_entry: str
    head: str
    first: int
    last: int
    sold: Sold
    taxes: tuple[Tax, ...]
    tenders: tuple[Paid, ...]
    categories: tuple[Item, ...]


def days(
    db: Database, origin: str = "", before: tuple[int, str] | None = None, most: int = PAGE
) -> tuple[DayRow, ...]:
    """The newest business days, at all registers or one; `before` is the begin and id of the last that was shown."""
    rules: list[str] = []
    values: list[object] = []
    if origin:
        rules.append("day.origin = ?")
        values.append(origin)
    if before is not None:
        rules.append("day.opened_at_ms <= ? AND (day.opened_at_ms < ? OR day.id < ?)")
        values += [before[0], *before]
    where = f"WHERE {' AND '.join(rules)}" if rules else ""
    rows = db.sql(_DAYS.format(where=where), (*values, most))
    return tuple(DayRow._make((*row[:5], int(row[5]), int(row[6]))) for row in rows)


def of(db: Database, day_id: str) -> ZReport:
    """One of them. Raises `NoSuchBusinessDay`."""
    rows = db.sql(_DAY, (day_id,))
    if not rows:
        raise NoSuchBusinessDay(day=day_id)
    found, origin, number, opened_at_ms, opened_by, closed_at_ms, closed_by, closed_entry = rows[0]
    first, last = db.sql(_NUMBERS, (found,))[0]
    items = (Item._make(row) for row in db.sql(_ITEMS, (found,)))
    return ZReport(
        id=found,
        origin=origin,
        number=number,
        opened_at_ms=opened_at_ms,
        opened_by=opened_by,
        closed_at_ms=closed_at_ms,
        closed_by=closed_by or "",
        closed_entry=closed_entry or "",
        head=_head(db, closed_entry or ""),
        first=first or 0,
        last=last or 0,
        sold=Sold(*map(int, db.sql(_SOLD, (found,))[0])),
        taxes=tuple(
            Tax._make((*row[:3], bool(row[3]), *row[4:])) for row in db.sql(_TAXES, (found,))
        ),
        tenders=tuple(Paid._make(row) for row in db.sql(_TENDERS, (found,))),
        categories=figures.categories(items),
    )


def _head(db: Database, entry: str) -> str:
    origin, _, seq = entry.rpartition("-")
    rows = db.sql(_HASH, (origin, int(seq))) if seq.isdecimal() else []
    return bytes(rows[0][0]).hex() if rows else ""
