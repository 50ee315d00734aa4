"""What programs may do: one function for each act, run in the thread that writes, from what was asked to a shape."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

import msgspec

from appliance.journal.kinds import NewProduct, ProductChanged
from appliance.lan_server.api import questions, resources, shapes
from appliance.messages import PersonView
from appliance.services import catalogue, program_acts, stock
from appliance.services.desk import Desk


@dataclass(frozen=True, slots=True)
class Order:
    """One request: who asks, what stands in the address, and what came with it."""

    person: PersonView
    path: dict[str, str]
    body: Any


def add_product(desk: Desk, order: Order) -> shapes.Product:
    """A new product."""
    asked: questions.ProductNew = order.body
    new = NewProduct(**msgspec.structs.asdict(asked))
    made = program_acts.add_product(desk, new, order.person.id)
    return resources.product_of(desk.db, made)


def change_product(desk: Desk, order: Order) -> shapes.Product:
    """A product is changed: its price, its name, whether it is sold."""
    product, asked = order.path["product"], msgspec.structs.asdict(order.body)
    program_acts.change_product(desk, ProductChanged(product=product, **asked), order.person.id)
    return resources.product_of(desk.db, product)


def set_barcode(desk: Desk, order: Order) -> questions.BarcodeMeaning:
    """A barcode means a product, or nothing."""
    asked: questions.BarcodeMeaning = order.body
    program_acts.set_barcode(desk, order.path["code"], asked.product, order.person.id)
    return asked


def count_stock(desk: Desk, order: Order) -> shapes.StockNow:
    """A product was counted."""
    asked: questions.StockCounted = order.body
    stock.count(desk, asked.product, asked.counted_milli, order.person.id)
    return _now(desk, asked.product)


def receive_stock(desk: Desk, order: Order) -> shapes.StockNow:
    """Goods came."""
    asked: questions.StockReceived = order.body
    came: Counter[str] = Counter()
    for one in asked.items:
        came[one.product] += one.qty_milli
    program_acts.receive(desk, came, order.person.id)
    return _now(desk, *came)


def _now(desk: Desk, *products: str) -> shapes.StockNow:
    return shapes.StockNow(
        tuple(shapes.StockLevel(one, catalogue.on_hand(desk.db, one) or 0) for one in products)
    )
