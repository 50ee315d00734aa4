"""Shops to measure in: a small one with a day of trade ahead, and a journal of many ordinary sales."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from appliance.clock import ScriptedClock
from appliance.domain import barcode
from appliance.journal.kinds import (
    CategoryAdded,
    NewProduct,
    ProductsAdded,
    ShopChanged,
    TaxClassDefined,
    TaxRate,
)
from appliance.journal.time_kinds import RateSet
from appliance.messages import AnyJob
from appliance.services import badges, checkout, days, pay_rules, people, receipts
from appliance.services.desk import Desk
from appliance.store.shelf import DiskLimits, Shelf
from drivers.badge import Badge, shortened
from tests.bench.run import ROOT

START_MS: Final = 1_767_258_000_000
PIN: Final = "1234"
LINES: Final = 5
PRODUCTS: Final = 2_000
CASH_MINOR: Final = 100_000
FRAME: Final = b"\x0262E3086CED08\x03"
"""What an RDM6300 says of the cashier's fob."""
_ROOMY: Final = DiskLimits(warn_bytes=0, stop_bytes=0, ballast_bytes=4096)
_AT_ONCE: Final = 500

SOURCES: Final = (
    Path(__file__),
    ROOT / "appliance" / "journal",
    ROOT / "appliance" / "store",
    ROOT / "appliance" / "services",
    ROOT / "appliance" / "domain",
)
"""The code that makes the shops."""


@dataclass(frozen=True, slots=True)
class Counter:
    """A till without a screen: its store and what rings up on it."""

    shelf: Shelf
    desk: Desk
    cashier: str

    def scan(self, text: str) -> None:
        checkout.add_scanned(self.desk, text, 0, "en", self.cashier, room=True)

    def pay(self) -> str:
        return checkout.pay_cash(self.desk, CASH_MINOR, self.cashier)[0]

    def sell(self, codes: tuple[str, ...]) -> str:
        """One sale, each scan its own commit."""
        for code in codes:
            self.scan(code)
        return self.pay()


def ean13(number: int) -> str:
    digits = f"{400_000_000_000 + number}"
    return digits + str(barcode.check_digit(digits))


def baskets(seed: int) -> Iterator[tuple[str, ...]]:
    """What customers bring to the till: five articles, some of them in many baskets. The same for the same seed."""
    chance = random.Random(seed)
    while True:
        basket: set[int] = set()
        while len(basket) < LINES:
            basket.add(int(chance.expovariate(8 / PRODUCTS)) % PRODUCTS)
        yield tuple(map(ean13, sorted(basket)))


def make_shop(folder: Path) -> None:
    """A shop of 2,000 products with a cashier and an open day."""
    shelf = Shelf(folder, limits=_ROOMY)
    book = shelf.book(ScriptedClock(START_MS))
    desk = Desk(shelf.db, book)
    with shelf.transaction():
        book.record(
            "",
            ShopChanged(name="Bench", currency="EUR", cash_step_minor=1),
            TaxClassDefined("A", "food", (TaxRate("A", "VAT", 70_000, included=True),)),
            TaxClassDefined("B", "other", (TaxRate("B", "VAT", 190_000, included=True),)),
        )
        categories = [
            book.record("", CategoryAdded(name=f"Shelf {number}", rank=number))[0].id
            for number in range(8)
        ]
        products = tuple(
            NewProduct(
                name=f"Article number {number}",
                price_minor=49 + number * 37 % 1900,
                tax_class="AB"[number % 2],
                category=categories[number % 8],
                barcodes=(barcode.catalogue_key(ean13(number)),),
                favourite=number if number <= 30 else 0,
            )
            for number in range(PRODUCTS)
        )
        for first in range(0, PRODUCTS, _AT_ONCE):
            book.record("", ProductsAdded(products=products[first : first + _AT_ONCE]))
        keeper = people.pins(folder)
        people.add(desk, keeper, number="1", name="Cashier", role="cashier", pin=PIN, actor="")
        days.open_day(desk, people.active(shelf.db)[0].id)
    _settle(shelf)


def make_journal(sales: int, progress: Callable[[int, int], None]) -> Callable[[Path], None]:
    """Makes a shop with so many ordinary sales in its journal, most with a receipt."""

    def make(folder: Path) -> None:
        make_shop(folder)
        counter = open_counter(folder)
        customers = baskets(1)
        with counter.shelf.transaction():
            for number in range(sales):
                sale = counter.sell(next(customers))
                if number % 3:
                    found = receipts.find(counter.desk.db, sale)
                    receipts.choose(counter.desk, found, "print", counter.cashier)
                    receipts.printed(counter.desk, sale, 0)
                progress(number, sales)
        _settle(counter.shelf)

    return make


def give_badge(folder: Path) -> None:
    """The fob of `FRAME` is the cashier's, who is paid by the hour."""
    counter = open_counter(folder)
    fob = Badge("62E3086CED", "em4100", "bench")
    ids = tuple((one.form, one.id) for one in (fob, *shortened(fob)))
    badges.give(counter.desk, people.pins(folder), "1", ids, "")
    pay_rules.set_rate(counter.desk, RateSet("1", "", "2026-01-01", 1200), "")
    _settle(counter.shelf)


def open_counter(folder: Path) -> Counter:
    shelf = Shelf(folder, limits=_ROOMY)
    # The moment of the first sale is the same in every copy of a store.
    desk = Desk(shelf.db, shelf.book(ScriptedClock(START_MS + 3_600_000)))
    return Counter(shelf, desk, people.active(shelf.db)[0].id)


def entries_of(folder: Path) -> int:
    shelf = Shelf(folder, limits=_ROOMY)
    try:
        return int(shelf.db.sql("SELECT count(*) FROM entry")[0][0])
    finally:
        shelf.close()


def _settle(shelf: Shelf) -> None:
    """Everything into one file, so that copies of it begin alike."""
    shelf.db.sql("PRAGMA wal_checkpoint(TRUNCATE)")
    shelf.close()


class NoDevices:
    """Devices that take every job and do nothing, so that only the register is measured."""

    def run(self, job: AnyJob) -> bool:
        del job
        return True

    def waiting(self, device: str) -> int:
        del device
        return 0

    def has(self, kind: str) -> bool:
        del kind
        return False
