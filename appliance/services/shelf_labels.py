"""Shelf labels: a product's name, price and barcode in finished words."""

from collections.abc import Iterable, Sequence
from typing import Final

from peewee import SQL

from appliance.domain import barcode
from appliance.domain.money import Minor
from appliance.domain.receipt import Writing
from appliance.domain.ticket import Unit
from appliance.journal.device_kinds import LabelMade, LabelsMade
from appliance.messages import LabelText, Listed
from appliance.services import catalogue, shop
from appliance.services.catalogue import ProductRow
from appliance.services.desk import Desk
from appliance.store.database import Database
from appliance.store.statements import Statement, slot
from appliance.store.tables import Barcode, Product
from appliance.words import Words

MOST_LISTED: Final = 2_000
"""Nobody ticks his way through more; the command line makes labels for the whole catalogue."""

_CODE: Final = Statement(
    lambda: (
        Barcode.select(Barcode.code)
        .where(Barcode.product == slot())
        .order_by(Barcode.code)
        .limit(SQL("1"))
    )
)
_ALL: Final = Statement(
    lambda: Product.select(Product.id).where(Product.archived == SQL("0")).order_by(Product.name)
)

_SOME: Final = (
    "SELECT id, price_minor FROM "
    "(SELECT id, name, price_minor FROM product WHERE archived = 0 LIMIT ?) AS cut ORDER BY name"
)
_OF_CATEGORY: Final = (
    "SELECT id, price_minor FROM product WHERE category = ? AND archived = 0 ORDER BY name LIMIT ?"
)
_CHANGED: Final = (
    "SELECT product.id, product.price_minor FROM shelf_label JOIN product ON product.id = shelf_label.product "
    "WHERE product.archived = 0 AND (shelf_label.price_minor <> product.price_minor "
    "OR shelf_label.unit <> product.unit "
    "OR shelf_label.name <> CASE product.names WHEN '{}' THEN product.name "
    "ELSE COALESCE({name}, product.name) END) "
    "ORDER BY product.name LIMIT ?"
)


def products(db: Database, barcodes: Sequence[str] = ()) -> tuple[str, ...]:
    """The ids of all products that are sold, by name, or of those with these barcodes. Raises `NoSuchBarcode`."""
    if not barcodes:
        return tuple(row[0] for row in db.rows(_ALL))
    found = (catalogue.by_scan(db, barcode.as_it_is(text))[0].id for text in barcodes)
    return tuple(dict.fromkeys(found))


def listed(
    db: Database, which: Listed, of: str, language: str
) -> tuple[tuple[tuple[str, int], ...], bool]:
    """Ids and prices of the products that a person looks at, by name, and whether there are more than `MOST_LISTED`.

    `of` is a category's id or what was typed. Those found are as many as a search answers, best first. `changed` are
    those whose newest label has another name, price or unit than they have now.
    """
    if which == "search":
        hits, more = catalogue.search(db, of, language)
        return tuple((hit.product, hit.price_minor) for hit in hits), more
    if which == "all":
        # Cut off before they are sorted: a million names are not sorted for a page of them.
        rows = db.sql(_SOME, (MOST_LISTED + 1,))
    elif which == "category":
        rows = db.sql(_OF_CATEGORY, (of, MOST_LISTED + 1))
    elif which == "changed":
        changed = _CHANGED.replace("{name}", db.json_text("product.names"))
        rows = db.sql(changed, (f"$.{language}", MOST_LISTED + 1))
    else:
        rows = []
    return tuple(map(tuple, rows[:MOST_LISTED])), len(rows) > MOST_LISTED


def sold(db: Database, products: Iterable[str]) -> tuple[ProductRow, ...]:
    """Those of the products, by their ids, that are sold."""
    found = (catalogue.find(db, product) for product in products)
    return tuple(row for row in found if row is not None and not row.archived)


def texts(db: Database, products: Iterable[str], words: Words) -> tuple[LabelText, ...]:
    """A label for each product, by its id. Raises `NoSuchProduct`."""
    rows = [catalogue.by_id(db, product) for product in products]
    return tuple(text(db, row, words) for row in rows)


def text(db: Database, product: ProductRow, words: Words) -> LabelText:
    """A product's label."""
    currency = shop.read(db).currency
    writing = Writing(words.section("receipt"), currency)
    price = f"{writing.amount(Minor(product.price_minor))} {currency.symbol}"
    by_weight = Unit(product.unit) is Unit.KILOGRAM
    return LabelText(
        name=product.name_in(words.language),
        price=price,
        unit_price=words("label.per_kilogram", price=price) if by_weight else "",
        barcode=code(db, product.id),
    )


def code(db: Database, product: str) -> str:
    """The barcode that stands on a product's label; empty where it has none."""
    row = db.row(_CODE, product)
    return "" if row is None else _shortest(row[0])


def made(desk: Desk, products: Sequence[ProductRow], on: str, language: str, actor: str) -> None:
    """Record that labels of these products, as they were read, came out of the `printer` or lie on `sheets`."""
    labels = (
        LabelMade(row.id, row.name_in(language), row.price_minor, row.unit) for row in products
    )
    if products:
        desk.book.record(actor, LabelsMade(on=on, labels=tuple(labels)))


def _shortest(key: str) -> str:
    """A catalogue key as it is printed: a GTIN of 14 digits without the zeros that only fill it up."""
    if len(key) == 14 and key.isdecimal():  # noqa: PLR2004 - GTIN-14
        for length in (8, 12, 13):
            if key[: 14 - length].strip("0") == "":
                return key[14 - length :]
    return key
