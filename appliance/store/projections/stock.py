"""The stock ledger. What is on hand is a sum of moves; the sums are kept per product and origin."""

from collections.abc import Mapping
from typing import Any, Final

from appliance.journal.entry import Entry, part_id
from appliance.journal.kinds import StockMoved
from appliance.store.database import Database
from appliance.store.statements import Statement, insert, slot
from appliance.store.tables import StockLevel, StockMove

_ADD_MOVE: Final = insert(StockMove, "id", "entry", "product", "qty_milli", "reason", "lamport")
_ADD_LEVEL: Final = insert(StockLevel, "qty_milli", "product", "origin")
_CHANGE_LEVEL: Final = Statement(
    lambda: StockLevel.update({StockLevel.qty_milli: StockLevel.qty_milli + slot()}).where(
        (StockLevel.product == slot()) & (StockLevel.origin == slot())
    )
)


def move(db: Database, entry: Entry, body: StockMoved) -> None:
    """Counts, receipts and adjustments."""
    for part, moved in enumerate(body.moves):
        add_move(db, entry, part, moved.product, moved.qty_milli, body.reason)


def add_move(
    db: Database, entry: Entry, part: int, product: str, qty_milli: int, reason: str
) -> None:
    """One row of the ledger, and the sum that it changes."""
    move_id = part_id(entry.id, part)
    db.run(_ADD_MOVE, move_id, entry.id, product, qty_milli, reason, entry.lamport)
    if not db.changed(_CHANGE_LEVEL, qty_milli, product, entry.origin):
        db.run(_ADD_LEVEL, qty_milli, product, entry.origin)


APPLY: Final[Mapping[type, Any]] = {StockMoved: move}
