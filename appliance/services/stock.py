"""Stock other than by sales: counts."""

from appliance.domain.ticket import QuantityOutOfRange
from appliance.journal.kinds import StockMove, StockMoved
from appliance.services import catalogue
from appliance.services.desk import Desk

MOST_MILLI = 1_000_000_000
"""The largest count taken: a million pieces."""


def count(desk: Desk, product_id: str, counted_milli: int, actor: str) -> None:
    """Note what was counted, as a move from what the ledger says. Raises `NoSuchProduct`, `QuantityOutOfRange`."""
    product = catalogue.by_id(desk.db, product_id)
    if not 0 <= counted_milli <= MOST_MILLI:
        raise QuantityOutOfRange(qty_milli=counted_milli)
    expected_milli = catalogue.on_hand(desk.db, product.id) or 0
    desk.book.record(
        actor,
        StockMoved(
            reason="count",
            moves=(
                StockMove(
                    product=product.id,
                    qty_milli=counted_milli - expected_milli,
                    counted_milli=counted_milli,
                ),
            ),
        ),
    )
