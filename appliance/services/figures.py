"""What was sold from a moment to another: by day, hour, weekday, cashier, register, product, category, tax and tender.

All figures come from sums that are folded from the journal (`projections.sums`), and agree to the cent with the sales.
A span begins and ends at quarters of an hour, as days do in every zone. A business day that lies within a span is read
from its sums; of one that reaches over an edge the sales within are added up one by one.

Amounts are in minor units of one currency, the shop's; sales in another one (from before the shop changed it) are not
mixed in.
"""

import datetime
from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import add
from typing import Any, Final, NamedTuple, TypeVar

from appliance.domain import calendar
from appliance.problems import Refusal
from appliance.services import pay_rules, shop
from appliance.store.database import Database
from appliance.store.projections.sums import QUARTER_MS, SoldLine, figures_of

AT_ONCE: Final = 400
"""How many ids are asked for in one question: databases bound how long one is."""

_TRADE: Final = """
    SELECT {columns}, SUM(sales), SUM(line_count), SUM(subtotal_minor), SUM(total_minor), SUM(rounding_minor)
    FROM sold_quarter WHERE quarter_ms >= ? AND quarter_ms < ? AND currency = ?{at_one}
    GROUP BY {keys} ORDER BY {keys}
"""
_NOTHING: Final = {"quarter_ms": "0", "origin": "''", "cashier": "''"}
_DAYS: Final = """
    SELECT day, origin, (SELECT MIN(quarter_ms) FROM sold_quarter WHERE day = held.day),
    (SELECT MAX(quarter_ms) FROM sold_quarter WHERE day = held.day)
    FROM (SELECT DISTINCT day, origin FROM sold_quarter WHERE quarter_ms >= ? AND quarter_ms < ?) AS held
"""
_ITEMS: Final = """
    SELECT product, category, unit, SUM(line_count), SUM(qty_milli), SUM(amount_minor), SUM(net_minor),
    SUM(cost_minor), SUM(costed_minor) FROM sold_item WHERE currency = ? AND day IN ({days})
    GROUP BY product, category, unit
"""
_LINES: Final = """
    SELECT line.product, line.qty_milli, line.price_minor, line.amount_given_minor, line.category, line.unit,
    line.taxes, line.cost_minor FROM sale JOIN ticket_line AS line ON line.ticket = sale.ticket
    WHERE sale.day = ? AND sale.at_ms >= ? AND sale.at_ms < ? AND sale.currency = ? AND line.removed IS NULL
"""
_TAXES: Final = """
    SELECT code, name, rate_ppm, included, SUM(sales), SUM(net_minor), SUM(tax_minor) FROM sold_tax
    WHERE currency = ? AND day IN ({days}) GROUP BY code, name, rate_ppm, included
"""
_TAXES_OF_SALES: Final = """
    SELECT code, name, rate_ppm, included, COUNT(*), SUM(net_minor), SUM(tax_minor)
    FROM sale JOIN sale_tax ON sale_tax.sale = sale.id
    WHERE sale.day = ? AND sale.at_ms >= ? AND sale.at_ms < ? AND sale.currency = ?
    GROUP BY code, name, rate_ppm, included
"""
_TENDERS: Final = """
    SELECT tender, SUM(times), SUM(amount_minor) FROM sold_tender
    WHERE currency = ? AND day IN ({days}) GROUP BY tender
"""
_TENDERS_OF_SALES: Final = """
    SELECT tender, COUNT(*), SUM(amount_minor) FROM sale JOIN tender ON tender.sale = sale.id
    WHERE sale.day = ? AND sale.at_ms >= ? AND sale.at_ms < ? AND sale.currency = ? GROUP BY tender
"""
_Key = TypeVar("_Key")


class DaysTurnedRound(Refusal):
    """The last day of a span comes before its first: `from_day`, `to_day`."""

    code = "days_turned_round"


class Span(NamedTuple):
    """From `from_ms` until before `to_ms`, both at quarters of an hour; `origin` empty: at all registers."""

    from_ms: int
    to_ms: int
    origin: str = ""


