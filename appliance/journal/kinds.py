"""The kinds of entries: what can happen in a shop, each a frozen struct.

A kind is frozen once released: it may gain optional fields (and then a higher version) but never lose or change
one; otherwise it becomes a new kind. Old journals always read. An entry of a kind or version that this program does
not know is kept and mirrored, and applied once the program knows it.

Facts (sales, moves, punches) add rows. Edits (`…Changed`, `…Defined`, `BarcodeSet`) compete: per field, the newest
`(lamport, origin)` wins; a field that an edit leaves out is not touched.
"""

from typing import ClassVar, Final

import msgspec
from msgspec import UNSET, UnsetType

from appliance.journal.access_kinds import ACCESS_KINDS
from appliance.journal.body import Body
from appliance.journal.catalogue_kinds import CATALOGUE_KINDS
from appliance.journal.clock_kinds import CLOCK_KINDS
from appliance.journal.device_kinds import DEVICE_KINDS
from appliance.journal.first_start_kinds import FIRST_START_KINDS
from appliance.journal.mirror_kinds import MIRROR_KINDS
from appliance.journal.pay_kinds import PAY_KINDS
from appliance.journal.plan_kinds import PLAN_KINDS
from appliance.journal.staff_kinds import STAFF_KINDS
from appliance.journal.time_kinds import TIME_KINDS
from appliance.journal.trust_kinds import TRUST_KINDS
from appliance.journal.upkeep_kinds import UPKEEP_KINDS

# --------------------------------------------------------------------------- the device


class RegisterStarted(Body, frozen=True):
    """The register's program began to run."""

    kind: ClassVar[str] = "register_started"
    program: str
    sqlite: str


class ClockFixed(Body, frozen=True):
    """The wall clock became trusted: in boot `boot`, `boot_ns` was truly `at_ms` (UTC milliseconds)."""

    kind: ClassVar[str] = "clock_fixed"
    boot: str
    boot_ns: int
    at_ms: int


# --------------------------------------------------------------------------- the shop


class LabelKind(msgspec.Struct, frozen=True, omit_defaults=True):
    """How labels from the shop's scales are read: see `domain.labels.LabelTemplate`."""

    pattern: str
    decimals: int


class ShopChanged(Body, frozen=True):
    """The shop's own facts. `basis` is how tax is rounded: `line` or `receipt`."""

    kind: ClassVar[str] = "shop_changed"
    name: str | UnsetType = UNSET
    address: tuple[str, ...] | UnsetType = UNSET
    tax_number: str | UnsetType = UNSET
    currency: str | UnsetType = UNSET
    cash_step_minor: int | UnsetType = UNSET
    language: str | UnsetType = UNSET
    basis: str | UnsetType = UNSET
    footer: tuple[str, ...] | UnsetType = UNSET
    labels: tuple[LabelKind, ...] | UnsetType = UNSET


class TaxRate(msgspec.Struct, frozen=True, omit_defaults=True):
    """One tax of a tax class; `rate_ppm` in parts per million (19 % is 190,000)."""

    code: str
    name: str
    rate_ppm: int
    included: bool


class TaxClassDefined(Body, frozen=True):
    """A tax class by its code; a later definition of the same code replaces it for sales from then on."""

    kind: ClassVar[str] = "tax_class_defined"
    code: str
    name: str
    taxes: tuple[TaxRate, ...]


# --------------------------------------------------------------------------- the catalogue


class CategoryAdded(Body, frozen=True):
    """A category; `rank` orders the chips."""

    kind: ClassVar[str] = "category_added"
    name: str
    icon: str = ""
    tint: str = ""
    rank: int = 0


class CategoryChanged(Body, frozen=True):
    """An edit of a category."""

    kind: ClassVar[str] = "category_changed"
    category: str
    name: str | UnsetType = UNSET
    icon: str | UnsetType = UNSET
    tint: str | UnsetType = UNSET
    rank: int | UnsetType = UNSET


class NewProduct(msgspec.Struct, frozen=True, omit_defaults=True):
    """A product as it enters the catalogue.

    `price_minor` is for one piece or one kilogram (`unit`), `barcodes` are catalogue keys, `names` maps a language to
    a name, `favourite` orders the favourites (0: none), `low_stock_milli` is where stock begins to show as low.
    `cost_minor` is what the shop itself pays for one piece or kilogram, without tax; None where nobody said it.
    """

    name: str
    price_minor: int
    tax_class: str
    unit: str = "piece"
    category: str | None = None
    barcodes: tuple[str, ...] = ()
    names: dict[str, str] = {}
    sku: str = ""
    icon: str = ""
    tint: str = ""
    favourite: int = 0
    low_stock_milli: int | None = None
    cost_minor: int | None = None


