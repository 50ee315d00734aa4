"""What programs of the owner's own read, a part at a time: each goes on after the key at which the last one ended.

Nothing here reads more than it answers, but for what is few: categories, tax classes, people, business days.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from appliance.domain.timeclock import What
from appliance.journal.access_kinds import (
    ApiTokenMade,
    OneTimeCodeUsed,
    PasswordCodeGiven,
    PasswordSet,
    PasswordTried,
    SecondFactorSet,
    WebRefused,
    WebSignedIn,
    WebSignedOut,
)
from appliance.journal.device_kinds import BadgeGiven, BadgeTaken
from appliance.journal.entry import Entry
from appliance.journal.kinds import EmployeeAdded, EmployeeChanged
from appliance.services import origins, receipts
from appliance.store import shelf
from appliance.store.database import Database
from appliance.store.statements import Statement, slot
from appliance.store.tables import (
    Barcode,
    Category,
    Day,
    Product,
    PunchRow,
    Sale,
    StockLevel,
    TenderRow,
)

SECRETS: Final[Mapping[str, tuple[str, ...]]] = {
    EmployeeAdded.kind: ("pin_hash",),
    EmployeeChanged.kind: ("pin_hash",),
    PasswordTried.kind: ("who",),
    WebRefused.kind: ("who",),
    PasswordSet.kind: ("password_hash",),
    PasswordCodeGiven.kind: ("code_hash",),
    SecondFactorSet.kind: ("secret", "recovery"),
    OneTimeCodeUsed.kind: ("code",),
    WebSignedIn.kind: ("session",),
    WebSignedOut.kind: ("session",),
    ApiTokenMade.kind: ("token_hash",),
    BadgeGiven.kind: ("marks",),
    BadgeTaken.kind: ("marks",),
}
"""What of an entry is told to no program: what something is checked by."""

_PRODUCT: Final = (
    Product.id,
    Product.name,
    Product.names,
    Product.price_minor,
    Product.tax_class,
    Product.unit,
    Product.category,
    Product.sku,
    Product.icon,
    Product.tint,
    Product.favourite,
    Product.low_stock_milli,
    Product.archived,
)
_PRODUCTS: Final = Statement(
    lambda: (
        Product.select(*_PRODUCT)
        .where((Product.id > slot()) & (Product.archived <= slot()))
        .order_by(Product.id)
        .limit(slot())
    )
)
_ONE_PRODUCT: Final = Statement(lambda: Product.select(*_PRODUCT).where(Product.id == slot()))
_CODES: Final = Statement(
    lambda: Barcode.select(Barcode.code).where(Barcode.product == slot()).order_by(Barcode.code)
)
_MEANT: Final = Statement(lambda: Barcode.select(Barcode.product).where(Barcode.code == slot()))
_CATEGORIES: Final = Statement(
    lambda: Category.select(
        Category.id, Category.name, Category.icon, Category.tint, Category.rank
    ).order_by(Category.rank, Category.name, Category.id)
)
_LEVELS: Final = Statement(
    lambda: StockLevel.select(StockLevel.qty_milli).where(StockLevel.product == slot())
)
_STOCKED: Final = Statement(
    lambda: (
        StockLevel.select(StockLevel.product)
        .where(StockLevel.product > slot())
        .distinct()
        .order_by(StockLevel.product)
        .limit(slot())
    )
)
_SALE: Final = (
    Sale.id,
    Sale.ticket,
    Sale.origin,
    Sale.number,
    Sale.day,
    Sale.at_ms,
    Sale.cashier,
    Sale.currency,
    Sale.subtotal_minor,
    Sale.total_minor,
    Sale.rounding_minor,
)
_SALES: Final = Statement(
    lambda: (
        Sale.select(*_SALE)
        .where(
            (Sale.at_ms >= slot())
            & (Sale.at_ms < slot())
            & ((Sale.at_ms > slot()) | (Sale.id > slot()))
        )
        .order_by(Sale.at_ms, Sale.id)
        .limit(slot())
    )
)
_ONE_SALE: Final = Statement(lambda: Sale.select(*_SALE).where(Sale.id == slot()))
_TENDERS: Final = Statement(
    lambda: (
        TenderRow.select(
            TenderRow.tender,
            TenderRow.amount_minor,
            TenderRow.tendered_minor,
            TenderRow.change_minor,
        )
        .where(TenderRow.sale == slot())
        .order_by(TenderRow.position)
    )
)
_DAYS: Final = Statement(
    lambda: (
        Day.select(Day.id, Day.origin, Day.number, Day.opened_at_ms, Day.closed_at_ms)
        .where(
            (Day.opened_at_ms >= slot())
            & (Day.opened_at_ms < slot())
            & ((Day.opened_at_ms > slot()) | (Day.id > slot()))
        )
        .order_by(Day.opened_at_ms, Day.id)
        .limit(slot())
    )
)
_PUNCHES: Final = Statement(
    lambda: (
        PunchRow.select(
            PunchRow.id,
            PunchRow.at_ms,
            PunchRow.what,
            PunchRow.job,
            PunchRow.paid,
            PunchRow.by,
            PunchRow.device,
            PunchRow.told_by,
        )
        .where(
            (PunchRow.employee == slot())
            & (PunchRow.at_ms >= slot())
            & (PunchRow.at_ms < slot())
            & (PunchRow.gone == slot())
        )
        .order_by(PunchRow.at_ms, PunchRow.id)
    )
)


class ProductRow(NamedTuple):
    """A product as the catalogue has it; `names` is JSON."""

    id: str
    name: str
    names: str
    price_minor: int
    tax_class: str
    unit: str
    category: str | None
    sku: str
    icon: str
    tint: str
    favourite: int
    low_stock_milli: int | None
    archived: int


class SaleRow(NamedTuple):
    """A paid sale."""

    id: str
    ticket: str
    register: str
    number: int
    day: str
    at_ms: int
    cashier: str
    currency: str
    subtotal_minor: int
    total_minor: int
    rounding_minor: int


def products(db: Database, after: str, limit: int, *, archived: bool) -> list[ProductRow]:
    """Products by id, from after one id on."""
    return [ProductRow(*row) for row in db.rows(_PRODUCTS, after, int(archived), limit)]


def product(db: Database, product_id: str) -> ProductRow | None:
    """A product by its id, also one that is no longer sold."""
    row = db.row(_ONE_PRODUCT, product_id)
    return None if row is None else ProductRow(*row)


def codes_of(db: Database, product_id: str) -> tuple[str, ...]:
    """The catalogue keys of a product's barcodes."""
    return tuple(row[0] for row in db.rows(_CODES, product_id))


