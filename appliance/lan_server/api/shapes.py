"""What the API says, as structs. The OpenAPI document is made of them, so the two cannot differ.

Amounts are in minor units of the currency (cents), quantities in thousandths, rates in parts per million, times in UTC
milliseconds, lengths in milliseconds, days as `2026-11-28` in the shop's time zone.
"""

from typing import Any

import msgspec


class Shape(msgspec.Struct, frozen=True):
    """One message."""


class Trouble(Shape, frozen=True):
    """Why not: a code, a sentence in the shop's language, and the values in it."""

    code: str
    sentence: str
    fields: dict[str, str | int]


class Shop(Shape, frozen=True):
    """The shop. `server` is the mark of the server that answers."""

    name: str
    address: tuple[str, ...]
    tax_number: str
    currency: str
    currency_digits: int
    cash_step_minor: int
    language: str
    zone: str
    server: str
    version: str
    now_ms: int


class Product(Shape, frozen=True):
    """A product. `price_minor` is for one piece or kilogram (`unit`); `stock_milli` is null where none was counted."""

    id: str
    name: str
    names: dict[str, str]
    price_minor: int
    tax_class: str
    unit: str
    category: str | None
    sku: str
    icon: str
    tint: str
    favourite: int
    low_stock_milli: int | None
    archived: bool
    barcodes: tuple[str, ...]
    stock_milli: int | None


class Products(Shape, frozen=True):
    """Products; `next` is empty at the end."""

    items: tuple[Product, ...]
    next: str


class Category(Shape, frozen=True):
    """A category; `rank` orders them."""

    id: str
    name: str
    icon: str
    tint: str
    rank: int


class Categories(Shape, frozen=True):
    """All categories."""

    items: tuple[Category, ...]


class TaxRate(Shape, frozen=True):
    """One tax; `included`: it is within the price."""

    code: str
    name: str
    rate_ppm: int
    included: bool


class TaxClass(Shape, frozen=True):
    """A tax class with its taxes."""

    code: str
    name: str
    taxes: tuple[TaxRate, ...]


class TaxClasses(Shape, frozen=True):
    """All tax classes."""

    items: tuple[TaxClass, ...]


class StockLevel(Shape, frozen=True):
    """What is on hand."""

    product: str
    qty_milli: int


class StockLevels(Shape, frozen=True):
    """Stock by product; `next` is empty at the end."""

    items: tuple[StockLevel, ...]
    next: str


class Sale(Shape, frozen=True):
    """A paid sale. The customer paid `total_minor` with `rounding_minor`."""

    id: str
    register: str
    number: int
    day: str
    at_ms: int
    cashier: str
    currency: str
    subtotal_minor: int
    total_minor: int
    rounding_minor: int


class Sales(Shape, frozen=True):
    """Sales, the oldest first; `next` is empty at the end."""

    items: tuple[Sale, ...]
    next: str


class SaleLine(Shape, frozen=True):
    """A line of a sale; names and prices are those of that time."""

    id: str
    product: str | None
    name: str
    qty_milli: int
    unit: str
    price_minor: int
    amount_minor: int
    tax_class: str
    category: str | None
    barcode: str | None


class SaleTax(Shape, frozen=True):
    """What one tax came to."""

    code: str
    name: str
    rate_ppm: int
    included: bool
    net_minor: int
    tax_minor: int


class SaleTender(Shape, frozen=True):
    """What was paid by one means; of `tendered_minor` `change_minor` went back."""

    tender: str
    amount_minor: int
    tendered_minor: int
    change_minor: int


class WholeSale(Shape, frozen=True):
    """A sale with all that belongs to it."""

    sale: Sale
    lines: tuple[SaleLine, ...]
    taxes: tuple[SaleTax, ...]
    tenders: tuple[SaleTender, ...]


class BusinessDay(Shape, frozen=True):
    """A business day of a register; `closed_at_ms` is null while it is open."""

    id: str
    register: str
    number: int
    opened_at_ms: int
    closed_at_ms: int | None


class BusinessDays(Shape, frozen=True):
    """Business days, the oldest first; `next` is empty at the end."""

    items: tuple[BusinessDay, ...]
    next: str


class Employee(Shape, frozen=True):
    """Somebody who works or worked here."""

    id: str
    number: str
    name: str
    role: str
    active: bool


class Employees(Shape, frozen=True):
    """Everybody, by name."""

    items: tuple[Employee, ...]


class Punch(Shape, frozen=True):
    """Coming, going or a break, as it counts now; `by` is what it was made with."""

    id: str
    employee: str
    at_ms: int
    what: str
    job: str
    paid: bool
    by: str
    device: str


class Punches(Shape, frozen=True):
    """Punches, by employee and time."""

    items: tuple[Punch, ...]


class WageLine(Shape, frozen=True):
    """A line of wages; `factor_ppm` is what the rate is taken times."""

    week: str
    line_kind: str
    name: str
    length_ms: int
    rate_minor: int
    factor_ppm: int
    amount_minor: int
    day: str


class Wage(Shape, frozen=True):
    """What one employee is owed for a period. `approved` names the approval, where the period is locked.

    `net_minor` is `total_minor` with additions and deductions that are no wages. `questions` is how many there are.
    """

    employee: str
    number: str
    name: str
    from_day: str
    to_day: str
    rules: str
    currency: str
    worked_ms: int
    overtime_ms: int
    total_minor: int
    net_minor: int
    approved: str
    questions: int
    lines: tuple[WageLine, ...]


class Wages(Shape, frozen=True):
    """The wages of a period, by name."""

    items: tuple[Wage, ...]


class Register(Shape, frozen=True):
    """A register or time clock. `heard_at_ms` is 0 where the server has not heard it since it was started."""

    device: str
    name: str
    place: str
    entries: int
    written_at_ms: int
    paired_at_ms: int
    revoked_at_ms: int
    heard_at_ms: int
    behind: int


class Registers(Shape, frozen=True):
    """All that were ever paired."""

    items: tuple[Register, ...]


class JournalEntry(Shape, frozen=True):
    """An entry. `body` is without what is checked against (hashes of PINs and the like); `hash` is of the whole."""

    origin: str
    seq: int
    at_ms: int
    lamport: int
    actor: str
    kind: str
    version: int
    body: dict[str, Any]
    hash: str


class Journal(Shape, frozen=True):
    """Entries, origin by origin. `next` is where to go on, also at the end, when nothing new is there yet."""

    items: tuple[JournalEntry, ...]
    next: str


class StockNow(Shape, frozen=True):
    """What is on hand now of the products that were named."""

    items: tuple[StockLevel, ...]