class ProductsAdded(Body, frozen=True):
    """A batch of products; the n-th one's id is this entry's id and `.n`. Version 2 knows `cost_minor`."""

    kind: ClassVar[str] = "products_added"
    version: ClassVar[int] = 2
    products: tuple[NewProduct, ...]


class ProductChanged(Body, frozen=True):
    """An edit of a product. Version 2 knows `cost_minor`."""

    kind: ClassVar[str] = "product_changed"
    version: ClassVar[int] = 2
    product: str
    name: str | UnsetType = UNSET
    price_minor: int | UnsetType = UNSET
    tax_class: str | UnsetType = UNSET
    unit: str | UnsetType = UNSET
    category: str | UnsetType | None = UNSET
    names: dict[str, str] | UnsetType = UNSET
    sku: str | UnsetType = UNSET
    icon: str | UnsetType = UNSET
    tint: str | UnsetType = UNSET
    favourite: int | UnsetType = UNSET
    low_stock_milli: int | UnsetType | None = UNSET
    archived: bool | UnsetType = UNSET
    cost_minor: int | UnsetType | None = UNSET


class BarcodeSet(Body, frozen=True):
    """A barcode (as catalogue key) now means this product; None: it means nothing."""

    kind: ClassVar[str] = "barcode_set"
    code: str
    product: str | None


class StockMove(msgspec.Struct, frozen=True, omit_defaults=True):
    """So much of a product came (positive) or went (negative); `counted_milli` where a count was the cause."""

    product: str
    qty_milli: int
    counted_milli: int | None = None


class StockMoved(Body, frozen=True):
    """Stock moves other than sales; `reason` is `count`, `receive` or `adjust`.

    `note` (version 2) says why, or from whom it came.
    """

    kind: ClassVar[str] = "stock_moved"
    version: ClassVar[int] = 2
    reason: str
    moves: tuple[StockMove, ...]
    note: str = ""


# --------------------------------------------------------------------------- people


class EmployeeAdded(Body, frozen=True):
    """An employee. `pin_hash` is argon2id over the peppered PIN; `role` is `cashier`, `manager` or `owner`."""

    kind: ClassVar[str] = "employee_added"
    number: str
    name: str
    role: str
    pin_hash: str
    language: str = ""


class EmployeeChanged(Body, frozen=True):
    """An edit of an employee."""

    kind: ClassVar[str] = "employee_changed"
    employee: str
    number: str | UnsetType = UNSET
    name: str | UnsetType = UNSET
    role: str | UnsetType = UNSET
    pin_hash: str | UnsetType = UNSET
    language: str | UnsetType = UNSET
    active: bool | UnsetType = UNSET


class PinTried(Body, frozen=True):
    """A PIN is about to be checked: stored before the check, so that a power cut does not give more tries."""

    kind: ClassVar[str] = "pin_tried"
    employee: str


class SignedIn(Body, frozen=True):
    """An employee signed in; clears their tries on this register."""

    kind: ClassVar[str] = "signed_in"
    employee: str


class SignedOut(Body, frozen=True):
    """The register was locked."""

    kind: ClassVar[str] = "signed_out"
    employee: str


# --------------------------------------------------------------------------- the business day


class DayOpened(Body, frozen=True):
    """A business day of this register began; `number` counts 1, 2, 3 … per origin."""

    kind: ClassVar[str] = "day_opened"
    number: int


class DayClosed(Body, frozen=True):
    """The business day was closed."""

    kind: ClassVar[str] = "day_closed"
    day: str


# --------------------------------------------------------------------------- the sale


class TicketOpened(Body, frozen=True):
    """A ticket was opened in a business day."""

    kind: ClassVar[str] = "ticket_opened"
    day: str


