"""Snapshots for the screen, made from the tables and the till's working memory."""

from collections.abc import Callable
from typing import Final

import msgspec

from appliance.domain.tender import make_change, quick_amounts, round_cash_due
from appliance.domain.ticket import Ticket, TicketState, Weighing, totals
from appliance.messages import (
    BadgesView,
    CatalogueView,
    DoneView,
    HolderView,
    LastSaleView,
    LineView,
    ReceiptState,
    ResumeView,
    SearchView,
    SessionView,
    ShopView,
    Snapshot,
    StatusView,
    TaxView,
    TenderView,
    TicketView,
)
from appliance.services import badges, catalogue, days, people, receipts, staff, tickets
from appliance.till import Till
from appliance.words import LANGUAGES


def shop_view(till: Till) -> ShopView:
    """What rarely changes."""
    return ShopView(
        name=till.facts.name,
        register=till.desk.origin,
        currency=till.facts.currency.code,
        language=till.words.language,
        languages=LANGUAGES,
        demo=till.demo,
        place=till.place,
    )


def session_view(till: Till) -> SessionView:
    """Who is at the register."""
    day = days.current(till.desk.db, till.desk.origin)
    return SessionView(
        employee=till.employee,
        people=staff.here_on(till.desk.db, till.today),
        day=None if day is None else day.id,
        day_opened_at_ms=0 if day is None else day.opened_at_ms,
        refused=till.sign_in_refused,
        wait_until_ms=till.sign_in_until_ms,
        chosen=till.sign_in_as,
    )


def badges_view(till: Till) -> BadgesView:
    """Who has a badge, for managers."""
    if till.employee is None or till.employee.role not in people.MANAGERS:
        return BadgesView()
    holders = badges.holders(till.desk.db)
    return BadgesView(
        people=tuple(
            HolderView(one.id, one.name, has_badge=one.id in holders)
            for one in people.active(till.desk.db)
        ),
        waiting_for=till.badge_for or "",
    )


def ticket_view(till: Till) -> TicketView:
    """The ticket at hand, read from the tables."""
    ticket = tickets.at_hand(till.desk) or Ticket("", TicketState.OPEN, (), till.facts.basis)
    sums = totals(ticket.lines, till.facts.basis)
    lines = tuple(
        LineView(
            id=line.id,
            name=line.name,
            qty_milli=line.qty_milli,
            unit=line.unit.value,
            price_minor=line.price_minor,
            amount_minor=line.amount_minor,
            note=line.note,
            shown=_shown(line.weighing),
            tare_milli=0 if line.weighing is None else line.weighing.tare_milli or 0,
        )
        for line in ticket.lines
    )
    known = {line.id for line in lines}
    return TicketView(
        id=ticket.id or None,
        number=tickets.next_number(till.desk),
        state=ticket.state.value,
        lines=lines,
        selected=till.selected if till.selected in known else None,
        keyed_qty_milli=till.held_milli,
        item_count=sums.item_count,
        subtotal_minor=sums.subtotal_minor,
        taxes=tuple(
            TaxView(
                name=tax.name,
                rate_ppm=tax.rate_ppm,
                included=tax.included,
                net_minor=tax.net_minor,
                tax_minor=tax.tax_minor,
            )
            for tax in sums.tax.totals
        ),
        included_tax_minor=sums.tax.included_minor,
        added_tax_minor=sums.tax.added_minor,
        total_minor=sums.total_minor,
        newest_line=till.newest if till.newest in known else None,
        read_ns=till.read_ns,
    )


def _shown(weighing: Weighing | None) -> str:
    return "" if weighing is None or weighing.unit == "kg" else f"{weighing.shown} {weighing.unit}"


def tender_view(till: Till) -> TenderView:
    """What is to be paid, while a ticket is tendering."""
    unpaid = tickets.unpaid(till.desk)
    ticket = tickets.at_hand(till.desk) if unpaid and unpaid[1] is TicketState.TENDERING else None
    if ticket is None:
        return TenderView(open=False)
    total_minor = totals(ticket.lines, till.facts.basis).total_minor
    due_minor = round_cash_due(total_minor, till.facts.currency)
    return TenderView(
        open=True,
        total_minor=total_minor,
        rounding_minor=due_minor - total_minor,
        due_minor=due_minor,
        quick_minor=quick_amounts(due_minor, till.facts.currency),
    )


