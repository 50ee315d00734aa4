"""What the API is asked, as structs, with the limits of each field; `shapes` tells the units."""

from typing import Annotated, Final, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

MOST_AT_ONCE: Final = 200
FOR_EVER_MS: Final = 1 << 53
"""Later than any time; the largest whole number that every JSON reader keeps exactly is one less."""

Id = Annotated[str, Meta(max_length=80)]
Limit = Annotated[int, Meta(ge=1, le=MOST_AT_ONCE)]
Key = Annotated[str, Meta(max_length=80, description="`next` of the answer before")]
Mark = Annotated[
    str,
    Meta(pattern="^([0-9]{1,15}_[^_]{1,60})?$", description="`next` of the answer before"),
]
Marks = Annotated[
    str,
    Meta(
        pattern="^([0-9A-Z]{4}[.][0-9]{1,15}(~[0-9A-Z]{4}[.][0-9]{1,15}){0,500})?$",
        description="`next` of the answer before, which says how far each origin was read",
    ),
]
Time = Annotated[int, Meta(ge=0, le=FOR_EVER_MS, description="UTC milliseconds")]
Day = Annotated[str, Meta(pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]

_PRINTED: Final = r"^[^\x00-\x1f\x7f-\x9f]*$"
"""No control characters: names go to displays and printers."""

Name = Annotated[str, Meta(min_length=1, max_length=250, pattern=_PRINTED)]
Unit = Literal["piece", "kilogram"]
Code = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[!-~]+$")]
Amount = Annotated[int, Meta(ge=0, le=1_000_000_000)]
Quantity = Annotated[int, Meta(ge=0, le=1_000_000_000)]
Favourite = Annotated[int, Meta(ge=0, le=9_999)]


class Asked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What stands behind the question mark of an address."""


class Nothing(Asked, frozen=True):
    """Nothing can be asked here."""


class Page(Asked, frozen=True):
    """A part of a list."""

    after: Key = ""
    limit: Limit = 50


class ProductsAsked(Page, frozen=True):
    """`q` looks for names and barcodes as the till does, and answers one part only."""

    q: Annotated[str, Meta(max_length=200)] = ""
    archived: bool = False


class JournalAsked(Asked, frozen=True):
    """A part of the journal."""

    after: Marks = ""
    limit: Limit = 50


class PeriodAsked(Asked, frozen=True):
    """From one time to before another."""

    after: Mark = ""
    limit: Limit = 50
    from_ms: Time = 0
    to_ms: Time = FOR_EVER_MS


class PunchesAsked(Asked, frozen=True):
    """The punches of one employee (id) or of everybody, of 62 days at most."""

    from_ms: Time
    to_ms: Time
    employee: Id = ""


class WagesAsked(Asked, frozen=True):
    """From one day to another, both included."""

    from_day: Day
    to_day: Day


class ProductNew(Asked, frozen=True):
    """A new product; `category` is an id."""

    name: Name
    price_minor: Amount
    tax_class: Id
    unit: Unit = "piece"
    category: Id | None = None
    barcodes: Annotated[tuple[Code, ...], Meta(max_length=20)] = ()
    sku: Annotated[str, Meta(max_length=64, pattern=_PRINTED)] = ""
    favourite: Favourite = 0
    low_stock_milli: Quantity | None = None


class ProductEdit(Asked, frozen=True):
    """What shall change of a product; what is left out stays as it is."""

    name: Name | UnsetType = UNSET
    price_minor: Amount | UnsetType = UNSET
    tax_class: Id | UnsetType = UNSET
    unit: Unit | UnsetType = UNSET
    category: Id | UnsetType | None = UNSET
    sku: Annotated[str, Meta(max_length=64, pattern=_PRINTED)] | UnsetType = UNSET
    favourite: Favourite | UnsetType = UNSET
    low_stock_milli: Quantity | UnsetType | None = UNSET
    archived: bool | UnsetType = UNSET


class BarcodeMeaning(Asked, frozen=True):
    """What a barcode means: a product, or (null) nothing."""

    product: Id | None


class StockCounted(Asked, frozen=True):
    """What was counted of a product, in thousandths."""

    product: Id
    counted_milli: Quantity


class Came(Asked, frozen=True):
    """So much came of a product, in thousandths."""

    product: Id
    qty_milli: Annotated[int, Meta(ge=1, le=1_000_000_000)]


class StockReceived(Asked, frozen=True):
    """Goods that came, all in one entry; a product that is named twice came twice."""

    items: Annotated[tuple[Came, ...], Meta(min_length=1, max_length=500)]
