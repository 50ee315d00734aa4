"""What programs of the owner's own may do: change catalogue and stock, as whoever they work for.

A request with a key is done once: that it was done, and what was answered, is an entry in the same commit.
"""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from appliance.domain.barcode import catalogue_key
from appliance.domain.ticket import QuantityOutOfRange
from appliance.journal.access_kinds import ApiRequestDone
from appliance.journal.kinds import BarcodeSet, NewProduct, ProductChanged
from appliance.problems import Refusal
from appliance.services import product_edit, shop, stock
from appliance.services.desk import Desk, at_once
from appliance.services.product_edit import UNITS
from appliance.store.projections import edits
from appliance.store.projections.access import DONE


class KeyUsedOtherwise(Refusal):
    """The key of a request was used before, for another one."""

    code = "key_used_otherwise"


@at_once
def add_product(desk: Desk, new: NewProduct, actor: str) -> str:
    """A product; answers its id. Raises `UnknownSetting`, and as `product_edit.add`."""
    _refuse_unit(new.unit)
    keys = tuple(dict.fromkeys(map(catalogue_key, new.barcodes)))
    told = msgspec.structs.replace(new, name=new.name.strip(), barcodes=keys)
    return product_edit.add(desk, told, actor)


@at_once
def change_product(desk: Desk, edit: ProductChanged, actor: str) -> None:
    """Change what is told of a product. Raises `UnknownSetting`, and as `product_edit.change`."""
    now = product_edit.held(desk.db, edit.product).fields
    told: dict[str, Any] = dict(edits.given(edit, besides="product"))
    archived = told.pop("archived", None)
    _refuse_unit(told.get("unit", now.unit))
    if "name" in told:
        told["name"] = told["name"].strip()
    wanted = msgspec.structs.replace(now, **told)
    product_edit.change(desk, edit.product, wanted, actor, shown=now)
    if archived is not None:
        product_edit.put_away(desk, edit.product, actor, archived=archived)


@at_once
def set_barcode(desk: Desk, code: str, product: str | None, actor: str) -> None:
    """A barcode means this product, or nothing. Raises as `product_edit.change`."""
    key = catalogue_key(code)
    if product is None:
        desk.book.record(actor, BarcodeSet(code=key, product=None))
        return
    now = product_edit.held(desk.db, product).fields
    keys = tuple(dict.fromkeys((*now.barcodes, key)))
    wanted = msgspec.structs.replace(now, barcodes=keys)
    product_edit.change(desk, product, wanted, actor, shown=now)


@at_once
def receive(desk: Desk, came: Mapping[str, int], actor: str) -> None:
    """Goods came: how much of each product, in thousandths. Raises `QuantityOutOfRange`, and as `stock.receive`."""
    for milli in came.values():
        if milli <= 0:
            raise QuantityOutOfRange(qty_milli=milli)
    stock.receive(desk, came, "", actor)


@at_once
def once(desk: Desk, work: Callable[[Desk], str], asked: ApiRequestDone, actor: str) -> str:
    """What `work` answers, which is done if it was not yet; of `asked` the answer is left empty.

    The forms of the back office have such keys, too (`lan_server/pages/once.py`). Without a key it is always done.
    Raises `KeyUsedOtherwise`, and what `work` raises: then nothing was done.
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


def _refuse_unit(unit: str) -> None:
    if unit not in UNITS:
        raise shop.UnknownSetting(setting="unit", value=unit, known=", ".join(UNITS))