class Sold(NamedTuple):
    """What was sold. `subtotal_minor` is before added taxes, `total_minor` what customers owed before cash rounding."""

    sales: int = 0
    lines: int = 0
    subtotal_minor: int = 0
    total_minor: int = 0
    rounding_minor: int = 0

    def plus(self, other: "Sold") -> "Sold":
        """Both together."""
        return Sold._make(map(add, self, other))


class Trade(NamedTuple):
    """What one cashier sold at one register within a quarter of an hour."""

    quarter_ms: int
    origin: str
    cashier: str
    sold: Sold


class Item(NamedTuple):
    """What was sold of a product (empty: without one) in a category (empty: in none).

    `net_minor` is `amount_minor` without the taxes in it. `cost_minor` is what the shop paid for those whose cost was
    known when they were sold; `costed_minor` is the net amount of the same, so that their margin is the difference.
    """

    product: str
    category: str
    unit: str
    lines: int
    qty_milli: int
    amount_minor: int
    net_minor: int
    cost_minor: int
    costed_minor: int

    @property
    def margin_minor(self) -> int:
        """What is left of those whose cost was known."""
        return self.costed_minor - self.cost_minor


class Tax(NamedTuple):
    """What one tax came to, as it was stored with each sale."""

    code: str
    name: str
    rate_ppm: int
    included: bool
    sales: int
    net_minor: int
    tax_minor: int


class Paid(NamedTuple):
    """What was paid by one means, and how often."""

    tender: str
    times: int
    amount_minor: int


def span(db: Database, from_day: str, to_day: str, origin: str = "") -> Span:
    """Whole days in the shop's zone, both included. Raises `NotADay`, `DaysTurnedRound`."""
    first, last = pay_rules.day(from_day), pay_rules.day(to_day)
    if last < first:
        raise DaysTurnedRound(from_day=from_day, to_day=to_day)
    zone = pay_rules.read(db).zone
    end = calendar.day_begins_ms(last + calendar.ONE_DAY, zone)
    return Span(calendar.day_begins_ms(first, zone), end, origin)


def trade(db: Database, asked: Span, *by: str) -> tuple[Trade, ...]:
    """What was sold, by `quarter_ms`, `origin` and `cashier`, or by those of them that are named; sorted by them."""
    keys = by or tuple(_NOTHING)
    columns = ", ".join(key if key in keys else nothing for key, nothing in _NOTHING.items())
    at_one = " AND origin = ?" if asked.origin else ""
    text = _TRADE.format(columns=columns, keys=", ".join(keys), at_one=at_one)
    values = [asked.from_ms, asked.to_ms, shop.read(db).currency.code]
    if asked.origin:
        values.append(asked.origin)
    return tuple(
        Trade(row[0], row[1], row[2], Sold._make(map(int, row[3:]))) for row in db.sql(text, values)
    )


def total(of: Iterable[Trade]) -> Sold:
    """All together."""
    found = Sold()
    for one in of:
        found = found.plus(one.sold)
    return found


def grouped(of: Iterable[Trade], key: Callable[[Trade], _Key]) -> dict[_Key, Sold]:
    """Summed by whatever `key` answers, in the order in which keys first came."""
    found: dict[_Key, Sold] = {}
    for one in of:
        name = key(one)
        held = found.get(name)
        found[name] = one.sold if held is None else held.plus(one.sold)
    return found


def by_clock(
    db: Database, of: Iterable[Trade], part: Callable[[datetime.datetime], _Key]
) -> dict[_Key, Sold]:
    """Summed by a part of the clock on the shop's wall: its date, hour or weekday."""
    zone = pay_rules.read(db).zone
    quarters = grouped(of, lambda one: one.quarter_ms)
    found: dict[_Key, Sold] = {}
    for quarter_ms, sold in quarters.items():
        name = part(calendar.moment_of(quarter_ms, zone))
        held = found.get(name)
        found[name] = sold if held is None else held.plus(sold)
    return found


def items(db: Database, asked: Span) -> tuple[Item, ...]:
    """By product, what brought in most first."""
    sums: dict[tuple[str, ...], list[int]] = {}
    whole, cut = _days(db, asked)
    currency = shop.read(db).currency.code
    for row in _of_days(db, _ITEMS, currency, whole):
        _add(sums, tuple(row[:3]), row[3:])
    for day in cut:
        for row in db.sql(_LINES, (day, asked.from_ms, asked.to_ms, currency)):
            line = SoldLine(*row)
            _add(sums, (line.product or "", line.category or "", line.unit), figures_of(line))
    found = (Item(key[0], key[1], key[2], *figures) for key, figures in sums.items())
    return tuple(sorted(found, key=lambda one: (-one.amount_minor, one[:3])))


