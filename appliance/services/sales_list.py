"""Finding sales: by number, amount, day, cashier, product, tender, register, or what was odd about them.

The newest come first. A page goes on where the last one ended, by the time and id of its last sale, so that the
thousandth page costs what the first does and no sale is missed or told twice while new ones are made.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

import msgspec

from appliance.services import catalogue
from appliance.store.database import Database

PAGE: Final = 50
SELDOM: Final = 5_000
"""Products sold less often are looked up sale by sale; of others the newest sales are looked through."""
ODD: Final = ("line_removed", "quantity_changed", "copy")
"""What sales can be looked for by, see `tables.OddAct`."""

_COLUMNS: Final = (
    "sale.id, sale.origin, sale.number, sale.at_ms, sale.clock_ok, sale.cashier, sale.currency, "
    "sale.total_minor, sale.rounding_minor, sale.receipt, sale.copies"
)
_ODD_TICKETS: Final = (
    "EXISTS (SELECT 1 FROM odd_act WHERE odd_act.ticket = sale.ticket AND odd_act.what = ?)"
)
_ODD_SALES: Final = (
    "EXISTS (SELECT 1 FROM odd_act WHERE odd_act.sale = sale.id AND odd_act.what = ?)"
)
_OF_PRODUCTS: Final = (
    "SELECT DISTINCT entry AS id FROM stock_move WHERE reason = 'sale' AND product IN ({places})"
)
_HOW_OFTEN: Final = (
    "SELECT COUNT(*) FROM (SELECT 1 FROM stock_move WHERE product IN ({places}) LIMIT ?) AS some"
)
_WITH_PRODUCTS: Final = (
    "EXISTS (SELECT 1 FROM ticket_line WHERE ticket_line.ticket = sale.ticket "
    "AND ticket_line.removed IS NULL AND ticket_line.product IN ({places}))"
)
_OF_NUMBER: Final = "SELECT id FROM sale WHERE number = ? AND origin IN ({places})"
_OF_ID: Final = "SELECT id FROM sale WHERE id = ?"
_ORIGINS: Final = "SELECT DISTINCT origin FROM day"
_BY_TENDER: Final = (
    "EXISTS (SELECT 1 FROM tender WHERE tender.sale = sale.id AND tender.tender = ?)"
)
_TENDERS: Final = "SELECT DISTINCT tender FROM sold_tender ORDER BY tender"
_TENDERS_OF: Final = "SELECT tender FROM tender WHERE sale = ? ORDER BY position"


class Wanted(msgspec.Struct, frozen=True):
    """What is looked for; what is empty or None does not matter.

    `product` is a name, number or barcode as typed; beside a receipt's `number` or a sale's `id` it is not looked at.
    """

    from_ms: int | None = None
    to_ms: int | None = None
    number: int | None = None
    id: str = ""
    amount_minor: int | None = None
    cashier: str = ""
    product: str = ""
    tender: str = ""
    origin: str = ""
    odd: str = ""

    @property
    def is_of_one(self) -> bool:
        """Whether it says itself which sale is meant."""
        return self.number is not None or bool(self.id)


class Found(NamedTuple):
    """A sale, as its row of the list tells it; times in UTC milliseconds."""

    id: str
    origin: str
    number: int
    at_ms: int
    clock_ok: int
    cashier: str
    currency: str
    total_minor: int
    rounding_minor: int
    receipt: str
    copies: int


Place = tuple[int, str]
"""Where a page ended: the time and id of its last sale."""


def page(
    db: Database, wanted: Wanted, language: str, before: Place | None = None, most: int = PAGE
) -> tuple[Found, ...]:
    """The newest `most` sales that fit, before a place."""
    products = [] if wanted.is_of_one else list(_products(db, wanted.product, language))
    fits, fit_values = _few(db, wanted, products)
    rules, values = _rules(wanted)
    if wanted.product and not fits:
        rules.append(_WITH_PRODUCTS.format(places=_places(products)))
        values += products
    if before is not None:
        rules.append("sale.at_ms <= ? AND (sale.at_ms < ? OR sale.id < ?)")
        values += [before[0], *before]
    # A CROSS JOIN is read from the left: first the few sales that fit, then the rest of what is asked of them.
    source = f"({fits}) AS fit CROSS JOIN sale ON sale.id = fit.id" if fits else "sale"
    where = f"WHERE {' AND '.join(rules)} " if rules else ""
    text = f"SELECT {_COLUMNS} FROM {source} {where}ORDER BY sale.at_ms DESC, sale.id DESC LIMIT ?"  # noqa: S608 - rules are ours, values are not in it
    return tuple(Found._make(row) for row in db.sql(text, (*fit_values, *values, most)))


def tenders(db: Database) -> tuple[str, ...]:
    """By what means anybody ever paid."""
    return tuple(row[0] for row in db.sql(_TENDERS))


def tenders_of(db: Database, sale: str) -> tuple[str, ...]:
    """By what means a sale was paid."""
    return tuple(row[0] for row in db.sql(_TENDERS_OF, (sale,)))


def _few(db: Database, wanted: Wanted, products: list[str]) -> tuple[str, list[object]]:
    """A question whose answer is short and found by an index, where there is one: an id, a number or products."""
    if wanted.id:
        return _OF_ID, [wanted.id]
    if wanted.number is not None:
        origins = [row[0] for row in db.sql(_ORIGINS)]
        return _OF_NUMBER.format(places=_places(origins)), [wanted.number, *origins]
    if wanted.product:
        places = _places(products)
        often = db.sql(_HOW_OFTEN.format(places=places), (*products, SELDOM))[0][0]
        if often < SELDOM:
            return _OF_PRODUCTS.format(places=places), [*products]
    return "", []


def _places(some: list[str]) -> str:
    return ", ".join("?" * len(some)) or "''"


def _rules(wanted: Wanted) -> tuple[list[str], list[object]]:
    rules: list[str] = []
    values: list[object] = []
    for rule, value in (
        ("sale.at_ms >= ?", wanted.from_ms),
        ("sale.at_ms < ?", wanted.to_ms),
        ("sale.total_minor = ?", wanted.amount_minor),
        ("sale.cashier = ?", wanted.cashier or None),
        ("sale.origin = ?", wanted.origin or None),
        (_BY_TENDER, wanted.tender or None),
        (_ODD_SALES if wanted.odd == "copy" else _ODD_TICKETS, wanted.odd or None),
    ):
        if value is not None:
            rules.append(rule)
            values.append(value)
    return rules, values


def _products(db: Database, text: str, language: str) -> Iterator[str]:
    """Which products somebody means: of this id, or found as at the till."""
    if not text:
        return
    known = catalogue.find(db, text.strip())
    if known is not None:
        yield known.id
        return
    tiles, _ = catalogue.search(db, text, language)
    for tile in tiles:
        yield tile.product
