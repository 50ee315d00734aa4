"""The keypad of the sale page: it builds a quantity that is held for the next scan or tile."""

from typing import Final

import msgspec

from appliance.messages import ChangeQuantity, KeyQuantity, Snapshot, TicketView
from kiosk_ui.navigation import Overlay
from kiosk_ui.presenters.base import Presenter, Seen
from kiosk_ui.presenters.formats import KEYED_DECIMALS, keyed_milli, milli_digits
from kiosk_ui.presenters.keys import BACKSPACE, BACKSPACE_KEY, SET, KeyView, ready_key

MOST_DIGITS: Final = 4


class KeypadView(msgspec.Struct, frozen=True):
    """The quantity field, and twelve keys in four columns by rows."""

    label: str
    text: str
    is_keyed: bool
    keys: tuple[KeyView, ...]
    can_set: bool
    done: str
    hint: str


class KeypadPresenter(Presenter[KeypadView]):
    """Keys `0` to `9`, `00`, `.`, `back`, `set`; `minus` and `plus` belong to the ticket."""

    topics = (TicketView,)
    _digits = ""
    _is_for_line = False

    def key(self, name: str) -> None:
        """A key was tapped. The register knows each change at once, before any scan can come."""
        if name == SET:
            self.set_quantity()
            return
        before = self._digits
        self._digits = before[:-1] if name == BACKSPACE else _grown(before, name)
        if self._digits != before:
            self.send(KeyQuantity(keyed_milli(self._digits)))
            self.refresh()

    def set_quantity(self) -> None:
        """Give the marked line the keyed quantity, or leave it held for what comes next."""
        marked, milli = self.seen.ticket.selected, keyed_milli(self._digits)
        self.open_overlay(Overlay.NONE)
        if marked is not None and milli > 0:
            self._digits = ""
            self.send(ChangeQuantity(marked, milli))
            self.send(KeyQuantity(0))
            self.refresh()

    def open(self) -> None:
        """Open the keypad over the page, for what comes next."""
        self._open(is_for_line=False)

    def open_for_line(self) -> None:
        """Open the keypad over the page, for the marked line."""
        self._open(is_for_line=True)

    def done(self) -> None:
        """Finished: the marked line gets its quantity, or what was keyed stays held for what comes next."""
        if self._is_for_line:
            self.set_quantity()
        else:
            self.close()

    def _open(self, *, is_for_line: bool) -> None:
        self._is_for_line = is_for_line
        self.refresh()
        self.open_overlay(Overlay.KEYPAD)

    def close(self) -> None:
        """Close the keypad where it lies over the page."""
        self.open_overlay(Overlay.NONE)

    def took(self, snapshot: Snapshot, before: Seen) -> None:  # noqa: ARG002
        """A quantity that was used up is gone; one that somebody else holds is shown."""
        held, held_before = self.seen.ticket.keyed_qty_milli, before.ticket.keyed_qty_milli
        if not held and held_before:
            self._digits = ""
        elif held and not self._digits:
            self._digits = milli_digits(held)

    def draw(self) -> KeypadView:
        """The field and its keys."""
        digits, marked = self._digits, self.seen.ticket.selected is not None
        can_set = marked and keyed_milli(digits) > 0
        can_step = bool(self.seen.ticket.lines)
        set_text = self.words("keypad.set")
        rows = (
            *(KeyView(sign, text=sign) for sign in "789"),
            BACKSPACE_KEY,
            *(KeyView(sign, text=sign) for sign in "456"),
            KeyView("minus", icon="minus", enabled=can_step),
            *(KeyView(sign, text=sign) for sign in "123"),
            KeyView("plus", icon="plus", enabled=can_step),
            KeyView("0", text="0"),
            KeyView("00", text="00"),
            KeyView(".", text=self.formats.decimal_mark),
            ready_key(SET, set_text) if can_set else KeyView(SET, text=set_text, enabled=False),
        )
        return KeypadView(
            label=self.words("keypad.quantity"),
            text=self.formats.keyed(digits) or "1",
            is_keyed=bool(digits),
            keys=rows,
            can_set=can_set,
            done=self.words("keypad.set_line" if self._is_for_line else "keypad.done"),
            hint=self.words("keypad.hint_line" if marked else "keypad.hint_next"),
        )


def _grown(digits: str, name: str) -> str:
    """What is keyed after one more key; a key that would make no number changes nothing."""
    if name == ".":
        return digits if "." in digits else (digits or "0") + "."
    if not name.isdecimal():
        return digits
    whole, point, rest = (digits + name).partition(".")
    whole = whole.lstrip("0") or ("0" if point else "")
    if len(whole) > MOST_DIGITS or len(rest) > KEYED_DECIMALS:
        return digits
    return whole + point + rest
