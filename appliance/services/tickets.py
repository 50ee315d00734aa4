"""Reading tickets from the tables: the one at hand, its lines, the next receipt number."""

from collections.abc import Sequence
from typing import Any, Final

from peewee import SQL

from appliance.domain.money import Minor
from appliance.domain.ticket import Line, Ticket, TicketState, Unit
from appliance.services import shop
from appliance.services.desk import Desk
from appliance.store.database import Database
from appliance.store.statements import Statement, slot
from appliance.store.tables import Sale, TicketLine

_UNPAID: Final = (
    "SELECT id, state FROM ticket WHERE origin = ? AND state IN ('open', 'tendering') LIMIT 1"
)
_COLUMNS: Final = (
    TicketLine.id,
    TicketLine.product,
    TicketLine.name,
    TicketLine.qty_milli,
    TicketLine.price_minor,
    TicketLine.unit,
    TicketLine.taxes,
    TicketLine.tax_class,
    TicketLine.category,
    TicketLine.barcode,
    TicketLine.amount_given_minor,
)
_LINES: Final = Statement(
    lambda: (
        TicketLine.select(*_COLUMNS)
        .where((TicketLine.ticket == slot()) & TicketLine.removed.is_null())
        .order_by(TicketLine.seq)
    )
)
_LAST_LINE: Final = Statement(
    lambda: (
        TicketLine.select(*_COLUMNS)
        .where((TicketLine.ticket == slot()) & TicketLine.removed.is_null())
        .order_by(TicketLine.seq.desc())
        .limit(SQL("1"))
    )
)
_LAST_NUMBER: Final = Statement(
    lambda: (
        Sale.select(Sale.number)
        .where(Sale.origin == slot())
        .order_by(Sale.number.desc())
        .limit(SQL("1"))
    )
)


def unpaid(desk: Desk) -> tuple[str, TicketState] | None:
    """The id and state of the unpaid ticket of this register."""
    found = desk.db.sql(_UNPAID, (desk.origin,))
    return (found[0][0], TicketState(found[0][1])) if found else None


def at_hand(desk: Desk) -> Ticket | None:
    """The unpaid ticket of this register with all its lines, as stored."""
    found = unpaid(desk)
    if found is None:
        return None
    ticket, state = found
    return Ticket(ticket, state, lines_of(desk.db, ticket), shop.read(desk.db).basis)


def lines_of(db: Database, ticket: str) -> tuple[Line, ...]:
    """The lines of a ticket or sale that were not removed, in the order in which they were added."""
    return tuple(map(_line, db.rows(_LINES, ticket)))


def last_line(db: Database, ticket: str) -> Line | None:
    """The newest line of a ticket that was not removed."""
    row = db.row(_LAST_LINE, ticket)
    return None if row is None else _line(row)


def next_number(desk: Desk) -> int:
    """The receipt number that the next sale will get: 1, 2, 3 … per register, with no gap."""
    row = desk.db.row(_LAST_NUMBER, desk.origin)
    return 1 if row is None else int(row[0]) + 1


def _line(row: Sequence[Any]) -> Line:
    return Line(
        id=row[0],
        product_id=row[1],
        name=row[2],
        qty_milli=row[3],
        price_minor=Minor(row[4]),
        unit=Unit(row[5]),
        taxes=shop.decoded_taxes(row[6]),
        tax_class=row[7],
        category_id=row[8],
        barcode=row[9],
        amount_minor_given=None if row[10] is None else Minor(row[10]),
    )
