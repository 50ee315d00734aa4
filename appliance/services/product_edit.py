"""Changing the catalogue by hand: products and their barcodes, one or many at once.

The rules are those of the catalogue's file (`CATALOGUE_CSV.md`). Only what differs is recorded.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import msgspec
from msgspec import UNSET, UnsetType

from appliance.domain.money import PPM, divide_half_up
from appliance.journal.body import Body
from appliance.journal.entry import canonical_json, part_id
from appliance.journal.kinds import (
    BarcodeSet,
    NewProduct,
    ProductChanged,
    ProductsAdded,
)
from appliance.problems import Refusal
from appliance.services import catalogue, catalogue_cells, shop
from appliance.services.catalogue import NoSuchProduct
from appliance.services.catalogue_cells import (
    LONGEST,
    MOST_CODES,
    MOST_FAVOURITE,
    MOST_MILLI,
    MOST_PRICE_MINOR,
    TOO_MANY_CODES,
    BadValue,
    code_of,
    shown,
)
from appliance.services.catalogue_office import Listed
from appliance.services.catalogue_texts import refuse_text
from appliance.services.category_edit import NoSuchCategory, categories
from appliance.services.desk import Desk
from appliance.services.people import NameNeeded
from appliance.services.shop import NoSuchTaxClass
from appliance.store.database import Database

MOST_AT_ONCE: Final = 500
"""How many products can be changed together: they are one commit, for which everybody waits."""

UNITS: Final = ("piece", "kilogram")
ENDINGS: Final = ("", "5", "9", "95", "99")
"""What the last digits of a price can be rounded to; empty: to the minor unit."""

_CODES: Final = "SELECT code FROM barcode WHERE product = ? ORDER BY code"
_OWNER: Final = (
    "SELECT p.id, p.name FROM barcode AS b JOIN product AS p ON p.id = b.product WHERE b.code = ?"
)


class BarcodeOfOther(Refusal):
    """A barcode belongs to another product: `barcode`, `product` is its name."""

    code = "barcode_of_other"


class BadBarcode(Refusal):
    """A barcode cannot be one: `barcode`."""

    code = "bad_barcode"


class TooManyBarcodes(Refusal):
    """A product has so many barcodes at most: `most`."""

    code = "too_many_barcodes"


class OutOfRange(Refusal):
    """A number is too high or below zero: at most `most_number`."""

    code = "number_out_of_range"


class PriceTooHigh(Refusal):
    """An amount is too high, or below zero."""

    code = "price_too_high"


class TooMany(Refusal):
    """More products than can be changed together: `count`, `most`."""

    code = "too_many_products"


class ChangedSince(Refusal):
    """What was shown before is not what would happen now."""

    code = "changed_since"


class Held(NamedTuple):
    """A product with everything that can be edited; `codes` are barcodes as people know them."""

    id: str
    fields: NewProduct
    archived: bool
    codes: tuple[str, ...]


# --------------------------------------------------------------------------- one product


def held(db: Database, product: str) -> Held:
    """A product, sold or put away. Raises `NoSuchProduct`."""
    row = catalogue.find(db, product)
    if row is None:
        raise NoSuchProduct(product=product)
    keys = tuple(code for (code,) in db.sql(_CODES, (product,)))
    sku = db.sql("SELECT sku FROM product WHERE id = ?", (product,))[0][0]
    fields = NewProduct(
        name=row.name,
        price_minor=row.price_minor,
        tax_class=row.tax_class,
        unit=row.unit,
        category=row.category,
        barcodes=keys,
        names=msgspec.json.decode(row.names, type=dict[str, str]),
        sku=sku,
        icon=row.icon,
        tint=row.tint,
        favourite=row.favourite,
        low_stock_milli=row.low_stock_milli,
        cost_minor=row.cost_minor,
    )
    return Held(product, fields, bool(row.archived), tuple(map(code_of, keys)))


def keys_of(text: str) -> tuple[str, ...]:
    """The catalogue keys of barcodes that were typed one a line. Raises `BadBarcode`, `TooManyBarcodes`."""
    try:
        return catalogue_cells.keys("|".join([*text.splitlines(), ""])) if text.strip() else ()
    except BadValue as why:
        if why.code == TOO_MANY_CODES:
            raise TooManyBarcodes(most=MOST_CODES, field="barcodes") from why
        raise BadBarcode(barcode=shown(why.value or text), field="barcodes") from why


def add(desk: Desk, new: NewProduct, actor: str, *, take_codes: bool = False) -> str:
    """A product; answers its id. Raises as `change` does."""
    _refuse_unfit(desk.db, new)
    _refuse_taken(desk.db, new.barcodes, "", take_codes=take_codes)
    entry, *_ = desk.book.record(actor, ProductsAdded(products=(new,)))
    return part_id(entry.id, 0)


def change(
    desk: Desk,
    product: str,
    wanted: NewProduct,
    actor: str,
    *,
    shown: NewProduct | None = None,
    take_codes: bool = False,
) -> bool:
    """Make a product as `wanted`; answers whether anything differed.

    `shown` is how it was when somebody began to type: what they left as it was stays as it is by now, so that two who
    edit the same product do not undo each other's work. A barcode that was left out means nothing from then on.

    Raises `NoSuchProduct`, `BarcodeOfOther` unless `take_codes`, and what says that a field cannot be so.
    """
    now = held(desk.db, product)
    if shown is not None:
        wanted = _merged(now.fields, shown, wanted)
    _refuse_unfit(desk.db, wanted)
    _refuse_taken(desk.db, wanted.barcodes, product, take_codes=take_codes)
    fields = {
        name: value
        for name in NewProduct.__struct_fields__
        if name != "barcodes" and (value := getattr(wanted, name)) != getattr(now.fields, name)
    }
    bodies: list[Body] = [ProductChanged(product=product, **fields)] if fields else []
    bodies += [
        BarcodeSet(code=key, product=product)
        for key in wanted.barcodes
        if key not in now.fields.barcodes
    ]
    bodies += [
        BarcodeSet(code=key, product=None)
        for key in now.fields.barcodes
        if key not in wanted.barcodes
    ]
    if bodies:
        desk.book.record(actor, *bodies)
    return bool(bodies)


def _merged(now: NewProduct, shown: NewProduct, wanted: NewProduct) -> NewProduct:
    """What was typed where it differs from what was shown, and what is there now everywhere else."""
    typed = {
        name: value
        for name in NewProduct.__struct_fields__
        if (value := getattr(wanted, name)) != getattr(shown, name)
    }
    if "barcodes" in typed:
        kept = [key for key in now.barcodes if key in wanted.barcodes or key not in shown.barcodes]
        added = [key for key in wanted.barcodes if key not in shown.barcodes and key not in kept]
        typed["barcodes"] = (*kept, *added)
    return msgspec.structs.replace(now, **typed)


def put_away(desk: Desk, product: str, actor: str, *, archived: bool) -> None:
    """Not sold any more, or sold again. Raises `NoSuchProduct`."""
    if held(desk.db, product).archived != archived:
        desk.book.record(actor, ProductChanged(product=product, archived=archived))


def _refuse_unfit(db: Database, new: NewProduct) -> None:
    if not new.name:
        raise NameNeeded(field="name")
    for field in ("name", "sku"):
        refuse_text(getattr(new, field), field, LONGEST[field])
    for language, name in new.names.items():
        refuse_text(name, f"name_{language}", LONGEST["name"])
    for field in ("price_minor", "cost_minor"):
        amount = getattr(new, field)
        if amount is not None and not 0 <= amount <= MOST_PRICE_MINOR:
            raise PriceTooHigh(field=field.removesuffix("_minor"))
    if new.tax_class not in shop.tax_classes(db):
        raise NoSuchTaxClass(tax_class=shown(new.tax_class) or "–", field="tax_class")
    if new.category is not None and not any(one.id == new.category for one in categories(db)):
        raise NoSuchCategory(field="category")
    if not 0 <= new.favourite <= MOST_FAVOURITE:
        raise OutOfRange(most_number=MOST_FAVOURITE, field="favourite")
    if new.low_stock_milli is not None and not 0 <= new.low_stock_milli <= MOST_MILLI:
        raise OutOfRange(most_number=MOST_MILLI // 1000, field="low_stock")
    assert new.unit in UNITS, new.unit


def _refuse_taken(db: Database, keys: Sequence[str], product: str, *, take_codes: bool) -> None:
    for key in () if take_codes else keys:
        for owner, name in db.sql(_OWNER, (key,)):
            if owner != product:
                raise BarcodeOfOther(barcode=code_of(key), product=shown(name), field="barcodes")


# --------------------------------------------------------------------------- many at once


class Many(msgspec.Struct, frozen=True):
    """What many products get: a price changed by parts per million and rounded to an ending, or other fields."""

    percent_ppm: int | None = None
    ending: str = ""
    tax_class: str | None = None
    category: str | UnsetType | None = UNSET
    archived: bool | None = None


class Planned(NamedTuple):
    """A product that would change, and its new price; `fields` are those that differ."""

    product: Listed
    fields: Mapping[str, object]


def plan(found: Sequence[Listed], many: Many) -> tuple[Planned, ...]:
    """What would change of products that were found. Raises `PriceTooHigh`."""
    planned = []
    for one in found:
        fields: dict[str, object] = {}
        if many.percent_ppm is not None and one.price_minor:
            fields["price_minor"] = new_price(one.price_minor, many.percent_ppm, many.ending)
        if many.tax_class is not None:
            fields["tax_class"] = many.tax_class
        if many.category is not UNSET:
            fields["category"] = many.category
        if many.archived is not None:
            fields["archived"] = int(many.archived)
        differing = {name: now for name, now in fields.items() if now != getattr(one, name)}
        if differing:
            planned.append(Planned(one, differing))
    return tuple(planned)


def seal_of(planned: Sequence[Planned]) -> str:
    """A short text that is another one as soon as anything of the plan is, what it starts from included."""
    told = [
        (one.product.id, one.product.price_minor, dict(one.fields))
        for one in sorted(planned, key=lambda one: one.product.id)
    ]
    return hashlib.sha256(canonical_json(told).encode()).hexdigest()[:16]


def change_many(desk: Desk, planned: Sequence[Planned], actor: str) -> int:
    """Do what was planned, all of it or nothing; answers how many products changed.

    Raises `TooMany`, `NoSuchTaxClass`, `NoSuchCategory`, and `ChangedSince` if a price is no longer what it was.
    """
    if len(planned) > MOST_AT_ONCE:
        raise TooMany(count=len(planned), most=MOST_AT_ONCE)
    taxes, groups = shop.tax_classes(desk.db), {one.id for one in categories(desk.db)}
    bodies = []
    for one in planned:
        now = catalogue.find(desk.db, one.product.id)
        if now is None or now.price_minor != one.product.price_minor:
            raise ChangedSince
        fields = dict(one.fields)
        if "tax_class" in fields and fields["tax_class"] not in taxes:
            raise NoSuchTaxClass(tax_class=str(fields["tax_class"]))
        if fields.get("category") is not None and fields["category"] not in groups:
            raise NoSuchCategory
        if "archived" in fields:
            fields["archived"] = bool(fields["archived"])
        bodies.append(ProductChanged(product=one.product.id, **fields))  # type: ignore[arg-type]
    if bodies:
        desk.book.record(actor, *bodies)
    return len(bodies)


def new_price(price_minor: int, percent_ppm: int, ending: str) -> int:
    """A price changed by so many parts per million, brought to the nearest price with this ending.

    Half up; of two prices that are as near the higher one; never below the lowest price that has the ending.
    """
    exact = max(0, divide_half_up(price_minor * (PPM + percent_ppm), PPM))
    if exact > MOST_PRICE_MINOR:
        raise PriceTooHigh(field="percent")
    if not ending:
        return exact
    step, last = int(f"1{'0' * len(ending)}"), int(ending)
    below = (exact - last) // step * step + last
    return max(last, below if exact - below < below + step - exact else below + step)
