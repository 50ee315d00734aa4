"""What programs of the owner's own may do: change catalogue and stock, as whoever they work for.

A request with a key is done once: that it was done, and what was answered, is an entry in the same commit.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec
from msgspec import UNSET

from appliance.domain.barcode import catalogue_key
from appliance.domain.ticket import QuantityOutOfRange
from appliance.journal.access_kinds import ApiRequestDone
from appliance.journal.entry import part_id
from appliance.journal.kinds import (
    BarcodeSet,
    NewProduct,
    ProductChanged,
    ProductsAdded,
    StockMove,
    StockMoved,
)
from appliance.problems import Refusal
from appliance.services import catalogue, for_programs, shop
from appliance.services.desk import Desk, at_once
from appliance.services.people import NameNeeded
from appliance.services.stock import MOST_MILLI
from appliance.store.database import Database
from appliance.store.projections import edits
from appliance.store.projections.access import DONE

UNITS: Final = ("piece", "kilogram")


class BarcodeInUse(Refusal):
    """The barcode `barcode` means another product, `name`."""

    code = "barcode_in_use"


class KeyUsedOtherwise(Refusal):
    """The key of a request was used before, for another one."""

    code = "key_used_otherwise"


@at_once
def add_product(desk: Desk, new: NewProduct, actor: str) -> str:
    """A product; answers its id. Raises `NameNeeded`, `NoSuchTaxClass`, `UnknownSetting`, `BarcodeInUse`."""
    _refuse_unfit(
        desk.db,
        {"name": new.name, "tax_class": new.tax_class, "unit": new.unit, "category": new.category},
    )
    codes = tuple(dict.fromkeys(map(catalogue_key, new.barcodes)))
    for code in codes:
        _refuse_taken(desk.db, code, "")
    told = msgspec.structs.replace(new, barcodes=codes)
    entry, *_ = desk.book.record(actor, ProductsAdded(products=(told,)))
    return part_id(entry.id, 0)


@at_once
def change_product(desk: Desk, edit: ProductChanged, actor: str) -> None:
    """Change what is told of a product. Raises `NoSuchProduct`, and as `add_product`."""
    if for_programs.product(desk.db, edit.product) is None:
        raise catalogue.NoSuchProduct(product=edit.product)
    told = dict(edits.given(edit, besides="product"))
    _refuse_unfit(desk.db, told)
    if told:
        desk.book.record(actor, edit)


@at_once
def set_barcode(desk: Desk, code: str, product: str | None, actor: str) -> None:
    """A barcode means this product, or nothing. Raises `NoSuchProduct`, `BarcodeInUse`."""
    key = catalogue_key(code)
    if product is not None:
        if for_programs.product(desk.db, product) is None:
            raise catalogue.NoSuchProduct(product=product)
        _refuse_taken(desk.db, key, product)
    desk.book.record(actor, BarcodeSet(code=key, product=product))


@at_once
def receive(desk: Desk, came: Mapping[str, int], actor: str) -> None:
    """Goods came: how much of each product, in thousandths. Raises `NoSuchProduct`, `QuantityOutOfRange`."""
    for milli in came.values():
        if not 0 < milli <= MOST_MILLI:
            raise QuantityOutOfRange(qty_milli=milli)
    moves = (
        StockMove(catalogue.by_id(desk.db, product).id, milli) for product, milli in came.items()
    )
    desk.book.record(actor, StockMoved("receive", tuple(moves)))


@at_once
def once(desk: Desk, work: Callable[[Desk], str], asked: ApiRequestDone, actor: str) -> str:
    """What `work` answers, which is done if it was not yet; of `asked` the answer is left empty.

    Without a key it is always done. Raises `KeyUsedOtherwise`, and what `work` raises: then nothing was done.
    """
    if not asked.key:
        return work(desk)
    done: Any = edits.of_thing(desk.db, f"{DONE}{asked.token}:{asked.key}").get("answer")
    if done:
        if done[0] != asked.request:
            raise KeyUsedOtherwise
        return str(done[1])
    answer = work(desk)
    desk.book.record(actor, ApiRequestDone(asked.token, asked.key, asked.request, answer))
    return answer


def _refuse_unfit(db: Database, told: Mapping[str, object]) -> None:
    if "name" in told and not str(told["name"]).strip():
        raise NameNeeded
    if "tax_class" in told and told["tax_class"] not in shop.tax_classes(db):
        raise shop.NoSuchTaxClass(tax_class=str(told["tax_class"]))
    known: dict[str, tuple[str, ...]] = {
        "unit": UNITS,
        "category": tuple(row[0] for row in for_programs.categories(db)),
    }
    for name, values in known.items():
        value = told.get(name, UNSET)
        if value is not UNSET and value is not None and value not in values:
            raise shop.UnknownSetting(setting=name, value=str(value), known=", ".join(values))


def _refuse_taken(db: Database, key: str, product: str) -> None:
    held = for_programs.meant_by(db, key)
    if held is not None and held != product:
        other = for_programs.product(db, held)
        raise BarcodeInUse(barcode=key, name=held if other is None else other.name)
