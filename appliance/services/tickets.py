"""Reading tickets from the tables: the one at hand, its lines, the next receipt number."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import msgspec
from peewee import SQL

from appliance.domain.money import Minor
from appliance.domain.ticket import Line, Ticket, TicketState, Unit, Weighing
from appliance.journal.kinds import ScaleShowed
from appliance.problems import Refusal
from appliance.services import shop
from appliance.services.desk import Desk
from appliance.store.database import Database
from appliance.store.statements import Statement, slot
from appliance.store.tables import Sale, TicketLine

_SHOWED: Final = msgspec.json.Decoder(ScaleShowed)
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
    TicketLine.weighing,
)
_LINES: Final = Statement(
    lambda: (
        TicketLine.select(*_COLUMNS)
        .where((TicketLine.ticket == slot()) & TicketLine.removed.is_null())
        .order_by(TicketLine.seq)
    )
)
_UNDER_WAY: Final = """
    SELECT ticket.id, state, line.id, product, price_minor, tax_class, qty_milli, amount_given_minor
    FROM ticket LEFT JOIN ticket_line AS line ON line.id = (
        SELECT id FROM ticket_line WHERE ticket = ticket.id AND removed IS NULL ORDER BY seq DESC LIMIT 1
    )
    WHERE origin = ? AND state IN ('open', 'tendering') LIMIT 1
"""
_LAST_NUMBER: Final = Statement(
    lambda: (
        Sale.select(Sale.number)
        .where(Sale.origin == slot())
        .order_by(Sale.number.desc())
        .limit(SQL("1"))
    )
)


class FinishPaymentFirst(Refusal):
    """Other pages are not opened, and devices not touched, while a customer is paying."""

    code = "finish_payment_first"


class UnderWay(NamedTuple):
    """An unpaid ticket and the newest of its lines that was not removed; `line` is None where there is none."""

    ticket: str
    state: str
    line: str | None
    product: str | None
    price_minor: int
    tax_class: str
    qty_milli: int
    amount_given_minor: int | None


def unpaid(desk: Desk) -> tuple[str, TicketState] | None:
    """The id and state of the unpaid ticket of this register."""
    found = desk.db.sql(_UNPAID, (desk.origin,))
    return (found[0][0], TicketState(found[0][1])) if found else None


def refuse_while_paying(desk: Desk) -> None:
    """Raises `FinishPaymentFirst` while the open ticket is being paid."""
    held = unpaid(desk)
    if held is not None and held[1] is TicketState.TENDERING:
        raise FinishPaymentFirst


def under_way(desk: Desk) -> UnderWay | None:
    """The unpaid ticket of this register, without its lines but the newest."""
    found = desk.db.sql(_UNDER_WAY, (desk.origin,))
    return UnderWay._make(found[0]) if found else None


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
        weighing=None if row[11] is None else _weighing(_SHOWED.decode(row[11])),
    )


def _weighing(showed: ScaleShowed) -> Weighing:
    return Weighing(showed.shown, showed.unit, showed.tare_milli)
