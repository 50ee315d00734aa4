"""Ringing up: from a scan to a paid sale.

The ticket at hand is always read from the tables, never kept beside them: what the screen shows is what was stored.
Lines are committed one by one, the payment with everything that belongs to it in one entry.
"""

from typing import Final, NamedTuple

from appliance.domain import barcode
from appliance.domain.barcode import Scanned
from appliance.domain.labels import read_weighed
from appliance.domain.money import Minor, divide_half_up, rescale
from appliance.domain.tender import CashSettlement, settle_cash
from appliance.domain.ticket import (
    Act,
    Line,
    QuantityFixedByLabel,
    Ticket,
    TicketState,
    Totals,
    Unit,
    check_quantity,
    check_quantity_change,
    next_state,
    totals,
)
from appliance.journal.body import Body
from appliance.journal.kinds import (
    LineAdded,
    LineQuantityChanged,
    LineRemoved,
    SalePaid,
    ScaleShowed,
    TaxAmount,
    Tender,
    TenderCancelled,
    TenderStarted,
    TicketAbandoned,
    TicketOpened,
)
from appliance.messages import KickDrawer
from appliance.problems import Refusal
from appliance.services import catalogue, days, shop, tickets
from appliance.services.desk import Desk, at_once
from appliance.store.database import Database

ONE_PIECE: Final = 1000
"""One piece, in thousandths."""


class NothingToPay(Refusal):
    """The ticket has no lines."""

    code = "nothing_to_pay"


class NoSuchLine(Refusal):
    """The line is not on the open ticket."""

    code = "no_such_line"


class WeighIt(Refusal):
    """The product is sold by weight, and no weight was given."""

    code = "weigh_it"


class NoTicketOpen(Refusal):
    """There is no ticket at hand."""

    code = "no_ticket_open"


class DiskTooFull(Refusal):
    """No new sale is begun before the disk has room again; the one at hand can be paid."""

    code = "disk_too_full"


@at_once
def add_scanned(
    desk: Desk,
    text: str,
    held_milli: int,
    language: str,
    actor: str,
    *,
    room: bool,
    weighing: ScaleShowed | None = None,
) -> str:
    """Add what was scanned, as the scanner sent it; returns the new line's id.

    See `add_product`; raises `NotABarcode`, `NoSuchBarcode` and `QuantityFixedByLabel` besides.
    """
    facts = shop.read(desk.db)
    scanned = _read(desk.db, text, facts)
    product, key = catalogue.by_scan(desk.db, scanned)
    sold = _as_labelled(scanned, product, key, facts)
    if sold.qty_milli and held_milli:
        raise QuantityFixedByLabel(line="", name=product.name_in(language))
    if held_milli:
        sold = sold._replace(qty_milli=held_milli, weighing=weighing)
    return _add(desk, sold, language, actor, room=room)


@at_once
def add_product(
    desk: Desk,
    product_id: str,
    held_milli: int,
    language: str,
    actor: str,
    *,
    room: bool,
    weighing: ScaleShowed | None = None,
) -> str:
    """Add a product by its id; returns the new line's id.

    `held_milli` is the keyed quantity, 0 for none: then one piece; where the scale gave it, `weighing` is what it
    showed. `room` is False when the disk is too full to begin a sale. Raises `NoSuchProduct`, `WeighIt`,
    `NotAllowedNow`, `NoDayOpen`, `DiskTooFull`, `StoreTrouble`.
    """
    product = catalogue.by_id(desk.db, product_id)
    sold = _Sold(product, held_milli, weighing=weighing)
    return _add(desk, sold, language, actor, room=room)


@at_once
def change_quantity(desk: Desk, line_id: str, qty_milli: int, actor: str) -> None:
    """Set a line's quantity.

    Raises `NoSuchLine`, `QuantityOutOfRange`, `QuantityFixedByLabel`, `QuantityFixedByScale`, `NotAllowedNow`.
    """
    ticket = _open_ticket(desk, Act.CHANGE_LINES)
    line = _line(ticket, line_id)
    check_quantity_change(line, qty_milli)
    if qty_milli != line.qty_milli:
        desk.book.record(
            actor,
            LineQuantityChanged(line=line_id, qty_milli=qty_milli, was_milli=line.qty_milli),
        )


