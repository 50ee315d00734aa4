"""The ticket at hand: its lines, what can be done to the marked one, the sums, and the way to the till."""

from collections.abc import Callable
from typing import Final

import msgspec

from appliance.messages import (
    ChangeQuantity,
    LineView,
    NoticeLevel,
    NoticeView,
    RemoveLine,
    SelectLine,
    Snapshot,
    StartTender,
    TicketView,
)
from kiosk_ui.navigation import Overlay
from kiosk_ui.presenters.ask import Ask, Question
from kiosk_ui.presenters.base import NowMs, Open, Presenter, Seen, Send
from kiosk_ui.presenters.formats import MILLI
from kiosk_ui.strings import Words

PIECE: Final = "piece"


class LineRow(msgspec.Struct, frozen=True):
    """A line as it is drawn."""

    id: str
    badge: str
    name: str
    note: str
    amount: str
    has_note: bool
    back: str = "surface"
    mark: str = "surface"
    rule: str = "line"
    badge_back: str = "soft"


class SumRow(msgspec.Struct, frozen=True):
    """A line of the sums: subtotal, taxes."""

    label: str
    amount: str


class TicketPanelView(msgspec.Struct, frozen=True):
    """The left-hand panel and the buttons that pay."""

    title: str
    lines: tuple[LineRow, ...]
    newest: int
    """The place of the newest line, which is to be seen; -1 where there is none."""
    selected: int
    """The place of the marked line; -1 where none is marked."""
    selected_quantity: str
    can_step: bool
    is_empty: bool
    empty_title: str
    empty_text: str
    sums: tuple[SumRow, ...]
    total_label: str
    total: str
    pay_cash: str
    cash_label: str
    cash_amount: str
    can_pay: bool


