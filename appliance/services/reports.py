"""Reports: what a business day came to, by receipt, tender, tax rate and category."""

from collections.abc import Mapping
from typing import Final

import msgspec

from appliance.problems import Refusal
from appliance.services import tickets
from appliance.store.database import Database
from appliance.store.statements import Statement, slot
from appliance.store.tables import Category, Day, Sale, SaleTax, TenderRow

_DAYS: Final = Statement(
    lambda: Day.select(Day.id, Day.origin, Day.number, Day.opened_at_ms, Day.closed_at_ms).order_by(
        Day.opened_at_ms, Day.origin, Day.number
    )
)
_SALES: Final = Statement(
    lambda: (
        Sale.select(
            Sale.id,
            Sale.ticket,
            Sale.origin,
            Sale.number,
            Sale.at_ms,
            Sale.currency,
            Sale.subtotal_minor,
            Sale.total_minor,
            Sale.rounding_minor,
        )
        .where(Sale.day == slot())
        .order_by(Sale.origin, Sale.number)
    )
)
_TAXES: Final = Statement(
    lambda: SaleTax.select(
        SaleTax.code,
        SaleTax.name,
        SaleTax.rate_ppm,
        SaleTax.included,
        SaleTax.net_minor,
        SaleTax.tax_minor,
    ).where(SaleTax.sale == slot())
)
_TENDERS: Final = Statement(
    lambda: TenderRow.select(TenderRow.tender, TenderRow.amount_minor).where(
        TenderRow.sale == slot()
    )
)
_CATEGORIES: Final = Statement(lambda: Category.select(Category.id, Category.name))


class NoSuchDay(Refusal):
    """There is no such business day."""

    code = "no_such_day"


class ReceiptRow(msgspec.Struct, frozen=True):
    """One receipt of the day."""

    sale: str
    number: int
    at_ms: int
    lines: int
    subtotal_minor: int
    total_minor: int
    rounding_minor: int


class TaxRow(msgspec.Struct, frozen=True):
    """One tax rate of the day."""

    code: str
    name: str
    rate_ppm: int
    included: bool
    net_minor: int
    tax_minor: int


class AmountRow(msgspec.Struct, frozen=True):
    """A sum by some name, and how many lines or tenders it is made of."""

    name: str
    count: int
    amount_minor: int


class DayReport(msgspec.Struct, frozen=True):
    """A business day. Amounts in minor units of `currency`, times in UTC milliseconds.

    `total_minor` is what customers owed, `rounding_minor` what cash rounding added to or took from it, so the
    tenders add up to both together. `categories` are line amounts before added tax; they add up to the subtotals.
    """

    day: str
    register: str
    number: int
    opened_at_ms: int
    closed_at_ms: int | None
    currency: str
    subtotal_minor: int
    total_minor: int
    rounding_minor: int
    receipts: tuple[ReceiptRow, ...]
    tenders: tuple[AmountRow, ...]
    taxes: tuple[TaxRow, ...]
    categories: tuple[AmountRow, ...]


class _Sums:
    """Sums by name in the order in which names first came."""

    def __init__(self) -> None:
        self._sums: dict[str, tuple[int, int]] = {}

    def add(self, name: str, amount_minor: int) -> None:
        count, total_minor = self._sums.get(name, (0, 0))
        self._sums[name] = (count + 1, total_minor + amount_minor)

    def rows(self) -> tuple[AmountRow, ...]:
        return tuple(AmountRow(name, count, total) for name, (count, total) in self._sums.items())


def day_ids(db: Database) -> tuple[tuple[str, int, int | None], ...]:
    """All business days, oldest first: id, number and when it was closed."""
    return tuple((row[0], row[2], row[4]) for row in db.rows(_DAYS))


def day(db: Database, day_id: str | None = None) -> DayReport:
    """The report of a business day; None means the newest. Raises `NoSuchDay`."""
    days = db.rows(_DAYS)
    chosen = [row for row in days if day_id in {None, row[0]}]
    if not chosen:
        raise NoSuchDay(day=day_id or "")
    found, origin, number, opened_at_ms, closed_at_ms = chosen[-1]
    names: Mapping[str | None, str] = dict(db.rows(_CATEGORIES))
    tenders, by_category = _Sums(), _Sums()
    taxes: dict[tuple[str, str, int, bool], tuple[int, int]] = {}
    receipts: list[ReceiptRow] = []
    currency = ""
    for sale, ticket, _origin, sale_number, at_ms, currency, subtotal, total, rounding in db.rows(  # noqa: B007
        _SALES, found
    ):
        lines = tickets.lines_of(db, ticket)
        receipts.append(ReceiptRow(sale, sale_number, at_ms, len(lines), subtotal, total, rounding))
        for line in lines:
            by_category.add(names.get(line.category_id, ""), line.amount_minor)
        for tender, amount_minor in db.rows(_TENDERS, sale):
            tenders.add(tender, amount_minor)
        for code, name, rate_ppm, included, net_minor, tax_minor in db.rows(_TAXES, sale):
            key = (code, name, rate_ppm, bool(included))
            net_sum, tax_sum = taxes.get(key, (0, 0))
            taxes[key] = (net_sum + net_minor, tax_sum + tax_minor)
    return DayReport(
        day=found,
        register=origin,
        number=number,
        opened_at_ms=opened_at_ms,
        closed_at_ms=closed_at_ms,
        currency=currency,
        subtotal_minor=sum(row.subtotal_minor for row in receipts),
        total_minor=sum(row.total_minor for row in receipts),
        rounding_minor=sum(row.rounding_minor for row in receipts),
        receipts=tuple(receipts),
        tenders=tenders.rows(),
        taxes=tuple(TaxRow(*key, *sums) for key, sums in taxes.items()),
        categories=by_category.rows(),
    )
