"""Two years of trade of three registers, straight into the journal, for measuring pages of the back office."""

import datetime
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from appliance.clock import ScriptedClock
from appliance.domain.money import Minor, divide_half_up, extend
from appliance.journal.body import Body
from appliance.journal.book import Book
from appliance.journal.kinds import (
    CategoryAdded,
    DayClosed,
    DayOpened,
    EmployeeAdded,
    LineAdded,
    LineRemoved,
    NewProduct,
    ProductsAdded,
    ReceiptChosen,
    ReceiptPrinted,
    SalePaid,
    ShopChanged,
    TaxAmount,
    TaxClassDefined,
    TaxRate,
    Tender,
    TicketAbandoned,
    TicketOpened,
)
from appliance.journal.time_kinds import PayRulesChanged
from appliance.journal.trust_kinds import OriginKnown
from appliance.store.shelf import DiskLimits, Shelf

ZONE: Final = ZoneInfo("Europe/Berlin")
LAST_DAY: Final = datetime.date(2026, 11, 28)
REGISTERS: Final = ("AAAA", "BBBB", "CCCC")
PRODUCTS: Final = 2_000
_HOUR_MS: Final = 3_600_000
_OPEN_HOURS: Final = 10
_AT_ONCE: Final = 500
_TAXES: Final = {
    "A": TaxRate("A", "VAT", 190_000, included=True),
    "B": TaxRate("B", "VAT", 70_000, included=True),
}
_ROOMY: Final = DiskLimits(warn_bytes=0, stop_bytes=0, ballast_bytes=4096)


@dataclass
class Shop:
    """What trade needs to know."""

    chance: random.Random
    clock: ScriptedClock
    products: list[tuple[str, NewProduct]]
    cashiers: list[str]


def make(
    days: int, sales_a_day: int, progress: Callable[[int, int], None]
) -> Callable[[Path], None]:
    """Makes a store with so many days, and so many tickets a day at each register."""

    def make_in(folder: Path) -> None:
        shelf = Shelf(folder, limits=_ROOMY)
        clock = ScriptedClock(1_700_000_000_000)
        with shelf.transaction():
            shop = _founded(Book(shelf, clock, shelf.origin), clock)
        books = [Book(shelf, clock, origin) for origin in REGISTERS]
        numbers = dict.fromkeys(REGISTERS, 0)
        for number in range(days):
            day = LAST_DAY - datetime.timedelta(days=days - 1 - number)
            opens = datetime.datetime.combine(day, datetime.time(8), ZONE)
            with shelf.transaction():
                for book in books:
                    _trade(shop, book, int(opens.timestamp()) * 1000, sales_a_day, numbers)
            progress(number, days)
        shelf.db.sql("PRAGMA wal_checkpoint(TRUNCATE)")
        shelf.close()

    return make_in


def _founded(book: Book, clock: ScriptedClock) -> Shop:
    book.record(
        "",
        ShopChanged(name="Bench", currency="EUR"),
        PayRulesChanged(zone=ZONE.key),
        TaxClassDefined("A", "other", (_TAXES["A"],)),
        TaxClassDefined("B", "food", (_TAXES["B"],)),
        *(OriginKnown(origin, "till", f"till {origin}") for origin in REGISTERS),
    )
    categories = [
        book.record("", CategoryAdded(f"shelf {rank}", rank=rank))[0].id for rank in range(8)
    ]
    made = [_product(number, categories) for number in range(PRODUCTS)]
    products: list[tuple[str, NewProduct]] = []
    for first in range(0, PRODUCTS, _AT_ONCE):
        part = tuple(made[first : first + _AT_ONCE])
        batch = book.record("", ProductsAdded(products=part))[0].id
        products += [(f"{batch}.{place}", one) for place, one in enumerate(part)]
    cashiers = [
        book.record("", EmployeeAdded(str(10 + n), f"Cashier {n}", "cashier", "x"))[0].id
        for n in range(6)
    ]
    return Shop(random.Random(5), clock, products, cashiers)


def _product(number: int, categories: Sequence[str]) -> NewProduct:
    price = 49 + number * 37 % 1900
    return NewProduct(
        name=f"Article number {number}",
        price_minor=price,
        tax_class="AB"[number % 2],
        category=categories[number % len(categories)],
        barcodes=(f"{4_000_000_000_000 + number}",),
        low_stock_milli=3000 if number % 50 == 0 else None,
        cost_minor=price * 6 // 10 if number % 3 else None,
    )


def _trade(shop: Shop, book: Book, opens_ms: int, tickets: int, numbers: dict[str, int]) -> None:
    """A day at one register."""
    shop.clock.set(opens_ms)
    first = shop.chance.choice(shop.cashiers)
    day = book.record(first, DayOpened(number=numbers[book.origin] // max(1, tickets) + 1))[0].id
    for at_ms in sorted(shop.chance.randrange(_OPEN_HOURS * _HOUR_MS) for _ in range(tickets)):
        shop.clock.set(opens_ms + at_ms)
        numbers[book.origin] += 1
        _ticket(shop, book, day, numbers[book.origin])
    shop.clock.set(opens_ms + (_OPEN_HOURS + 1) * _HOUR_MS)
    book.record(first, DayClosed(day=day))


def _ticket(shop: Shop, book: Book, day: str, number: int) -> None:
    chance, cashier = shop.chance, shop.chance.choice(shop.cashiers)
    ticket = book.id_ahead()
    bodies: list[Body] = [TicketOpened(day=day)]
    gross: dict[str, int] = {}
    for _ in range(1 + int(chance.expovariate(0.3)) % 12):
        product, sold = shop.products[int(chance.expovariate(8 / PRODUCTS)) % PRODUCTS]
        line = book.id_ahead(len(bodies))
        bodies.append(_line(ticket, product, sold))
        if chance.random() < 0.02:
            bodies.append(LineRemoved(line=line))
        else:
            gross[sold.tax_class] = gross.get(sold.tax_class, 0) + extend(
                Minor(sold.price_minor), 1000
            )
    if not gross:
        book.record(cashier, *bodies, TicketAbandoned(ticket=ticket))
        return
    total = sum(gross.values())
    sale = book.id_ahead(len(bodies))
    bodies.append(
        SalePaid(
            ticket=ticket,
            day=day,
            number=number,
            currency="EUR",
            basis="receipt",
            subtotal_minor=total,
            total_minor=total,
            rounding_minor=0,
            taxes=tuple(_tax(_TAXES[code], amount) for code, amount in gross.items()),
            tenders=(Tender("cash", total, total),),
            kick=True,
        )
    )
    if number % 3:
        bodies += [ReceiptChosen(sale=sale, choice="print"), ReceiptPrinted(sale=sale, copy=0)]
    book.record(cashier, *bodies)


def _line(ticket: str, product: str, sold: NewProduct) -> LineAdded:
    return LineAdded(
        ticket=ticket,
        name=sold.name,
        qty_milli=1000,
        price_minor=sold.price_minor,
        tax_class=sold.tax_class,
        taxes=(_TAXES[sold.tax_class],),
        product=product,
        category=sold.category,
        barcode=sold.barcodes[0],
        cost_minor=sold.cost_minor,
    )


def _tax(rate: TaxRate, gross: int) -> TaxAmount:
    net = divide_half_up(gross * 1_000_000, 1_000_000 + rate.rate_ppm)
    return TaxAmount(rate.code, rate.name, rate.rate_ppm, rate.included, net, gross - net)
