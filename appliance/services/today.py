"""Today in the shop: what was sold so far, against the same weekday a week ago, and what needs a look.

A day here is a day by the shop's clock on the wall, not a business day: it says the same for all registers. All is read
from sums, some hundred rows, however many sales there ever were.
"""

import datetime
from collections.abc import Mapping
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from appliance.domain import calendar
from appliance.services import alarms, figures, mirroring, origins, pay_rules, shop
from appliance.services.figures import Item, Paid, Sold, Span, Trade
from appliance.store.database import Database
from appliance.store.projections.sums import QUARTER_MS, quarter_of

WEEK: Final = 7 * calendar.ONE_DAY
BEST: Final = 8
LOW: Final = 8
ALARMS_LOOK_BACK_MS: Final = 7 * 24 * 3_600_000

_SOLD_BETWEEN: Final = """
    SELECT origin, COUNT(*), SUM(subtotal_minor), SUM(total_minor), SUM(rounding_minor) FROM sale
    WHERE at_ms >= ? AND at_ms < ? AND currency = ? GROUP BY origin
"""
_OPEN: Final = (
    "SELECT origin, MAX(opened_at_ms) FROM day WHERE closed_at_ms IS NULL GROUP BY origin"
)
_LAST: Final = "SELECT at_ms FROM sale WHERE origin = ? ORDER BY number DESC LIMIT 1"
_LOW: Final = """
    SELECT product.id, product.name, product.unit, product.low_stock_milli,
    COALESCE(SUM(stock_level.qty_milli), 0) AS held
    FROM product LEFT JOIN stock_level ON stock_level.product = product.id
    WHERE product.low_stock_milli >= 0 AND product.archived = 0
    GROUP BY product.id, product.name, product.unit, product.low_stock_milli
    HAVING COALESCE(SUM(stock_level.qty_milli), 0) <= product.low_stock_milli ORDER BY held, product.id LIMIT ?
"""
_APART: Final = "SELECT COUNT(*) FROM quarantined"
_UNAPPLIED: Final = "SELECT COUNT(*) FROM unapplied"


class Hour(NamedTuple):
    """What was sold within an hour of the clock on the wall, today and a week ago."""

    hour: int
    total_minor: int
    before_minor: int


class Register(NamedTuple):
    """One register; `before` is what it had sold a week ago at this time. `last_at_ms` is 0 without any sale."""

    origin: str
    name: str
    opened_at_ms: int | None
    last_at_ms: int
    sold: Sold
    before: Sold


class Today(NamedTuple):
    """The day so far. Of `registers` those that are `gone` are left out, unless they sold anything on either day.

    `before` was sold a week ago until the same time of the day, `before_whole` on that whole day.
    """

    sold: Sold
    before: Sold
    before_whole: Sold
    hours: tuple[Hour, ...]
    registers: tuple[Register, ...]
    tenders: tuple[Paid, ...]
    best: tuple[Item, ...]
    best_names: Mapping[str, str]


class Low(NamedTuple):
    """A product of which little is left."""

    product: str
    name: str
    unit: str
    low_milli: int
    held_milli: int


class Alarms(NamedTuple):
    """How much there is of what should not be. `refused` within the last week, the newest at `refused_at_ms`."""

    refused: int
    refused_at_ms: int
    strangers: tuple[str, ...]
    forks: int
    apart: int
    unapplied: int


def look(db: Database, now_ms: int, origin: str = "") -> Today:
    """All of it, at all registers or at one."""
    zone = pay_rules.read(db).zone
    moment = calendar.moment_of(now_ms, zone)
    day = moment.date()
    now = _day(day, zone, origin)
    before = _day(day - WEEK, zone, origin)
    # Subtracting from the clock on the wall, not from the time: a week is an hour longer or shorter as clocks change.
    same_ms = calendar.at_minute_ms(day - WEEK, 0, zone) + _into_the_day(moment, day - WEEK, zone)
    today = figures.trade(db, now, "quarter_ms", "origin")
    last_week = figures.trade(db, before, "quarter_ms", "origin")
    until_then = _until(db, last_week, same_ms)
    best = figures.items(db, now)[:BEST]
    return Today(
        sold=figures.total(today),
        before=_sum(until_then),
        before_whole=figures.total(last_week),
        hours=_hours(db, today, last_week),
        registers=_registers(db, today, last_week, until_then, origin),
        tenders=figures.tenders(db, now),
        best=best,
        best_names=figures.names(db, "product", (one.product for one in best)),
    )


