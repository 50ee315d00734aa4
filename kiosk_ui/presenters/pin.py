"""A PIN while it is keyed in: its digits are held until they are sent, and never shown."""

from typing import Final

from kiosk_ui.presenters.formats import Formats
from kiosk_ui.presenters.keys import BACKSPACE

LONGEST: Final = 12
SHOWN_DOTS: Final = 4
FILLED, EMPTY = "●", "○"


def keyed(digits: str, name: str) -> str:
    """The digits after one more key; a key that is no digit changes nothing."""
    if name == BACKSPACE:
        return digits[:-1]
    return (digits + name)[:LONGEST] if name.isdecimal() and name.isascii() else digits


def dots(digits: str) -> str:
    """One dot for each digit, and empty ones up to the shortest PIN."""
    return "  ".join(FILLED * len(digits) + EMPTY * (SHOWN_DOTS - len(digits)))


def message(formats: Formats, refused: str, wait_ms: int, *, has_digits: bool) -> str:
    """What to do now: key it in, wait, or why the last one was not taken (`refused` is its code)."""
    if wait_ms > 0:
        return formats.sentence("sign_in.wait", (("wait_ms", wait_ms),))
    if refused and not has_digits:
        if refused == "wait_before_pin":
            return formats.words("sign_in.again")
        return formats.problem(refused)
    return formats.words("sign_in.pin")