class ScaleShowed(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the scale showed, digit by digit, in its own `unit`; `tare_milli` in grams where it told one."""

    shown: str
    unit: str
    tare_milli: int | None = None


class LineAdded(Body, frozen=True):
    """A line, with everything about the product as it was sold.

    `amount_minor` only where the label gave it, `weighing` only where a scale weighed it. `cost_minor` is what the shop
    paid for one piece or kilogram, where the catalogue knew it (version 2).
    """

    kind: ClassVar[str] = "line_added"
    version: ClassVar[int] = 2
    ticket: str
    name: str
    qty_milli: int
    price_minor: int
    tax_class: str
    taxes: tuple[TaxRate, ...]
    product: str | None = None
    unit: str = "piece"
    category: str | None = None
    barcode: str | None = None
    amount_minor: int | None = None
    weighing: ScaleShowed | None = None
    cost_minor: int | None = None


class LineQuantityChanged(Body, frozen=True):
    """A line's new quantity, and what it was."""

    kind: ClassVar[str] = "line_quantity_changed"
    line: str
    qty_milli: int
    was_milli: int


class LineRemoved(Body, frozen=True):
    """A line was taken off the ticket."""

    kind: ClassVar[str] = "line_removed"
    line: str


class TicketAbandoned(Body, frozen=True):
    """The ticket was given up."""

    kind: ClassVar[str] = "ticket_abandoned"
    ticket: str


class TenderStarted(Body, frozen=True):
    """The customer wants to pay."""

    kind: ClassVar[str] = "tender_started"
    ticket: str


class TenderCancelled(Body, frozen=True):
    """Back to the lines."""

    kind: ClassVar[str] = "tender_cancelled"
    ticket: str


class TaxAmount(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one tax came to on a sale."""

    code: str
    name: str
    rate_ppm: int
    included: bool
    net_minor: int
    tax_minor: int


class Tender(msgspec.Struct, frozen=True, omit_defaults=True):
    """How an amount was paid. `amount_minor` is what stays in the shop: handed over less change."""

    tender: str
    amount_minor: int
    tendered_minor: int
    change_minor: int = 0


class SalePaid(Body, frozen=True):
    """A ticket was paid. Its lines are the ticket's; tax is stored as it was computed, with its rounding basis.

    `total_minor` = subtotal + added tax; the tenders add up to `total_minor + rounding_minor`.
    `kick` says that the drawer was to open (at most once, never again after a restart).
    """

    kind: ClassVar[str] = "sale_paid"
    ticket: str
    day: str
    number: int
    currency: str
    basis: str
    subtotal_minor: int
    total_minor: int
    rounding_minor: int
    taxes: tuple[TaxAmount, ...]
    tenders: tuple[Tender, ...]
    kick: bool


class ReceiptChosen(Body, frozen=True):
    """What the customer wants: `print` or `none`."""

    kind: ClassVar[str] = "receipt_chosen"
    sale: str
    choice: str


class ReceiptPrinted(Body, frozen=True):
    """The printer confirmed a slip; `copy` is 0 for the receipt itself, 1, 2 … for copies."""

    kind: ClassVar[str] = "receipt_printed"
    sale: str
    copy: int


_ALL: Final[tuple[type[Body], ...]] = (
    RegisterStarted,
    ClockFixed,
    ShopChanged,
    TaxClassDefined,
    CategoryAdded,
    CategoryChanged,
    ProductsAdded,
    ProductChanged,
    BarcodeSet,
    StockMoved,
    EmployeeAdded,
    EmployeeChanged,
    PinTried,
    SignedIn,
    SignedOut,
    DayOpened,
    DayClosed,
    TicketOpened,
    LineAdded,
    LineQuantityChanged,
    LineRemoved,
    TicketAbandoned,
    TenderStarted,
    TenderCancelled,
    SalePaid,
    ReceiptChosen,
    ReceiptPrinted,
    *DEVICE_KINDS,
    *TIME_KINDS,
    *STAFF_KINDS,
    *CLOCK_KINDS,
    *PAY_KINDS,
    *TRUST_KINDS,
    *PLAN_KINDS,
    *MIRROR_KINDS,
    *ACCESS_KINDS,
    *CATALOGUE_KINDS,
    *UPKEEP_KINDS,
    *FIRST_START_KINDS,
)

KINDS: Final[dict[str, type[Body]]] = {body.kind: body for body in _ALL}

_DECODERS: Final = {name: msgspec.json.Decoder(body) for name, body in KINDS.items()}


class UnknownKind(Exception):
    """An entry of a kind or version newer than this program."""


def decode(kind: str, version: int, body: str) -> Body:
    """The typed body of an entry.

    Raises `UnknownKind` for a kind or version that this program does not know, and `msgspec.ValidationError` for a
    body that does not fit its kind.
    """
    known = KINDS.get(kind)
    if known is None or version > known.version:
        message = f"{kind} version {version}"
        raise UnknownKind(message)
    return _DECODERS[kind].decode(body)