def registers(db: Database) -> dict[str, str]:
    """The names of the shop's tills by their origins, in the order of names; of what is not named the origin itself."""
    found = {
        origin: device.name or origin
        for origin, device in origins.known(db).items()
        if device.place in {"", "till"}
    }
    sold = {row[0] for row in db.sql("SELECT DISTINCT origin FROM day")}
    own = origins.own(db)
    named = {one: name for one, name in found.items() if one in sold or one != own}
    named.update({one: one for one in sold if one not in named})
    return dict(sorted(named.items(), key=lambda one: (one[1], one[0])))


def gone(db: Database) -> frozenset[str]:
    """Origins of which nothing new comes: replaced, or of a register that is let in no more."""
    out: set[str] = set()
    here: set[str] = set()
    for device in mirroring.paired(db):
        (out if device.revoked_at_ms else here).update(mirroring.line(db, device.device))
    return frozenset((out - here) | mirroring.closed(db).keys())


def low(db: Database, most: int = LOW) -> tuple[Low, ...]:
    """Products at or below the stock at which they show as low, the least first.

    What was never in stock counts as nothing left, as in the catalogue.
    """
    return tuple(
        Low(row[0], row[1], row[2], int(row[3]), int(row[4])) for row in db.sql(_LOW, (most,))
    )


def alarmed(db: Database, now_ms: int) -> Alarms:
    """What should not be."""
    refused = alarms.since(db, now_ms - ALARMS_LOOK_BACK_MS)
    return Alarms(
        refused=len(refused),
        refused_at_ms=refused[0].at_ms if refused else 0,
        strangers=tuple(sorted(origins.strangers(db))),
        forks=len(mirroring.forks(db)),
        apart=int(db.sql(_APART)[0][0]),
        unapplied=int(db.sql(_UNAPPLIED)[0][0]),
    )


def _day(day: datetime.date, zone: ZoneInfo, origin: str) -> Span:
    begins, ends = (calendar.day_begins_ms(one, zone) for one in (day, day + calendar.ONE_DAY))
    return Span(begins, ends, origin)


def _into_the_day(moment: datetime.datetime, day: datetime.date, zone: datetime.tzinfo) -> int:
    """How far into another day the clock on the wall shows the same, in milliseconds."""
    then = datetime.datetime.combine(day, moment.time(), zone)
    begun = datetime.datetime.combine(day, datetime.time.min, zone)
    length = then.astimezone(datetime.UTC) - begun.astimezone(datetime.UTC)
    return length // datetime.timedelta(milliseconds=1)


def _until(db: Database, of: tuple[Trade, ...], at_ms: int) -> dict[str, Sold]:
    """What each register had sold by a moment: whole quarters from the sums, the last one sale by sale."""
    begun_ms = quarter_of(at_ms)
    found = figures.grouped(
        (one for one in of if one.quarter_ms < begun_ms), lambda one: one.origin
    )
    cut = {one.origin for one in of if one.quarter_ms == begun_ms}
    assert at_ms - begun_ms < QUARTER_MS
    currency = shop.read(db).currency.code
    for origin, count, *amounts in db.sql(_SOLD_BETWEEN, (begun_ms, at_ms, currency)):
        if origin in cut:
            sold = Sold(count, 0, *map(int, amounts))
            found[origin] = found.get(origin, Sold()).plus(sold)
    return found


def _sum(of: Mapping[str, Sold]) -> Sold:
    found = Sold()
    for one in of.values():
        found = found.plus(one)
    return found


def _hours(db: Database, today: tuple[Trade, ...], before: tuple[Trade, ...]) -> tuple[Hour, ...]:
    """From the first hour with a sale on either day to the last."""
    now, then = (figures.by_clock(db, of, lambda at: at.hour) for of in (today, before))
    busy = now.keys() | then.keys()
    if not busy:
        return ()
    return tuple(
        Hour(hour, now.get(hour, Sold()).total_minor, then.get(hour, Sold()).total_minor)
        for hour in range(min(busy), max(busy) + 1)
    )


def _registers(
    db: Database,
    today: tuple[Trade, ...],
    last_week: tuple[Trade, ...],
    before: Mapping[str, Sold],
    origin: str,
) -> tuple[Register, ...]:
    opened = dict(db.sql(_OPEN))
    sold = figures.grouped(today, lambda one: one.origin)
    away = gone(db) - {one.origin for one in (*today, *last_week)}
    found = []
    for one, name in registers(db).items():
        if one == origin or (not origin and one not in away):
            last = db.sql(_LAST, (one,))
            found.append(
                Register(
                    one,
                    name,
                    opened.get(one),
                    last[0][0] if last else 0,
                    sold.get(one, Sold()),
                    before.get(one, Sold()),
                )
            )
    return tuple(found)
