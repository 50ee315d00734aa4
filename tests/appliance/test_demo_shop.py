"""The demo shop opens whole, once, and with nothing in it that the screen or the till could not use."""

from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher
from fonticon_mdi7 import MDI7  # type: ignore[import-untyped]

from appliance.clock import ScriptedClock
from appliance.demo_shop import open_demo_shop, staff
from appliance.domain import barcode
from appliance.services import catalogue, people, shop
from appliance.services.catalogue_csv import export_catalogue, import_catalogue
from appliance.services.desk import Desk
from appliance.store.shelf import DiskLimits, Shelf

START_MS = 1_767_258_000_000
TINTS = {"coffee", "bakery", "cold", "lunch", "retail", "gift"}
KEEPER = people.Pins(b"pepper", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    made = Shelf(tmp_path_factory.mktemp("demo"), limits=DiskLimits(0, 0, 4096))
    yield made
    made.close()


@pytest.fixture(scope="module")
def desk(shelf: Shelf) -> Desk:
    made = Desk(shelf.db, shelf.book(ScriptedClock(START_MS)))
    open_demo_shop(made, KEEPER)
    return made


def test_opening_it_again_records_nothing(desk: Desk) -> None:
    before = desk.book.verify().entries
    open_demo_shop(desk, KEEPER)
    assert desk.book.verify().entries == before


def test_its_tables_are_what_its_journal_says(shelf: Shelf, desk: Desk) -> None:
    assert desk.book.verify().bad is None
    assert shelf.differences() == ()
    assert shelf.unapplied() == ()


def test_it_has_a_name_an_address_and_two_tax_classes(desk: Desk) -> None:
    facts = shop.read(desk.db)
    assert (facts.name, facts.currency.code) == ("Corner & Co.", "EUR")
    assert facts.address
    assert facts.tax_number
    assert facts.footer
    rates = {
        code: [(each.rate_ppm, each.included) for each in taxes]
        for code, (_, taxes) in shop.tax_classes(desk.db).items()
    }
    assert rates == {"A": [(190_000, True)], "B": [(70_000, True)]}


def test_ana_and_ben_sign_in_with_their_pins(desk: Desk) -> None:
    assert [(each.name, each.role) for each in staff()] == [("Ana", "cashier"), ("Ben", "manager")]
    for person in staff():
        signed_in = people.sign_in(desk, KEEPER, person.number, person.pin, START_MS)
        assert (signed_in.name, signed_in.role) == (person.name, person.role)


def test_it_sells_a_hundred_things_in_eight_categories(desk: Desk) -> None:
    count = desk.db.sql("SELECT count(*) FROM product")[0][0]
    assert 100 <= count <= 200
    shown = [each.name for each in catalogue.categories(desk.db)]
    assert shown == [
        *("Coffee", "Bakery", "Cold drinks", "Lunch"),
        *("Groceries", "Fruit & vegetables", "Household", "Gifts"),
    ]
    without = desk.db.sql("SELECT count(*) FROM product WHERE category IS NULL")
    assert without == [(0,)]


def test_each_thing_has_a_name_in_three_languages_an_icon_and_a_tint(desk: Desk) -> None:
    things = desk.db.sql("SELECT names, icon, tint FROM product")
    for names, icon, tint in things:
        assert all(f'"{language}":' in names for language in shop.LANGUAGES), names
        assert hasattr(MDI7, icon.replace("-", "_")), icon
        assert tint in TINTS
    for icon, tint in desk.db.sql("SELECT icon, tint FROM category"):
        assert hasattr(MDI7, icon.replace("-", "_")), icon
        assert tint in TINTS


def test_fifteen_favourites_fill_a_page_and_some_are_low(desk: Desk) -> None:
    pages, tiles = catalogue.page_of(desk.db, None, 0, 15, "en")
    assert pages == 1
    assert [tile.name for tile in tiles][:2] == ["Flat white", "Espresso"]
    assert len(tiles) == 15
    low = {tile.name: tile.stock_milli for tile in tiles if tile.low}
    assert low == {"Sourdough loaf": 2000}


def test_every_barcode_is_a_valid_gtin_that_finds_its_product(desk: Desk) -> None:
    rows = desk.db.sql("SELECT code, product FROM barcode")
    lengths = set()
    for code, product in rows:
        short = code.lstrip("0")
        lengths.add(len(short))
        assert barcode.is_gtin(code)
        found, key = catalogue.by_scan(desk.db, barcode.read(short))
        assert (found.id, key) == (product, code)
    assert lengths == {8, 12, 13}
    several = desk.db.sql("SELECT product FROM barcode GROUP BY product HAVING count(*) > 1")
    assert len(several) >= 4


def test_fruit_is_sold_by_the_kilogram(desk: Desk) -> None:
    assert desk.db.sql("SELECT count(*) FROM product WHERE unit = 'kilogram'")[0][0] >= 10


def test_its_exported_catalogue_changes_nothing(desk: Desk) -> None:
    before = desk.book.verify().entries
    result = import_catalogue(desk, export_catalogue(desk.db))
    assert (result.bad, result.added, result.changed, result.stock_kept) == ([], 0, 0, 0)
    assert desk.book.verify().entries == before
