"""Tickets, their lines, and the sales they become."""

from collections.abc import Mapping
from typing import Any, Final

from appliance.journal.entry import Entry, canonical_json
from appliance.journal.kinds import (
    LineAdded,
    LineQuantityChanged,
    LineRemoved,
    ReceiptChosen,
    ReceiptPrinted,
    SalePaid,
    TenderCancelled,
    TenderStarted,
    TicketAbandoned,
    TicketOpened,
)
from appliance.store.database import Database
from appliance.store.projections import boots, stock, sums
from appliance.store.statements import Statement, insert, slot
from appliance.store.tables import Sale, SaleTax, TenderRow, Ticket, TicketLine

_ADD_TICKET: Final = insert(Ticket, "id", "origin", "day", "state", "opened_by")
_SET_STATE: Final = Statement(
    lambda: Ticket.update({Ticket.state: slot()}).where(Ticket.id == slot())
)
_ADD_LINE: Final = insert(
    TicketLine,
    "id",
    "seq",
    "ticket",
    "product",
    "name",
    "unit",
    "qty_milli",
    "price_minor",
    "amount_given_minor",
    "tax_class",
    "taxes",
    "category",
    "barcode",
    "weighing",
    "cost_minor",
)
_SET_QUANTITY: Final = Statement(
    lambda: TicketLine.update({TicketLine.qty_milli: slot()}).where(TicketLine.id == slot())
)
_REMOVE: Final = Statement(
    lambda: TicketLine.update({TicketLine.removed: slot()}).where(TicketLine.id == slot())
)
_SOLD_COLUMNS: Final = (
    TicketLine.product,
    TicketLine.qty_milli,
    TicketLine.price_minor,
    TicketLine.amount_given_minor,
    TicketLine.category,
    TicketLine.unit,
    TicketLine.taxes,
    TicketLine.cost_minor,
)
_LINE: Final = Statement(
    lambda: TicketLine.select(TicketLine.ticket, *_SOLD_COLUMNS).where(TicketLine.id == slot())
)
_SOLD: Final = Statement(
    lambda: (
        TicketLine.select(*_SOLD_COLUMNS)
        .where((TicketLine.ticket == slot()) & TicketLine.removed.is_null())
        .order_by(TicketLine.seq)
    )
)
_ADD_SALE: Final = insert(Sale)
_ADD_TAX: Final = insert(SaleTax)
_ADD_TENDER: Final = insert(TenderRow)
_CHOOSE: Final = Statement(lambda: Sale.update({Sale.receipt: slot()}).where(Sale.id == slot()))
_COPIES: Final = Statement(lambda: Sale.update({Sale.copies: slot()}).where(Sale.id == slot()))
_COPIES_OF: Final = Statement(lambda: Sale.select(Sale.copies).where(Sale.id == slot()))


def open_ticket(db: Database, entry: Entry, body: TicketOpened) -> None:
    """A ticket, open."""
    db.run(_ADD_TICKET, entry.id, entry.origin, body.day, "open", entry.actor)


def add_line(db: Database, entry: Entry, body: LineAdded) -> None:
    """A line with its product as it is sold."""
    db.run(
        _ADD_LINE,
        entry.id,
        entry.seq,
        body.ticket,
        body.product,
        body.name,
        body.unit,
        body.qty_milli,
        body.price_minor,
        body.amount_minor,
        body.tax_class,
        canonical_json(body.taxes),
        body.category,
        body.barcode,
        None if body.weighing is None else canonical_json(body.weighing),
        body.cost_minor,
    )


def change_quantity(db: Database, entry: Entry, body: LineQuantityChanged) -> None:
    """The line's new quantity; fewer than before is noted."""
    if abs(body.qty_milli) < abs(body.was_milli):
        _note(db, entry, "quantity_changed", body.line, body.qty_milli, body.was_milli)
    db.run(_SET_QUANTITY, body.qty_milli, body.line)


def remove_line(db: Database, entry: Entry, body: LineRemoved) -> None:
    """The line stays, marked with the entry that took it off."""
    _note(db, entry, "line_removed", body.line)
    db.run(_REMOVE, entry.id, body.line)


