"""The demo shop: a corner shop with a café, its products in three languages, and two people.

Everything goes into the journal as it would in a real shop; the products by way of the importer.
"""

import csv
import io
import tomllib
from collections.abc import Collection, Iterator
from importlib.resources import files
from typing import Final

import msgspec

from appliance.journal.kinds import CategoryAdded, ShopChanged, TaxClassDefined, TaxRate
from appliance.services import badges, first_start, people, shop
from appliance.services.catalogue_csv import import_catalogue
from appliance.services.desk import Desk
from drivers.badge import Badge, shortened

PRODUCTS: Final = "products.csv"
DEMO_BADGE: Final = "em4100"
"""What the demo's badges are: cheap fobs of 125 kHz."""


class Person(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody who works in the demo shop, with a PIN and a badge that everybody may know."""

    number: str
    name: str
    role: str
    pin: str
    badge: str


class _Facts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    address: tuple[str, ...]
    tax_number: str
    currency: str
    footer: tuple[str, ...]


class _TaxClass(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    code: str
    name: str
    taxes: tuple[TaxRate, ...]


class _Category(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    icon: str
    tint: str


class _Shop(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What `shop.toml` holds."""

    shop: _Facts
    tax_class: tuple[_TaxClass, ...]
    category: tuple[_Category, ...]
    person: tuple[Person, ...]


def open_demo_shop(desk: Desk, keeper: people.Pins) -> None:
    """Record the demo shop, all of it or nothing, unless there is a shop already. Takes a fraction of a second."""
    if desk.db.sql("SELECT 1 FROM edit WHERE thing = 'shop' LIMIT 1"):
        return
    demo = _read()
    facts = demo.shop
    with desk.book.batch():
        desk.book.record(
            "",
            ShopChanged(
                name=facts.name,
                address=facts.address,
                tax_number=facts.tax_number,
                currency=facts.currency,
                footer=facts.footer,
            ),
            *(
                TaxClassDefined(code=each.code, name=each.name, taxes=each.taxes)
                for each in demo.tax_class
            ),
            *(
                CategoryAdded(name=each.name, icon=each.icon, tint=each.tint, rank=rank)
                for rank, each in enumerate(demo.category, start=1)
            ),
        )
        for person in demo.person:
            people.add(
                desk,
                keeper,
                number=person.number,
                name=person.name,
                role=person.role,
                pin=person.pin,
                actor="",
            )
            fob = Badge(person.badge, DEMO_BADGE, "demo")
            ids = tuple((one.form, one.id) for one in (fob, *shortened(fob)))
            badges.give(desk, keeper, person.number, ids, "")
        products = files(__name__).joinpath(PRODUCTS).read_text(encoding="utf-8")
        result = import_catalogue(desk, products.splitlines(keepends=True))
        assert result.recorded, result.bad


def demo_goods(desk: Desk, actor: str, how: str = "done") -> None:
    """Record the demo's products in a shop that sells nothing yet, as the answer to a step of the first start."""
    codes = tuple(shop.tax_classes(desk.db)) or ("A",)
    categories = (
        CategoryAdded(name=each.name, icon=each.icon, tint=each.tint, rank=rank)
        for rank, each in enumerate(_read().category, start=1)
    )
    text = files(__name__).joinpath(PRODUCTS).read_text(encoding="utf-8")
    digits = shop.read(desk.db).currency.digits
    lines = csv_lines(text, codes, digits)
    first_start.take_goods(desk, categories, lines, actor, how)


def csv_lines(text: str, codes: Collection[str], digits: int) -> Iterator[str]:
    """The demo's products with tax classes that there are, and prices that the currency can have."""
    out = io.StringIO()
    rows = csv.DictReader(io.StringIO(text))
    assert rows.fieldnames is not None
    writer = csv.DictWriter(out, rows.fieldnames, lineterminator="\n")
    writer.writeheader()
    first = next(iter(codes))
    for row in rows:
        whole, _, cents = row["price"].partition(".")
        price = f"{whole}{cents}" if not digits else row["price"] + "0" * (digits - len(cents))
        tax_class = row["tax_class"] if row["tax_class"] in codes else first
        writer.writerow({**row, "price": price, "tax_class": tax_class})
    return iter(out.getvalue().splitlines(keepends=True))


def staff() -> tuple[Person, ...]:
    """Who works in the demo shop, so that a screen can tell with which PIN to sign in."""
    return _read().person


def _read() -> _Shop:
    text = files(__name__).joinpath("shop.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), _Shop)


__all__ = ["Person", "demo_goods", "open_demo_shop", "staff"]
