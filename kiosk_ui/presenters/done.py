"""The sale just paid: the change in large figures, the notes and coins to give, the receipt."""

from collections.abc import Mapping
from typing import Final

import msgspec

from appliance.messages import ChooseReceipt, DoneView, NewSale, ReceiptState, Reprint, Snapshot
from kiosk_ui.presenters.base import Presenter, Seen
from kiosk_ui.presenters.ticket import SumRow

EARLIEST_MS: Final = 600
"""A second tap on the button that took the cash must not wipe the change off the screen."""

RECEIPT_ICONS: Final[Mapping[ReceiptState, tuple[str, str]]] = {
    ReceiptState.ASKED: ("receipt-text-outline", "muted"),
    ReceiptState.PRINTING: ("printer-outline", "blue_ink"),
    ReceiptState.PRINTED: ("check-circle", "brand_ink"),
    ReceiptState.FAILED: ("alert-outline", "amber_ink"),
    ReceiptState.NONE: ("receipt-text-outline", "muted"),
}


class PieceView(msgspec.Struct, frozen=True):
    """So many of one note or coin."""

    count: str
    piece: str


class DonePageView(msgspec.Struct, frozen=True):
    """The page after payment."""

    title: str
    change_label: str
    change: str
    pieces: tuple[PieceView, ...]
    sums: tuple[SumRow, ...]
    receipt_text: str
    receipt_icon: str
    receipt_colour: str
    print: str
    can_print: bool
    none: str
    can_none: bool
    new_sale: str


class DonePresenter(Presenter[DonePageView]):
    """Shows the change until the next sale begins."""

    topics = (DoneView,)
    _shown_at_ms = 0

    def print_receipt(self) -> None:
        """Print it, try again, or print one more, marked COPY."""
        done = self.seen.done
        if done.sale is None:
            return
        if done.receipt is ReceiptState.PRINTED:
            self.send(Reprint(done.sale))
        else:
            self.send(ChooseReceipt(done.sale, "print"))

    def no_receipt(self) -> None:
        """The customer wants none."""
        if self.seen.done.sale is not None:
            self.send(ChooseReceipt(self.seen.done.sale, "none"))

    def new_sale(self) -> None:
        """On to the next customer."""
        if self.now_ms() - self._shown_at_ms >= EARLIEST_MS:
            self.send(NewSale())

    def took(self, snapshot: Snapshot, before: Seen) -> None:  # noqa: ARG002
        """Note since when this sale is shown."""
        if self.seen.done.sale != before.done.sale:
            self._shown_at_ms = self.now_ms()

    def draw(self) -> DonePageView:
        """The page for the sale."""
        done, words, formats = self.seen.done, self.words, self.formats
        state = done.receipt
        icon, colour = RECEIPT_ICONS[state]
        has_change = done.change_minor != 0
        return DonePageView(
            title=words("done.title", number=done.number),
            change_label=words("done.change" if has_change else "done.no_change_label"),
            change=formats.money(done.change_minor) if has_change else words("done.no_change"),
            pieces=tuple(
                PieceView(f"{formats.number(count)} ×", formats.money(denomination))
                for denomination, count in done.change_pieces
            ),
            sums=self._sums(),
            receipt_text=self._receipt_text(),
            receipt_icon=icon,
            receipt_colour=colour,
            print=words(f"done.print_{state}"),
            can_print=state is not ReceiptState.PRINTING,
            none=words("done.none"),
            can_none=state in (ReceiptState.ASKED, ReceiptState.FAILED),
            new_sale=words("done.new_sale"),
        )

    def _sums(self) -> tuple[SumRow, ...]:
        done, money, words = self.seen.done, self.formats.money, self.words
        sums = [SumRow(words("done.total"), money(done.total_minor))]
        if done.rounding_minor:
            sums.append(SumRow(words("done.rounding"), money(done.rounding_minor)))
        sums.append(SumRow(words("done.received"), money(done.tendered_minor)))
        return tuple(sums)

    def _receipt_text(self) -> str:
        done = self.seen.done
        if done.trouble:
            return self.formats.problem(done.trouble, done.trouble_fields)
        return self.words(f"done.receipt_{done.receipt}")
