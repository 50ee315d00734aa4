"""Taking cash: what is due, what the customer hands over, what goes back."""

from typing import Final

import msgspec

from appliance.messages import CancelTender, Snapshot, TenderCash, TenderView, TicketView
from kiosk_ui.presenters.base import Presenter, Seen
from kiosk_ui.presenters.keys import BACKSPACE, KeyView, digit_pad
from kiosk_ui.presenters.ticket import SumRow

MOST_DIGITS: Final = 9


class QuickView(msgspec.Struct, frozen=True):
    """An amount that customers often hand over. `name` is what a tap sends."""

    name: str
    label: str
    has_label: bool
    amount: str


class CashView(msgspec.Struct, frozen=True):
    """The cash page."""

    title: str
    sums: tuple[SumRow, ...]
    due_label: str
    due: str
    quick_label: str
    quick: tuple[QuickView, ...]
    received_label: str
    received: str
    received_colour: str
    change_label: str
    change: str
    change_colour: str
    keys: tuple[KeyView, ...]
    take: str
    can_take: bool
    back: str


class CashPresenter(Presenter[CashView]):
    """Digits are keyed as on every till: `5 0 0 0` is 50.00."""

    topics = (TenderView, TicketView)
    _digits = ""

    def key(self, name: str) -> None:
        """A key was tapped."""
        digits = self._digits[:-1] if name == BACKSPACE else (self._digits + name).lstrip("0")
        if len(digits) <= MOST_DIGITS:
            self._digits = digits
            self.refresh()

    def tap_quick(self, name: str) -> None:
        """The customer hands over just this amount."""
        self.send(TenderCash(int(name)))

    def take(self) -> None:
        """The customer hands over what was keyed."""
        if self.view.can_take:
            self.send(TenderCash(self._received_minor))

    def back(self) -> None:
        """Back to the lines."""
        self.send(CancelTender())

    @property
    def _received_minor(self) -> int:
        return int(self._digits or "0")

    def took(self, snapshot: Snapshot, before: Seen) -> None:  # noqa: ARG002
        """Begin each tender with an empty field."""
        if self.seen.tender.open != before.tender.open:
            self._digits = ""

    def draw(self) -> CashView:
        """The page for the tender at hand."""
        tender, words, formats = self.seen.tender, self.words, self.formats
        received = self._received_minor
        missing = tender.due_minor - received
        keyed = bool(self._digits)
        enough = keyed and missing <= 0
        sums = [SumRow(words("cash.total"), formats.money(tender.total_minor))]
        if tender.rounding_minor:
            sums.append(SumRow(words("cash.rounding"), formats.money(tender.rounding_minor)))
        shown = formats.money(received)
        return CashView(
            title=words("cash.title", number=self.seen.ticket.number),
            sums=tuple(sums),
            due_label=words("cash.due"),
            due=formats.money(tender.due_minor),
            quick_label=words("cash.quick"),
            quick=tuple(self._quick(minor) for minor in tender.quick_minor),
            received_label=words("cash.received"),
            received=shown,
            received_colour="ink" if keyed else "muted",
            change_label=words("cash.missing" if keyed and missing > 0 else "cash.change"),
            change=formats.money(abs(missing)) if keyed else "–",
            change_colour="amber_ink" if keyed and missing > 0 else "brand_ink",
            keys=digit_pad(corner=KeyView("00", text="00")),
            take=words("cash.take_amount", amount=shown) if enough else words("cash.take"),
            can_take=tender.open and enough,
            back=words("common.back"),
        )

    def _quick(self, minor: int) -> QuickView:
        exact = minor == self.seen.tender.due_minor
        label = self.words("cash.exact") if exact else ""
        return QuickView(str(minor), label, bool(label), self.formats.money(minor))