def meant_by(db: Database, key: str) -> str | None:
    """The product that a catalogue key means; None for one that means nothing."""
    row = db.row(_MEANT, key)
    return None if row is None else row[0]


def categories(db: Database) -> list[Any]:
    """Id, name, icon, tint and rank of each category, in their order."""
    return db.rows(_CATEGORIES)


def stock(db: Database, after: str, limit: int) -> list[tuple[str, int]]:
    """What is on hand of each product of which there ever was a move, by product, in thousandths."""
    found = [row[0] for row in db.rows(_STOCKED, after, limit)]
    return [(one, sum(row[0] for row in db.rows(_LEVELS, one))) for one in found]


def sales(
    db: Database, from_ms: int, to_ms: int, after: tuple[int, str], limit: int
) -> list[SaleRow]:
    """Sales from one time to before another, the oldest first, from after a time and id on."""
    since_ms = max(from_ms, after[0])
    rows = db.rows(_SALES, since_ms, to_ms, after[0], after[1], limit)
    return [SaleRow(*row) for row in rows]


def sale(db: Database, sale_id: str) -> SaleRow:
    """A sale. Raises `NoSuchSale`."""
    row = db.row(_ONE_SALE, sale_id)
    if row is None:
        raise receipts.NoSuchSale(sale=sale_id)
    return SaleRow(*row)


def taxes_of(db: Database, sale_id: str) -> list[Any]:
    """Code, name, rate, whether it is included, net amount and tax of each tax of a sale."""
    return db.rows(receipts.TAXES, sale_id)


def tenders_of(db: Database, sale_id: str) -> list[Any]:
    """Tender, amount, what was given and the change, of each tender of a sale."""
    return db.rows(_TENDERS, sale_id)


def days(db: Database, from_ms: int, to_ms: int, after: tuple[int, str], limit: int) -> list[Any]:
    """Id, register, number, when opened and when closed, of business days opened within a time, as `sales`."""
    return db.rows(_DAYS, max(from_ms, after[0]), to_ms, after[0], after[1], limit)


def punches(db: Database, employee: str, from_ms: int, to_ms: int) -> Iterator[tuple[Any, ...]]:
    """Id, time, what, job, whether paid, by what, and device of the punches of somebody that count."""
    known = origins.known(db)
    for *told, by in db.rows(_PUNCHES, employee, from_ms, to_ms, 0):
        if by in known:
            told[2] = What(told[2]).value
            yield tuple(told)


def journal(db: Database, marks: Mapping[str, int], limit: int) -> list[Entry]:
    """Entries that follow the marks, an origin after the other, each in the order in which it recorded them."""
    found: list[Entry] = []
    for origin in sorted(shelf.heads(db)):
        if len(found) == limit:
            break
        found += shelf.span(db, origin, marks.get(origin, 0), limit - len(found))
    return found


def told(entry: Entry) -> dict[str, Any]:
    """The body of an entry without its `SECRETS`."""
    body: dict[str, Any] = json.loads(entry.body)
    hidden = SECRETS.get(entry.kind, ())
    return {name: value for name, value in body.items() if name not in hidden}
