"""Edits compete: per thing and field, the newest `(lamport, origin)` wins, in whatever order edits arrive."""

from collections.abc import Iterator
from typing import Final

import msgspec
from msgspec import UNSET

from appliance.journal.body import Body
from appliance.journal.entry import Entry, canonical_json
from appliance.store.database import Database
from appliance.store.statements import Statement, insert, slot
from appliance.store.tables import Edit

_FIND: Final = Statement(
    lambda: Edit.select(Edit.lamport, Edit.origin).where(
        (Edit.thing == slot()) & (Edit.field == slot())
    )
)
_ADD: Final = insert(Edit, "thing", "field", "lamport", "origin", "value")
_REPLACE: Final = Statement(
    lambda: Edit.update({Edit.lamport: slot(), Edit.origin: slot(), Edit.value: slot()}).where(
        (Edit.thing == slot()) & (Edit.field == slot())
    )
)
_OF_THING: Final = Statement(
    lambda: Edit.select(Edit.field, Edit.value).where(Edit.thing == slot()).order_by(Edit.field)
)
_WINNERS: Final = Statement(
    lambda: (
        Edit.select(Edit.field, Edit.value, Edit.origin)
        .where(Edit.thing == slot())
        .order_by(Edit.field)
    )
)
_OF_BATCH: Final = Statement(
    lambda: (
        Edit.select(Edit.thing, Edit.field, Edit.value)
        .where((Edit.thing > slot()) & (Edit.thing < slot()))
        .order_by(Edit.thing, Edit.field)
    )
)


def given(body: Body, besides: str) -> Iterator[tuple[str, object]]:
    """The fields that an edit sets, without the one that names the thing."""
    for name in body.__struct_fields__:
        value = getattr(body, name)
        if name != besides and value is not UNSET:
            yield name, value


def wins(db: Database, entry: Entry, thing: str, field: str, value: object) -> bool:
    """Whether this edit is the newest of the field; if so it is noted as the winner."""
    held = db.row(_FIND, thing, field)
    if held is None:
        db.run(_ADD, thing, field, entry.lamport, entry.origin, canonical_json(value))
        return True
    if (entry.lamport, entry.origin) < tuple(held):
        return False
    db.run(_REPLACE, entry.lamport, entry.origin, canonical_json(value), thing, field)
    return True


def of_thing(db: Database, thing: str) -> dict[str, object]:
    """The winning values of a thing's edited fields."""
    return {field: msgspec.json.decode(value) for field, value in db.rows(_OF_THING, thing)}


def winners(db: Database, thing: str) -> dict[str, tuple[object, str]]:
    """The winning values of a thing's edited fields, each with the origin that said so."""
    return {
        field: (msgspec.json.decode(value), origin)
        for field, value, origin in db.rows(_WINNERS, thing)
    }


def of_batch(db: Database, entry_id: str) -> dict[str, dict[str, object]]:
    """Winning values of edited fields for the things of one batch entry: edits may arrive before their thing."""
    found: dict[str, dict[str, object]] = {}
    # "/" is the character after ".": ids of the batch's things begin with "K7Q2-1041.".
    for thing, field, value in db.rows(_OF_BATCH, f"{entry_id}.", f"{entry_id}/"):
        found.setdefault(thing, {})[field] = msgspec.json.decode(value)
    return found
