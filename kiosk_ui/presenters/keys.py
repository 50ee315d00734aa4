"""Keys of the keypads and of the on-screen keyboard."""

from typing import Final

import msgspec

BACKSPACE: Final = "back"
SET: Final = "set"


class KeyView(msgspec.Struct, frozen=True):
    """One key. `name` is what it sends; it shows a text or an icon."""

    name: str
    text: str = ""
    icon: str = ""
    enabled: bool = True
    fill: str = "surface"
    press: str = "press"
    ink: str = "ink"
    share: float = 1
    """How wide it is, in keys."""
    opacity: int = 1


def ready_key(name: str, text: str) -> KeyView:
    """A key that has something to do now; the strong button is elsewhere."""
    return KeyView(name, text=text, fill="blue_soft", press="press", ink="ink")


DIGIT_ROWS: Final = (("7", "8", "9"), ("4", "5", "6"), ("1", "2", "3"))
BACKSPACE_KEY: Final = KeyView(BACKSPACE, icon="backspace-outline")


def digit_pad(*, corner: KeyView) -> tuple[KeyView, ...]:
    """Twelve keys in three columns: the digits, `corner` and backspace."""
    digits = tuple(KeyView(name, text=name) for row in DIGIT_ROWS for name in row)
    return (*digits, corner, KeyView("0", text="0"), BACKSPACE_KEY)


NO_KEY: Final = KeyView("", enabled=False, opacity=0)
"""Keeps a place free."""

LETTERS: Final = {
    "en": ("qwertyuiop", "asdfghjkl-", "zxcvbnm"),
    "de": ("qwertzuiopü", "asdfghjklöä", "yxcvbnmß"),
    "es": ("qwertyuiop", "asdfghjklñ", "zxcvbnm"),
}
DIGITS: Final = "1234567890"


def keyboard_rows(language: str, space: str) -> tuple[tuple[KeyView, ...], ...]:
    """Four rows of equal width: digits, letters, and at the end of the last the space bar and backspace."""
    rows = (DIGITS, *LETTERS.get(language, LETTERS["en"]))
    *upper, last = (tuple(KeyView(sign, text=sign) for sign in row) for row in rows)
    widest = max(len(row) for row in upper)
    space_bar = KeyView(" ", text=space, share=widest - len(last) - 1)
    return (*upper, (*last, space_bar, BACKSPACE_KEY))