@at_once
def remove_line(desk: Desk, line_id: str, actor: str) -> None:
    """Take a line off. Raises `NoSuchLine`, `NotAllowedNow`."""
    ticket = _open_ticket(desk, Act.CHANGE_LINES)
    _line(ticket, line_id)
    desk.book.record(actor, LineRemoved(line=line_id))


def abandon(desk: Desk, actor: str) -> None:
    """Give the ticket up. Raises `NoTicketOpen`, `NotAllowedNow`."""
    ticket = _open_ticket(desk, Act.ABANDON)
    desk.book.record(actor, TicketAbandoned(ticket=ticket.id))


@at_once
def start_tender(desk: Desk, actor: str) -> None:
    """The customer wants to pay. Raises `NothingToPay`, `NotAllowedNow`."""
    ticket = tickets.at_hand(desk)
    if ticket is None or not ticket.lines:
        raise NothingToPay
    next_state(ticket.state, Act.START_TENDER)
    desk.book.record(actor, TenderStarted(ticket=ticket.id))


def cancel_tender(desk: Desk, actor: str) -> None:
    """Back to the lines. Raises `NotAllowedNow`."""
    ticket = _open_ticket(desk, Act.CANCEL_TENDER)
    desk.book.record(actor, TenderCancelled(ticket=ticket.id))


@at_once
def pay_cash(desk: Desk, tendered_minor: int, actor: str) -> tuple[str, CashSettlement, KickDrawer]:
    """Settle the ticket with cash; starts the tender if it was not started.

    Returns the sale's id, what was settled, and the drawer's job. The sale, its taxes, tender and stock moves are one
    entry, on the disk when this returns. Raises `NothingToPay`, `NotEnough`, `NotAllowedNow`, `NoDayOpen`.
    """
    facts = shop.read(desk.db)
    ticket = tickets.at_hand(desk)
    if ticket is None or not ticket.lines:
        raise NothingToPay
    day = days.current(desk.db, desk.origin)
    if day is None:
        raise days.NoDayOpen
    bodies: list[Body] = []
    state = ticket.state
    if state is TicketState.OPEN:
        state = next_state(state, Act.START_TENDER)
        bodies.append(TenderStarted(ticket=ticket.id))
    next_state(state, Act.SETTLE)
    sums = totals(ticket.lines, facts.basis)
    settled = settle_cash(sums.total_minor, Minor(tendered_minor), facts.currency)
    sale_id = desk.book.id_ahead(len(bodies))
    bodies.append(
        SalePaid(
            ticket=ticket.id,
            day=day.id,
            number=tickets.next_number(desk),
            currency=facts.currency.code,
            basis=facts.basis.value,
            subtotal_minor=sums.subtotal_minor,
            total_minor=sums.total_minor,
            rounding_minor=settled.rounding_minor,
            taxes=_tax_amounts(sums),
            tenders=(
                Tender(
                    tender="cash",
                    amount_minor=settled.tendered_minor - settled.change_minor,
                    tendered_minor=settled.tendered_minor,
                    change_minor=settled.change_minor,
                ),
            ),
            kick=True,
        )
    )
    desk.book.record(actor, *bodies)
    return sale_id, settled, KickDrawer(sale=sale_id)


class _Sold(NamedTuple):
    """What is about to become a line; `qty_milli` 0 means that nobody said how much."""

    product: catalogue.ProductRow
    qty_milli: int
    barcode: str | None = None
    amount_minor: Minor | None = None
    weighing: ScaleShowed | None = None


