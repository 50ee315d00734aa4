"""Shelf labels: a product's name, price and barcode in finished words."""

from collections.abc import Iterable, Sequence
from typing import Final

from peewee import SQL

from appliance.domain import barcode
from appliance.domain.money import Minor
from appliance.domain.receipt import Writing
from appliance.domain.ticket import Unit
from appliance.messages import LabelText
from appliance.services import catalogue, shop
from appliance.store.database import Database
from appliance.store.statements import Statement, slot
from appliance.store.tables import Barcode, Product
from appliance.words import Words

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


def products(db: Database, barcodes: Sequence[str] = ()) -> tuple[str, ...]:
    """The ids of all products that are sold, by name, or of those with these barcodes. Raises `NoSuchBarcode`."""
    if not barcodes:
        return tuple(row[0] for row in db.rows(_ALL))
    found = (catalogue.by_scan(db, barcode.as_it_is(text))[0].id for text in barcodes)
    return tuple(dict.fromkeys(found))


def texts(db: Database, products: Iterable[str], words: Words) -> tuple[LabelText, ...]:
    """A label for each product, by its id. Raises `NoSuchProduct`."""
    currency = shop.read(db).currency
    writing = Writing(words.section("receipt"), currency)
    made = []
    for product_id in products:
        product = catalogue.by_id(db, product_id)
        price = f"{writing.amount(Minor(product.price_minor))} {currency.symbol}"
        by_weight = Unit(product.unit) is Unit.KILOGRAM
        code = db.row(_CODE, product.id)
        made.append(
            LabelText(
                name=product.name_in(words.language),
                price=price,
                unit_price=words("label.per_kilogram", price=price) if by_weight else "",
                barcode="" if code is None else _shortest(code[0]),
            )
        )
    return tuple(made)


def _shortest(key: str) -> str:
    """A catalogue key as it is printed: a GTIN of 14 digits without the zeros that only fill it up."""
    if len(key) == 14 and key.isdecimal():  # noqa: PLR2004 - GTIN-14
        for length in (8, 12, 13):
            if key[: 14 - length].strip("0") == "":
                return key[14 - length :]
    return key