def done_view(till: Till) -> DoneView:
    """The sale just paid, until the next one begins."""
    if till.done is None:
        return DoneView(sale=None)
    sale = receipts.find(till.desk.db, till.done)
    tendered_minor, change_minor = receipts.change_of(till.desk.db, sale.id)
    trouble, fields = till.receipt_trouble.get(sale.id, ("", ()))
    return DoneView(
        sale=sale.id,
        number=sale.number,
        total_minor=sale.total_minor,
        rounding_minor=sale.rounding_minor,
        tendered_minor=tendered_minor,
        change_minor=change_minor,
        change_pieces=make_change(change_minor, till.facts.currency),
        receipt=receipt_state(till, sale),
        trouble=trouble,
        trouble_fields=fields,
    )


def last_sale_view(till: Till) -> LastSaleView:
    """The last committed sale and its receipt as text."""
    sale = receipts.last(till.desk)
    if sale is None:
        return LastSaleView(sale=None)
    return LastSaleView(
        sale=sale.id,
        number=sale.number,
        at_ms=sale.at_ms,
        total_minor=sale.total_minor,
        change_minor=receipts.change_of(till.desk.db, sale.id)[1],
        receipt=receipt_state(till, sale),
        copies=sale.copies,
        receipt_text=receipts.as_text(till.desk, sale, till.words, till.columns),
    )


def receipt_state(till: Till, sale: receipts.SaleRow) -> ReceiptState:
    """What became of a sale's receipt."""
    if sale.id in till.receipt_trouble:
        return ReceiptState.FAILED
    if sale.id in till.printing:
        return ReceiptState.PRINTING
    if sale.copies:
        return ReceiptState.PRINTED
    return {"none": ReceiptState.NONE, "print": ReceiptState.FAILED}.get(
        sale.receipt, ReceiptState.ASKED
    )


def resume_view(till: Till) -> ResumeView:
    """What start-up found."""
    return till.resume


def catalogue_view(till: Till) -> CatalogueView:
    """One page of tiles."""
    pages, tiles = catalogue.page_of(
        till.desk.db,
        till.category,
        till.page,
        till.tiles_at_once,
        till.words.language,
    )
    return CatalogueView(
        categories=catalogue.categories(till.desk.db),
        category=till.category,
        page=till.page,
        pages=pages,
        tiles=tiles,
    )


def search_view(till: Till) -> SearchView:
    """Hits for what was typed so far."""
    hits, more = catalogue.search(till.desk.db, till.search, till.words.language)
    return SearchView(text=till.search, hits=hits, more=more)


def status_view(till: Till) -> StatusView:
    """Devices, disk, clock and mirror."""
    return StatusView(
        devices=tuple(
            msgspec.structs.replace(view, waiting=till.waiting(view.id))
            for view in till.devices.values()
        ),
        disk=till.disk,
        disk_free_bytes=till.disk_free_bytes,
        clock_ok=till.clock_ok,
        health=till.health,
        mirror=till.mirror.state,
        mirror_behind=till.mirror.behind,
        mirror_since_ms=till.mirror.since_ms,
        mirror_code=till.mirror.code,
        mirror_fields=till.mirror.fields,
        support_until_ms=till.support_until_ms,
    )


View = Callable[[Till], Snapshot]

ALL: Final[tuple[View, ...]] = (
    shop_view,
    session_view,
    badges_view,
    ticket_view,
    tender_view,
    done_view,
    last_sale_view,
    resume_view,
    catalogue_view,
    search_view,
    status_view,
)
"""Every snapshot that a register publishes."""

AFTER_LINES: Final[tuple[View, ...]] = (
    ticket_view,
    tender_view,
    done_view,
    resume_view,
    search_view,
)
"""The snapshots that a new line may change."""