def _add(desk: Desk, sold: _Sold, language: str, actor: str, *, room: bool) -> str:
    product = sold.product
    unit = Unit(product.unit)
    if unit is Unit.KILOGRAM and not sold.qty_milli:
        raise WeighIt(name=product.name_in(language))
    qty_milli = sold.qty_milli or ONE_PIECE
    check_quantity(qty_milli, unit)
    found = tickets.under_way(desk)
    if found is not None and found.line is not None and _is_one_more_of(found, sold):
        change_quantity(desk, found.line, found.qty_milli + ONE_PIECE, actor)
        return found.line
    bodies: list[Body] = []
    if found is None:
        day = days.current(desk.db, desk.origin)
        if day is None:
            raise days.NoDayOpen
        if not room:
            raise DiskTooFull
        ticket_id = desk.book.id_ahead()
        bodies.append(TicketOpened(day=day.id))
    else:
        ticket_id = found.ticket
        next_state(TicketState(found.state), Act.CHANGE_LINES)
    line_id = desk.book.id_ahead(len(bodies))
    bodies.append(
        LineAdded(
            ticket=ticket_id,
            name=product.name_in(language),
            qty_milli=qty_milli,
            price_minor=product.price_minor,
            tax_class=product.tax_class,
            taxes=shop.rates_of(product.tax_class, product.taxes),
            product=product.id,
            unit=product.unit,
            category=product.category,
            barcode=sold.barcode,
            amount_minor=sold.amount_minor,
            weighing=sold.weighing,
            cost_minor=product.cost_minor,
        )
    )
    desk.book.record(actor, *bodies)
    return line_id


def _is_one_more_of(last: tickets.UnderWay, sold: _Sold) -> bool:
    """Whether the last line is the same article at the same price and nobody said how many: it becomes one more."""
    return (
        not sold.qty_milli
        and last.product == sold.product.id
        and last.price_minor == sold.product.price_minor
        and last.tax_class == sold.product.tax_class
        and last.amount_given_minor is None
        and last.qty_milli % ONE_PIECE == 0
    )


def _read(db: Database, text: str, facts: shop.ShopFacts) -> Scanned:
    """A scan by the shop's own labels first; a code with a wrong check digit counts if the catalogue has it so."""
    try:
        return read_weighed(text, facts.labels) or barcode.read(text)
    except barcode.NotABarcode:
        plain = barcode.as_it_is(text)
        if plain.keys and catalogue.is_known(db, plain.keys[0]):
            return plain
        raise


def _as_labelled(
    scanned: Scanned, product: catalogue.ProductRow, key: str, facts: shop.ShopFacts
) -> _Sold:
    """The quantity or amount that a label gives, where it fits the product's unit."""
    by_weight = Unit(product.unit) is Unit.KILOGRAM
    if scanned.price_minor_digits is not None:
        value, decimals = scanned.price_minor_digits
        amount_minor = rescale(value, decimals, facts.currency.digits)
        qty_milli = ONE_PIECE
        if by_weight and product.price_minor > 0:
            qty_milli = max(1, divide_half_up(amount_minor * ONE_PIECE, product.price_minor))
        return _Sold(product, qty_milli, key, amount_minor)
    if by_weight and scanned.weight_milli_kg is not None:
        return _Sold(product, scanned.weight_milli_kg, key)
    if not by_weight and scanned.count is not None:
        return _Sold(product, scanned.count * ONE_PIECE, key)
    return _Sold(product, 0, key)


def _open_ticket(desk: Desk, act: Act) -> Ticket:
    ticket = tickets.at_hand(desk)
    if ticket is None:
        raise NoTicketOpen
    next_state(ticket.state, act)
    return ticket


def _line(ticket: Ticket, line_id: str) -> Line:
    for line in ticket.lines:
        if line.id == line_id:
            return line
    raise NoSuchLine(line=line_id)


def _tax_amounts(sums: Totals) -> tuple[TaxAmount, ...]:
    return tuple(
        TaxAmount(
            code=tax.code,
            name=tax.name,
            rate_ppm=tax.rate_ppm,
            included=tax.included,
            net_minor=tax.net_minor,
            tax_minor=tax.tax_minor,
        )
        for tax in sums.tax.totals
    )


__all__ = [
    "DiskTooFull",
    "NoSuchLine",
    "NoTicketOpen",
    "NothingToPay",
    "WeighIt",
    "abandon",
    "add_product",
    "add_scanned",
    "cancel_tender",
    "change_quantity",
    "pay_cash",
    "remove_line",
    "start_tender",
]