class TicketPresenter(Presenter[TicketPanelView]):
    """Shows the ticket and changes its lines."""

    topics = (TicketView, NoticeView)

    def __init__(
        self,
        send: Send,
        words: Words,
        ask: Ask,
        key_quantity: Callable[[], None],
        *,
        open_overlay: Open,
        now_ms: NowMs,
    ) -> None:
        """`ask` puts a question before what cannot be undone; `key_quantity` opens the keypad for a line."""
        self._ask = ask
        self._key_quantity = key_quantity
        self._asked_milli: dict[str, int] = {}
        super().__init__(send, words, open_overlay=open_overlay, now_ms=now_ms)

    def tap_line(self, line: str) -> None:
        """Mark a line, or no longer mark it."""
        self.send(SelectLine(None if line == self.seen.ticket.selected else line))

    def plus(self) -> None:
        """One piece more of the marked line, or of the last."""
        self._step(MILLI)

    def minus(self) -> None:
        """One piece less; at the last piece, ask whether the line shall go."""
        self._step(-MILLI)

    def remove(self) -> None:
        """Take the marked line off the ticket."""
        line = self._line_at_hand()
        if line is not None:
            self.send(RemoveLine(line.id))

    def open_keypad(self) -> None:
        """Key in the quantity of the marked line."""
        self._key_quantity()

    def open_menu(self) -> None:
        """What is behind the three dots."""
        self.open_overlay(Overlay.MENU)

    def pay_cash(self) -> None:
        """The customer wants to pay."""
        self.send(StartTender())

    def took(self, snapshot: Snapshot, before: Seen) -> None:  # noqa: ARG002
        """Forget asked quantities that arrived, whose line is gone, or that were refused."""
        if isinstance(snapshot, NoticeView) and snapshot.level is NoticeLevel.REFUSED:
            self._asked_milli.clear()
        held = {line.id: line.qty_milli for line in self.seen.ticket.lines}
        self._asked_milli = {
            line: asked
            for line, asked in self._asked_milli.items()
            if line in held and held[line] != asked
        }

    def _step(self, by_milli: int) -> None:
        line = self._line_at_hand()
        if line is None or line.unit != PIECE:
            return
        # Two quick taps come before the first snapshot: the second counts on from what the first asked for.
        wanted_milli = self._asked_milli.get(line.id, line.qty_milli) + by_milli
        if wanted_milli > 0:
            self._asked_milli[line.id] = wanted_milli
            self.send(ChangeQuantity(line.id, wanted_milli))
        else:
            self._ask_remove(line)

    def _ask_remove(self, line: LineView) -> None:
        self._ask(
            Question(
                title=self.words("ask.remove.title"),
                text=self.words("ask.remove.text", name=line.name),
                yes=self.words("ask.remove.yes"),
                no=self.words("ask.remove.no"),
                command=RemoveLine(line.id),
            )
        )

    def _line_at_hand(self) -> LineView | None:
        lines = self.seen.ticket.lines
        marked = [line for line in lines if line.id == self.seen.ticket.selected]
        return next(iter(marked or lines[-1:]), None)

    def draw(self) -> TicketPanelView:
        """The panel for the ticket."""
        ticket, words = self.seen.ticket, self.words
        places = {line.id: place for place, line in enumerate(ticket.lines)}
        at_hand = self._line_at_hand()
        total = self.formats.money(ticket.total_minor)
        return TicketPanelView(
            title=words("sale.title", number=ticket.number) if ticket.number else "",
            lines=tuple(self._row(line) for line in ticket.lines),
            newest=places.get(ticket.newest_line or "", -1),
            selected=places.get(ticket.selected or "", -1),
            selected_quantity=(
                self.formats.quantity(at_hand.qty_milli, at_hand.unit) if at_hand else ""
            ),
            can_step=at_hand is not None and at_hand.unit == PIECE,
            is_empty=not ticket.lines,
            empty_title=words("sale.empty_title"),
            empty_text=words("sale.empty_text"),
            sums=self._sums(),
            total_label=words("sale.total"),
            total=total,
            pay_cash=words("sale.pay_cash", amount=total),
            cash_label=words("sale.cash"),
            cash_amount=total if ticket.lines else "",
            can_pay=bool(ticket.lines),
        )

    def _row(self, line: LineView) -> LineRow:
        formats = self.formats
        weighed = line.unit != PIECE
        quantity = formats.quantity(line.qty_milli, line.unit)
        each = ""
        if weighed or line.qty_milli != MILLI:
            price = formats.price(line.price_minor, line.unit)
            each = f"{quantity} × {price}" if weighed else self.words("sale.each", price=price)
        tare = ""
        if line.tare_milli:
            tare = self.words("scale.tare", weight=formats.quantity(line.tare_milli, line.unit))
        note = "  ·  ".join(part for part in (line.shown, each, tare, line.note) if part)
        row = LineRow(
            id=line.id,
            badge=self.words("unit.kilogram") if weighed else quantity,
            name=line.name,
            note=note,
            amount=formats.money(line.amount_minor),
            has_note=bool(note),
        )
        if line.id != self.seen.ticket.selected:
            return row
        return msgspec.structs.replace(
            row, back="brand_soft", mark="brand", rule="brand_soft", badge_back="surface"
        )

    def _sums(self) -> tuple[SumRow, ...]:
        ticket, formats, words = self.seen.ticket, self.formats, self.words
        items = words.count("sale.items", ticket.item_count, formats.number(ticket.item_count))
        sums = [
            SumRow(f"{words('sale.subtotal')}  ·  {items}", formats.money(ticket.subtotal_minor))
        ]
        for included, minor in (
            (True, ticket.included_tax_minor),
            (False, ticket.added_tax_minor),
        ):
            names = {tax.name for tax in ticket.taxes if tax.included is included}
            if names:
                kind = "included" if included else "added"
                name = names.pop() if len(names) == 1 else words("sale.taxes")
                sums.append(SumRow(words(f"sale.tax_{kind}", name=name), formats.money(minor)))
        return tuple(sums)
