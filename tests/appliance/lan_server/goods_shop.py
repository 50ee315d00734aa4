"""An office with tax classes and a few products, for tests of the catalogue's pages."""

from typing import Final

from appliance.journal.access_kinds import WebRulesChanged
from appliance.journal.kinds import (
    CategoryAdded,
    NewProduct,
    ProductsAdded,
    TaxClassDefined,
    TaxRate,
)
from appliance.services.desk import Desk
from tests.appliance.lan_server.office import Office, Visitor

CROISSANT: Final = "Croissant"
EAN: Final = "4006381333931"


def furnish(office: Office) -> dict[str, str]:
    """Tax classes A and B, categories Bakery and Fruit, and products; answers their ids by their names."""

    def add(desk: Desk) -> None:
        book = desk.book
        bakery, fruit = book.id_ahead(2), book.id_ahead(3)
        book.record(
            "",
            TaxClassDefined("A", "Standard", (TaxRate("A", "VAT", 190_000, included=True),)),
            TaxClassDefined("B", "Reduced", (TaxRate("B", "VAT", 70_000, included=True),)),
            CategoryAdded("Bakery", "food-croissant", "bakery", 1),
            CategoryAdded("Fruit", "food-apple", "lunch", 2),
            ProductsAdded(
                (
                    NewProduct(
                        CROISSANT, 290, "B", category=bakery, barcodes=(f"0{EAN}",), sku="C1"
                    ),
                    NewProduct("Äpfel", 299, "B", unit="kilogram", category=fruit),
                    NewProduct("Baguette", 260, "B", category=bakery, low_stock_milli=5000),
                    NewProduct("Gratis", 0, "A"),
                )
            ),
        )

    office.room.scribe.do(add)
    return dict(office.read("SELECT name, id FROM product"))


def manager(office: Office) -> Visitor:
    """A browser at which the manager is signed in."""
    return signed_in(office, "2")


def signed_in(office: Office, number: str) -> Visitor:
    """A browser at which somebody is signed in."""
    office.room.scribe.do(lambda desk: desk.book.record("", WebRulesChanged(cashiers=True)))
    for one in {"1", number}:
        office.give_password(one)
    visitor = office.client()
    assert visitor.sign_in(number).status_code == 303
    return visitor


def text(visitor: Visitor, path: str) -> str:
    """A page that there is."""
    answer = visitor.get(path)
    assert answer.status_code == 200, path
    return answer.get_data(as_text=True)