def categories(of: Iterable[Item]) -> tuple[Item, ...]:
    """Products summed by category, what brought in most first; `product` is empty.

    So is `unit` where kilograms were sold beside pieces: `qty_milli` is then a sum that means nothing.
    """
    sums: dict[str, list[int]] = {}
    units: dict[str, set[str]] = {}
    for one in of:
        _add(sums, one.category, one[3:])
        units.setdefault(one.category, set()).add(one.unit)
    found = (Item("", key, _one_unit(units[key]), *figures) for key, figures in sums.items())
    return tuple(sorted(found, key=lambda one: (-one.amount_minor, one.category)))


def _one_unit(units: set[str]) -> str:
    return next(iter(units)) if len(units) == 1 else ""


def taxes(db: Database, asked: Span) -> tuple[Tax, ...]:
    """By tax, the highest rate first."""
    sums = _both(db, asked, _TAXES, _TAXES_OF_SALES, 4)
    found = (Tax(key[0], key[1], key[2], bool(key[3]), *figures) for key, figures in sums.items())
    return tuple(sorted(found, key=lambda one: (-one.rate_ppm, one[:4])))


def tenders(db: Database, asked: Span) -> tuple[Paid, ...]:
    """By means of paying, what brought in most first."""
    sums = _both(db, asked, _TENDERS, _TENDERS_OF_SALES, 1)
    found = (Paid(key[0], *figures) for key, figures in sums.items())
    return tuple(sorted(found, key=lambda one: (-one.amount_minor, one.tender)))


def names(db: Database, table: str, ids: Iterable[str]) -> dict[str, str]:
    """The names of products, categories or employees by their ids; what is not known is left out."""
    assert table in {"product", "category", "employee"}
    found: dict[str, str] = {}
    for some in _batched(sorted(set(ids) - {""})):
        asked = f"SELECT id, name FROM {table} WHERE id IN ({_places(some)})"  # noqa: S608 - one of ours
        found.update(db.sql(asked, some))
    return found


def _days(db: Database, asked: Span) -> tuple[list[str], list[str]]:
    """The business days whose sales lie all within the span, and those of which some do."""
    whole: list[str] = []
    cut: list[str] = []
    for day, origin, first_ms, last_ms in db.sql(_DAYS, (asked.from_ms, asked.to_ms)):
        if asked.origin in {"", origin}:
            is_whole = asked.from_ms <= first_ms and last_ms + QUARTER_MS <= asked.to_ms
            (whole if is_whole else cut).append(day)
    return sorted(whole), sorted(cut)


def _of_days(db: Database, asked: str, currency: str, days: Sequence[str]) -> Iterator[Any]:
    for some in _batched(days):
        yield from db.sql(asked.format(days=_places(some)), (currency, *some))


def _both(
    db: Database, asked: Span, of_days: str, of_sales: str, keys: int
) -> dict[tuple[Any, ...], list[int]]:
    """Sums of whole business days, and of the sales of those that are cut; the first `keys` columns name each."""
    sums: dict[tuple[Any, ...], list[int]] = {}
    whole, cut = _days(db, asked)
    currency = shop.read(db).currency.code
    for row in _of_days(db, of_days, currency, whole):
        _add(sums, tuple(row[:keys]), row[keys:])
    for day in cut:
        for row in db.sql(of_sales, (day, asked.from_ms, asked.to_ms, currency)):
            _add(sums, tuple(row[:keys]), row[keys:])
    return sums


def _add(sums: dict[_Key, list[int]], key: _Key, figures: Sequence[Any]) -> None:
    held = sums.setdefault(key, [0] * len(figures))
    for place, figure in enumerate(figures):
        held[place] += int(figure)


def _batched(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for first in range(0, len(ids), AT_ONCE):
        yield ids[first : first + AT_ONCE]


def _places(some: Sequence[str]) -> str:
    return ", ".join("?" * len(some))