def abandon(db: Database, entry: Entry, body: TicketAbandoned) -> None:
    """The ticket was given up."""
    amount_minor = sum(line.amount_minor for line in _lines(db, body.ticket))
    sums.odd(db, entry, "abandoned", ticket=body.ticket, amount_minor=amount_minor)
    db.run(_SET_STATE, "abandoned", body.ticket)


def start_tender(db: Database, entry: Entry, body: TenderStarted) -> None:  # noqa: ARG001
    """Lines are fixed from here."""
    db.run(_SET_STATE, "tendering", body.ticket)


def cancel_tender(db: Database, entry: Entry, body: TenderCancelled) -> None:  # noqa: ARG001
    """Back to the lines."""
    db.run(_SET_STATE, "open", body.ticket)


def pay(db: Database, entry: Entry, body: SalePaid) -> None:
    """The sale, its taxes and tenders, and the goods that leave the stock."""
    db.run(_SET_STATE, "paid", body.ticket)
    at_ms = boots.true_time(db, entry)
    db.run(
        _ADD_SALE,
        entry.id,
        body.ticket,
        entry.origin,
        body.number,
        body.day,
        at_ms,
        int(entry.clock_ok),
        entry.boot,
        entry.boot_ns,
        entry.actor,
        body.currency,
        body.basis,
        body.subtotal_minor,
        body.total_minor,
        body.rounding_minor,
        "asked",
        0,
    )
    for position, tax in enumerate(body.taxes):
        db.run(
            _ADD_TAX,
            entry.id,
            position,
            tax.code,
            tax.name,
            tax.rate_ppm,
            int(tax.included),
            tax.net_minor,
            tax.tax_minor,
        )
    for position, paid in enumerate(body.tenders):
        db.run(
            _ADD_TENDER,
            entry.id,
            position,
            paid.tender,
            paid.amount_minor,
            paid.tendered_minor,
            paid.change_minor,
        )
    lines = _lines(db, body.ticket)
    for part, line in enumerate(lines):
        if line.product is not None:
            stock.add_move(db, entry, part, line.product, -line.qty_milli, "sale")
    sums.sold(db, entry, body, at_ms, lines)


def choose_receipt(db: Database, entry: Entry, body: ReceiptChosen) -> None:  # noqa: ARG001
    """What the customer wants."""
    db.run(_CHOOSE, body.choice, body.sale)


def receipt_printed(db: Database, entry: Entry, body: ReceiptPrinted) -> None:
    """One more confirmed slip."""
    copies = db.row(_COPIES_OF, body.sale)
    if copies is not None:
        db.run(_COPIES, copies[0] + 1, body.sale)
    if body.copy:
        sums.odd(db, entry, "copy", sale=body.sale)


def _lines(db: Database, ticket: str) -> tuple[sums.SoldLine, ...]:
    return tuple(sums.SoldLine(*row) for row in db.rows(_SOLD, ticket))


def _note(
    db: Database,
    entry: Entry,
    what: str,
    line: str,
    qty_milli: int | None = None,
    was_milli: int | None = None,
) -> None:
    """What was done to a line, with what it came to until then."""
    held = db.row(_LINE, line)
    if held is None:
        return
    ticket, *columns = held
    until_now = sums.SoldLine(*columns)
    sums.odd(
        db,
        entry,
        what,
        ticket=ticket,
        line=line,
        amount_minor=until_now.amount_minor,
        qty_milli=0 if qty_milli is None else qty_milli,
        was_milli=until_now.qty_milli if was_milli is None else was_milli,
    )


APPLY: Final[Mapping[type, Any]] = {
    TicketOpened: open_ticket,
    LineAdded: add_line,
    LineQuantityChanged: change_quantity,
    LineRemoved: remove_line,
    TicketAbandoned: abandon,
    TenderStarted: start_tender,
    TenderCancelled: cancel_tender,
    SalePaid: pay,
    ReceiptChosen: choose_receipt,
    ReceiptPrinted: receipt_printed,
}
