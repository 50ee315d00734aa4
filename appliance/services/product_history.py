"""What happened to a product: who changed what, and when, from the journal itself."""

from collections.abc import Mapping
from typing import Final, NamedTuple

import msgspec

from appliance.journal.catalogue_kinds import PictureSet
from appliance.journal.entry import number_of
from appliance.journal.kinds import BarcodeSet, ProductChanged, ProductsAdded, UnknownKind, decode
from appliance.services.catalogue_cells import code_of
from appliance.store.database import Database

MOST: Final = 200
"""How many of the newest changes are told."""

_CREATED: Final = "SELECT at_ms, actor, kind, version, body FROM entry WHERE origin = ? AND seq = ?"
_EDITS: Final = (
    "SELECT e.at_ms, e.actor, e.kind, e.version, e.body FROM product_edit AS x "
    "JOIN entry AS e ON e.origin = x.origin AND e.seq = x.seq WHERE x.product = ? "
    "ORDER BY e.lamport DESC, e.origin DESC, e.seq DESC LIMIT ?"
)
_NAME: Final = "SELECT name FROM employee WHERE id = ?"


class Told(NamedTuple):
    """One thing that was done. `fields` are the new values of what was set; `before` those that were known before.

    `what` is `added`, `changed`, `barcode` or `picture`; `by` a name, empty for the device itself.
    """

    at_ms: int
    by: str
    what: str
    fields: Mapping[str, object]
    before: Mapping[str, object]


def of(db: Database, product: str) -> tuple[Told, ...]:
    """The newest changes of a product, the newest first. An edit that lost against a newer one is told as well."""
    names: dict[str, str] = {}

    def name_of(actor: str) -> str:
        if actor not in names:
            names[actor] = next((str(name) for (name,) in db.sql(_NAME, (actor,))), "")
        return names[actor]

    rows = [*_created(db, product), *reversed(db.sql(_EDITS, (product, MOST)))]
    known: dict[str, object] = {}
    told = []
    for at_ms, actor, kind, version, body in rows:
        what, fields = _read(product, kind, version, body)
        if what:
            before = {name: known[name] for name in fields if name in known}
            told.append(Told(at_ms, name_of(actor), what, fields, before))
            if what in {"added", "changed"}:
                known.update(fields)
    return tuple(reversed(told))


def _created(db: Database, product: str) -> list[tuple[int, str, str, int, str]]:
    try:
        number_of(product)
    except ValueError:
        return []
    origin, _, rest = product.partition("-")
    return list(db.sql(_CREATED, (origin, int(rest.partition(".")[0]))))


def _read(product: str, kind: str, version: int, text: str) -> tuple[str, dict[str, object]]:
    try:
        body = decode(kind, version, text)
    except (UnknownKind, msgspec.DecodeError):
        return "", {}
    match body:
        case ProductsAdded(products=products) if _part(product) < len(products):
            new = products[_part(product)]
            return "added", {name: getattr(new, name) for name in new.__struct_fields__}
        case ProductChanged():
            fields = {name: getattr(body, name) for name in body.__struct_fields__}
            return "changed", {
                name: value
                for name, value in fields.items()
                if name != "product" and value is not msgspec.UNSET
            }
        case BarcodeSet(code=code):
            return "barcode", {"barcode": code_of(code)}
        case PictureSet(jpeg=jpeg):
            return "picture", {"picture": bool(jpeg)}
    return "", {}


def _part(product: str) -> int:
    return int(product.partition(".")[2] or 0)
