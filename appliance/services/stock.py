"""Stock other than by sales: what came, what was counted, what was put right; and the ledger of a product."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import msgspec

from appliance.domain.ticket import QuantityOutOfRange
from appliance.journal.kinds import StockMove, StockMoved
from appliance.problems import Refusal
from appliance.services import catalogue
from appliance.services.desk import Desk
from appliance.services.timeclock import ReasonNeeded
from appliance.store.database import Database

MOST_MILLI = 1_000_000_000
"""The largest count taken: a million pieces."""

MOVES_AT_ONCE: Final = 50
LONGEST_NOTE: Final = 200

_TOTAL: Final = "SELECT sum(qty_milli) FROM stock_level WHERE product = ?"
_MOVES: Final = (
    "SELECT id, entry, qty_milli, reason, lamport FROM stock_move WHERE product = ? {after}"
    "ORDER BY lamport DESC, id DESC LIMIT ?"
)
_AFTER: Final = "AND (lamport < ? OR (lamport = ? AND id < ?)) "
_NEWER: Final = (
    "SELECT coalesce(sum(qty_milli), 0) FROM stock_move WHERE product = ? "
    "AND (lamport > ? OR (lamport = ? AND id >= ?))"
)
_ENTRY: Final = (
    "SELECT e.at_ms, e.kind, e.body, coalesce(p.name, '') FROM entry AS e "
    "LEFT JOIN employee AS p ON p.id = e.actor WHERE e.origin = ? AND e.seq = ?"
)


class NothingMoved(Refusal):
    """A move of nothing."""

    code = "nothing_moved"


class Moved(NamedTuple):
    """A move of a product, and what was there after it. `by` and `note` are empty where nobody said so."""

    id: str
    lamport: int
    qty_milli: int
    after_milli: int
    reason: str
    at_ms: int
    by: str
    note: str


class _Told(msgspec.Struct):
    note: str = ""


_NOTE: Final = msgspec.json.Decoder(_Told)


def count(desk: Desk, product_id: str, counted_milli: int, actor: str) -> None:
    """Note what was counted, as a move from what the ledger says. Raises `NoSuchProduct`, `QuantityOutOfRange`."""
    count_many(desk, {product_id: counted_milli}, actor)


def count_many(desk: Desk, counted: Mapping[str, int], actor: str) -> None:
    """Note what was counted of some products, all in one entry; what is as expected is noted as well.

    Raises `NothingMoved` where nothing was counted, `NoSuchProduct`, `QuantityOutOfRange`.
    """
    moves = []
    for product_id, counted_milli in counted.items():
        product = catalogue.by_id(desk.db, product_id)
        if not 0 <= counted_milli <= MOST_MILLI:
            raise QuantityOutOfRange(qty_milli=counted_milli)
        expected_milli = catalogue.on_hand(desk.db, product.id) or 0
        moves.append(StockMove(product.id, counted_milli - expected_milli, counted_milli))
    if not moves:
        raise NothingMoved
    desk.book.record(actor, StockMoved("count", tuple(moves)))


def receive(desk: Desk, came: Mapping[str, int], note: str, actor: str) -> None:
    """Goods came: how much of each product, in thousandths, all in one entry; `note` says from whom.

    Raises `NothingMoved`, `NoSuchProduct`, `QuantityOutOfRange`; then nothing has changed.
    """
    moves = tuple(_move(desk.db, product, milli) for product, milli in came.items() if milli)
    if not moves:
        raise NothingMoved
    if any(move.qty_milli < 0 for move in moves):
        raise QuantityOutOfRange(qty_milli=min(move.qty_milli for move in moves))
    desk.book.record(actor, StockMoved("receive", moves, note[:LONGEST_NOTE]))


def adjust(desk: Desk, product: str, by_milli: int, why: str, actor: str) -> None:
    """More or less is there than the ledger says. Raises `ReasonNeeded`, `NothingMoved`, and as `receive` does."""
    if not why.strip():
        raise ReasonNeeded
    if not by_milli:
        raise NothingMoved
    move = _move(desk.db, product, by_milli)
    desk.book.record(actor, StockMoved("adjust", (move,), why.strip()[:LONGEST_NOTE]))


def moves(db: Database, product: str, after: tuple[int, str] | None = None) -> tuple[Moved, ...]:
    """The newest moves of a product, the newest first, with what was there after each.

    `after` are Lamport time and id of the last move of the page before. One more than `MOVES_AT_ONCE` means that
    there are more. Moves stand in the order in which devices knew of each other's, not in that of their clocks.
    """
    values: Sequence[object] = () if after is None else (after[0], after[0], after[1])
    statement = _MOVES.format(after="" if after is None else _AFTER)
    rows = db.sql(statement, (product, *values, MOVES_AT_ONCE + 1))
    total = int(db.sql(_TOTAL, (product,))[0][0] or 0)
    if after is not None:
        total -= int(db.sql(_NEWER, (product, *values))[0][0])
    found = []
    for id_, entry, qty_milli, reason, lamport in rows:
        at_ms, by, note = _told(db, entry)
        found.append(Moved(id_, lamport, qty_milli, total, reason, at_ms, by, note))
        total -= qty_milli
    return tuple(found)


def _move(db: Database, product: str, milli: int) -> StockMove:
    if abs(milli) > MOST_MILLI:
        raise QuantityOutOfRange(qty_milli=milli)
    return StockMove(catalogue.by_id(db, product).id, milli)


def _told(db: Database, entry: str) -> tuple[int, str, str]:
    origin, _, seq = entry.partition("-")
    found = db.sql(_ENTRY, (origin, int(seq)))
    if not found:
        return 0, "", ""
    at_ms, kind, body, name = found[0]
    note = _NOTE.decode(body).note if kind == StockMoved.kind else ""
    return int(at_ms), str(name), note
