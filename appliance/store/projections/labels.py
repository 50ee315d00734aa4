"""Which shelf labels hang in the shop, and what they say."""

from collections.abc import Mapping
from typing import Any, Final

from appliance.journal.device_kinds import LabelsMade
from appliance.journal.entry import Entry
from appliance.store.database import Database
from appliance.store.statements import Statement, insert, slot
from appliance.store.tables import ShelfLabel

_FIND: Final = Statement(
    lambda: ShelfLabel.select(ShelfLabel.lamport, ShelfLabel.origin).where(
        ShelfLabel.product == slot()
    )
)
_ADD: Final = insert(ShelfLabel, "name", "price_minor", "unit", "lamport", "origin", "product")
_SET: Final = Statement(
    lambda: ShelfLabel.update(
        {
            ShelfLabel.name: slot(),
            ShelfLabel.price_minor: slot(),
            ShelfLabel.unit: slot(),
            ShelfLabel.lamport: slot(),
            ShelfLabel.origin: slot(),
        }
    ).where(ShelfLabel.product == slot())
)


def made(db: Database, entry: Entry, body: LabelsMade) -> None:
    """The newest label of a product counts."""
    for label in body.labels:
        held = db.row(_FIND, label.product)
        if held is not None and (entry.lamport, entry.origin) < tuple(held):
            continue
        statement = _ADD if held is None else _SET
        said = (label.name, label.price_minor, label.unit)
        db.run(statement, *said, entry.lamport, entry.origin, label.product)


APPLY: Final[Mapping[type, Any]] = {LabelsMade: made}
